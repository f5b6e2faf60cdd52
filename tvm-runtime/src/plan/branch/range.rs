//! What a register can be at most and at least, at any position of any sequence: enough to see that
//! a neuron is never open.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::by_register::ByRegister;
use crate::plan::{CLASSES_UNTIL, Form, Plan, Register, Step};

/// An interval. Ends beyond the exact integers are infinite, so that no bound is rounded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range {
    pub(super) low: f64,
    pub(super) high: f64,
}

/// Integers of f64 are exact below this.
const EXACT: f64 = (1_u64 << 53) as f64;

impl Range {
    const ANY: Range = Range { low: f64::NEG_INFINITY, high: f64::INFINITY };
    const ZERO: Range = Range { low: 0.0, high: 0.0 };
    const ONE: Range = Range { low: 1.0, high: 1.0 };

    fn new(low: f64, high: f64) -> Range {
        let low = if low < -EXACT { f64::NEG_INFINITY } else { low };
        Range { low, high: if high > EXACT { f64::INFINITY } else { high } }
    }

    pub(super) fn of(numbers: impl Iterator<Item = f64>) -> Range {
        let ends = numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| {
            (number.min(low), number.max(high))
        });
        if ends.0 <= ends.1 { Range::new(ends.0, ends.1) } else { Range::ANY }
    }

    /// What a sum of `weight * max(0, x + ahead)` can be, whatever `x` is: it is 0 far below, linear
    /// between the points where a line begins, and constant above the last if the weights add up to 0.
    fn of_lines(mut lines: Vec<(f64, f64)>) -> Range {
        if lines.iter().map(|(_, weight)| weight).sum::<f64>() != 0.0 {
            return Range::ANY;
        }
        // The line that is furthest ahead begins first.
        lines.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        let (mut before, mut slope, mut sum) = (0.0, 0.0, 0.0);
        let corners = lines.into_iter().map(|(ahead, weight)| {
            sum += slope * (before - ahead);
            (before, slope) = (ahead, slope + weight);
            sum
        });
        Range::of(corners.chain([0.0]))
    }

    fn plus(self, other: Range) -> Range {
        Range::new(self.low + other.low, self.high + other.high)
    }

    fn times(self, factor: f64) -> Range {
        let ends = [self.low * factor, self.high * factor];
        Range::new(ends[0].min(ends[1]), ends[0].max(ends[1]))
    }

    fn or(self, other: Range) -> Range {
        Range { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// Both hold.
    fn and(self, other: Range) -> Range {
        Range { low: self.low.max(other.low), high: self.high.min(other.high) }
    }

    fn open(self) -> Range {
        Range { low: self.low.max(0.0), high: self.high.max(0.0) }
    }

    fn product(self, other: Range) -> Range {
        let times = |a: f64, b: f64| if a == 0.0 || b == 0.0 { 0.0 } else { a * b };
        let ends = [self.low, self.high].map(|a| [times(a, other.low), times(a, other.high)]);
        Range::of(ends.into_iter().flatten())
    }
}

/// What is known of the registers.
#[derive(Debug, Clone, Default)]
pub(super) struct Ranges {
    known: ByRegister<Range>,
    neurons: ByRegister<Neuron>,
    sums: ByRegister<Form>,
    kept: HashMap<usize, Vec<Range>>,
}

/// A neuron: `max(0, gate)`, times the value if there is one.
#[derive(Debug, Clone)]
struct Neuron {
    gate: Form,
    value: Option<Register>,
}

impl Neuron {
    /// Equal are neurons that let through the same and whose gates differ by a constant.
    fn compare(&self, other: &Neuron) -> Ordering {
        let (own, others) = (self.gate.terms(), other.gate.terms());
        let mut by_term = own.iter().zip(others).map(|((one, weight), (other, other_weight))| {
            one.cmp(other).then_with(|| weight.total_cmp(other_weight))
        });
        let first = self.value.cmp(&other.value).then(own.len().cmp(&others.len()));
        first.then_with(|| by_term.find(|order| order.is_ne()).unwrap_or(Ordering::Equal))
    }
}

impl Ranges {
    /// The ranges of all registers of a plan.
    pub(super) fn of(plan: &Plan) -> Ranges {
        let mut ranges = Ranges::default();
        let inputs =
            [(&plan.inputs.token, &plan.embedding), (&plan.inputs.periodic, &plan.periodic)];
        for (inputs, rows) in inputs {
            for (column, (to, _)) in inputs.iter().enumerate() {
                let column = rows.iter().skip(column).step_by(inputs.len());
                ranges.known.insert(*to, Range::of(column.copied()));
            }
        }
        if let Some(position) = plan.inputs.position {
            ranges.known.insert(position, Range::new(0.0, CLASSES_UNTIL as f64));
        }
        for step in &plan.steps {
            ranges.learn(plan, step);
            ranges.learn_remembered(step);
        }
        ranges
    }

    pub(super) fn of_register(&self, register: Register) -> Range {
        self.known.get(register).copied().unwrap_or(Range::ANY)
    }

    /// The range of a form. Neurons of one value whose gates differ by constants are one function of the
    /// gate, times the value: a step, a tent, a staircase.
    pub(super) fn of_form(&self, form: &Form) -> Range {
        let mut range = Range::new(form.offset(), form.offset());
        let mut neurons: Vec<(&Neuron, Range, f64)> = Vec::new();
        for &(register, weight) in form.terms() {
            let own = self.of_register(register).times(weight);
            match self.neurons.get(register) {
                Some(neuron) => neurons.push((neuron, own, weight)),
                None => range = range.plus(own),
            }
        }
        neurons.sort_by(|(one, ..), (other, ..)| one.compare(other));
        for alike in neurons.chunk_by(|(one, ..), (other, ..)| one.compare(other).is_eq()) {
            let singly = alike.iter().fold(Range::ZERO, |sum, (_, own, _)| sum.plus(*own));
            let first = alike[0].0;
            let ahead = |neuron: &Neuron| neuron.gate.offset() - first.gate.offset();
            let lines = alike.iter().map(|(neuron, _, weight)| (ahead(neuron), *weight)).collect();
            let value = first.value.map_or(Range::ONE, |value| self.of_register(value));
            range = range.plus(singly.and(Range::of_lines(lines).product(value)));
        }
        range
    }

    /// Takes up what a step tells of this position.
    pub(super) fn learn(&mut self, plan: &Plan, step: &Step) {
        match step {
            Step::Sum { to, form } => {
                self.narrow(*to, self.of_form(form));
                self.sums.insert(*to, form.clone());
            }
            Step::Open { to, gate } => {
                self.narrow(*to, self.of_register(*gate).open());
                self.neurons.insert(*to, Neuron { gate: self.gate(*gate), value: None });
            }
            Step::Product { to, gate, value } => {
                let range = self.of_register(*gate).open().product(self.of_register(*value));
                self.narrow(*to, range);
                self.neurons.insert(*to, Neuron { gate: self.gate(*gate), value: Some(*value) });
            }
            Step::Table { to, table, .. } => {
                for &(to, column) in to {
                    self.narrow(to, plan.tables[*table].range(column).map_or(Range::ANY, to_range));
                }
            }
            Step::Total { to, value, biased, .. } => {
                // Twice what can be added up is more than rounding can make of it.
                let sum =
                    self.of_register(*value).or(Range::ZERO).times(2.0 * CLASSES_UNTIL as f64);
                self.narrow(*to, sum.plus(Range::new(biased.bias, biased.bias)));
            }
            _ => {}
        }
    }

    /// A gate as a sum, so that gates which differ by a constant are seen to.
    fn gate(&self, gate: Register) -> Form {
        let mut form = Form::register(gate);
        while let [(register, weight)] = form.terms()
            && let Some(sum) = self.sums.get(*register)
        {
            form = Form::sum([(sum, *weight), (&Form::constant(form.offset()), 1.0)]);
        }
        form
    }

    /// Takes up what a step tells of what is remembered at any position.
    fn learn_remembered(&mut self, step: &Step) {
        match step {
            Step::Ring { values, asked, .. } => {
                for (to, place) in asked.iter().flat_map(|query| &query.found) {
                    self.narrow(*to, self.of_register(values[*place]).or(Range::ZERO));
                }
            }
            Step::Keep { values, cache } => {
                let kept = values.iter().map(|&value| self.of_register(value)).collect();
                self.kept.insert(*cache, kept);
            }
            Step::Read { to, cache, .. } => {
                for &(to, place) in to {
                    let kept = self.kept.get(cache).map(|kept| kept[place]);
                    self.narrow(to, kept.unwrap_or(Range::ANY));
                }
            }
            _ => {}
        }
    }

    fn narrow(&mut self, register: Register, range: Range) {
        let known = self.of_register(register);
        self.known.insert(register, known.and(range));
    }
}

fn to_range((low, high): (f64, f64)) -> Range {
    Range::new(low, high)
}
