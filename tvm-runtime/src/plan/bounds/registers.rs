//! The bounds of every register, step by step.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use super::super::by_register::ByRegister;
use super::super::live::MemoryNames;
use super::super::{Form, Register, Step};
use super::WATCHED;
use super::rows::{Column, Row, Term, columns, sum_of_row};
use super::{EXACT, Interval, POSITIONS};
use crate::patterns::Table;

/// A result of a table that has more thresholds is not looked at as a function of its argument, unless it
/// is tabulated.
const MOST_LINES: usize = 64;

/// What is known of the registers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bounds {
    known: ByRegister<Interval>,
    neurons: ByRegister<Neuron>,
    sums: ByRegister<Form>,
    /// For every cache of values what is kept in it, by place, and whether that grows.
    kept: HashMap<usize, Vec<Kept>>,
    /// What registers are in every row that they may come from.
    columns: ByRegister<Column>,
    /// Depends on the position or on a running sum.
    growing: ByRegister<()>,
}

/// What is kept of a register.
#[derive(Debug, Clone)]
struct Kept {
    interval: Interval,
    grows: bool,
    column: Option<Column>,
}

/// Neurons of one gate: the sum of `weight * max(0, gate + ahead)`, times the value if there is one.
#[derive(Debug, Clone)]
struct Neuron {
    gate: Form,
    /// What the gate can be.
    x: Interval,
    /// `ahead` and `weight`.
    lines: Arc<[(f64, f64)]>,
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

impl Bounds {
    pub(crate) fn of_register(&self, register: Register) -> Interval {
        self.known.get(register).copied().unwrap_or(Interval::ANY)
    }

    /// What is more known of a register.
    pub(crate) fn narrow(&mut self, register: Register, interval: Interval) {
        let known = self.of_register(register);
        self.known.insert(register, known.and(interval));
    }

    /// All registers that can be one number only.
    pub(crate) fn constants(&self) -> Vec<(Register, f64)> {
        let known = self.known.iter().filter(|(_, interval)| interval.low == interval.high);
        known.map(|(register, interval)| (register, interval.low)).collect()
    }

    /// Another number will be in a register from now on.
    pub(crate) fn forget(&mut self, register: Register) {
        self.known.remove(register);
        self.neurons.remove(register);
        self.sums.remove(register);
        self.columns.remove(register);
    }

    /// The range of an exact form. Neurons of one value whose gates differ by constants are one function
    /// of the gate, times the value: a step, a tent, a staircase.
    pub(crate) fn of_form(&self, form: &Form) -> Interval {
        let mut interval = Interval::number(form.offset());
        let mut neurons: Vec<(&Neuron, Interval, f64)> = Vec::new();
        let mut linear: Vec<(Register, f64)> = Vec::new();
        let mut rows: Vec<Vec<Term>> = Vec::new();
        for &(register, weight) in form.terms() {
            let own = self.of_register(register).times(weight);
            if let Some(column) = self.columns.get(register) {
                let term = (column, weight, own);
                match rows.iter_mut().find(|terms| terms[0].0.row == column.row) {
                    Some(terms) => terms.push(term),
                    None => rows.push(vec![term]),
                }
                continue;
            }
            match self.neurons.get(register) {
                Some(neuron) => neurons.push((neuron, own, weight)),
                None => linear.push((register, weight)),
            }
        }
        interval = rows.iter().fold(interval, |sum, terms| sum.plus(sum_of_row(terms)));
        neurons.sort_by(|(one, ..), (other, ..)| one.compare(other));
        // What is linear, to be taken together with neurons of the same argument: `x - max(0, x - end)`.
        for alike in neurons.chunk_by(|(one, ..), (other, ..)| one.compare(other).is_eq()) {
            let singly = alike.iter().fold(Interval::ZERO, |sum, (_, own, _)| sum.plus(*own));
            let first = alike[0].0;
            let lines_of = |&(neuron, _, weight): &(&Neuron, Interval, f64)| {
                let apart = neuron.gate.offset() - first.gate.offset();
                let lines = neuron.lines.clone();
                (0..lines.len()).map(move |line| (lines[line].0 + apart, lines[line].1 * weight))
            };
            let lines: Vec<(f64, f64)> = alike.iter().flat_map(lines_of).collect();
            let x = self.of_linear(&first.gate).and(first.x);
            let value = first.value.map_or(Interval::ONE, |value| self.of_register(value));
            let together = piecewise(0.0, lines.clone(), x).product(value);
            let mut group = singly.and(together);
            let argument = linear.iter().find_map(|&(register, slope)| {
                let (apart, x) = self.argument(register, first)?;
                Some((register, slope, apart, x))
            });
            if let Some((register, slope, apart, x)) = argument {
                let own = self.of_register(register).times(slope);
                let both = piecewise(slope, lines, x).plus(Interval::number(-slope * apart));
                linear.retain(|(other, _)| *other != register);
                group = group.plus(own).and(both);
            }
            interval = interval.plus(group);
        }
        linear.iter().fold(interval, |sum, &(register, weight)| {
            sum.plus(self.of_register(register).times(weight))
        })
    }

    /// Whether a neuron's gate is this register and a constant: the constant, and what the gate can be.
    fn argument(&self, register: Register, neuron: &Neuron) -> Option<(f64, Interval)> {
        let sum = self.gate(register);
        let is_argument = neuron.value.is_none() && sum.terms() == neuron.gate.terms();
        let apart = neuron.gate.offset() - sum.offset();
        let x = self.of_register(register).plus(Interval::number(apart)).and(neuron.x);
        (is_argument && apart.abs() < EXACT).then_some((apart, x))
    }

    /// The range of a form, term by term.
    fn of_linear(&self, form: &Form) -> Interval {
        Interval::number(form.offset()).plus(self.of_terms(form.terms()))
    }

    fn of_terms(&self, terms: &[(Register, f64)]) -> Interval {
        let term = |&(register, weight): &(Register, f64)| self.of_register(register).times(weight);
        terms.iter().map(term).fold(Interval::ZERO, Interval::plus)
    }

    /// Does it depend on the position or on a running sum?
    pub(crate) fn grows(&self, register: Register) -> bool {
        self.growing.get(register).is_some()
    }

    pub(crate) fn grow(&mut self, register: Register) {
        self.growing.insert(register, ());
    }

    /// Where all sums of some terms of a form lie. Within `2^53` its terms may be added in any order, if they
    /// are integers.
    pub(crate) fn partial_sums(&self, form: &Form) -> Interval {
        let term = |&(register, weight): &(Register, f64)| self.of_register(register).times(weight);
        let terms = form.terms().iter().map(term);
        Interval::of_partial_sums(terms.chain([Interval::number(form.offset())]))
    }

    /// The same after registers were given other names; those that have none are forgotten.
    pub(crate) fn renamed(
        &self,
        names: &HashMap<Register, Register>,
        memories: &MemoryNames,
    ) -> Bounds {
        // Gates may read registers that are gone: they need names that no other register has.
        let name = |old: Register| {
            names.get(&old).copied().unwrap_or(Register(names.len() as u32 + old.0))
        };
        let mut renamed = Bounds::default();
        for (old, interval) in self.known.iter().filter(|(old, _)| names.contains_key(old)) {
            renamed.known.insert(name(old), *interval);
        }
        for (old, neuron) in self.neurons.iter().filter(|(old, _)| names.contains_key(old)) {
            let (gate, value) = (neuron.gate.renamed(name), neuron.value.map(name));
            renamed.neurons.insert(name(old), Neuron { gate, value, ..neuron.clone() });
        }
        for (old, column) in self.columns.iter().filter(|(old, _)| names.contains_key(old)) {
            let row = match column.row {
                Row::Own => Some(Row::Own),
                Row::Found(winner) => memories.winners.get(&winner).copied().map(Row::Found),
                Row::Table(table, x) => {
                    memories.tables.get(&table).map(|table| Row::Table(*table, name(x)))
                }
            };
            if let Some(row) = row {
                renamed.columns.insert(name(old), Column { row, entries: column.entries.clone() });
            }
        }
        for (old, sum) in self.sums.iter().filter(|(old, _)| names.contains_key(old)) {
            renamed.sums.insert(name(old), sum.renamed(name));
        }
        renamed
    }

    /// Takes up what a step tells of the position.
    pub(crate) fn learn(&mut self, tables: &[Table], step: &Step) {
        if matches!(step, Step::Total { .. }) || step.reads().iter().any(|&read| self.grows(read)) {
            step.results().into_iter().for_each(|to| self.grow(to));
        }
        self.learn_column(tables, step);
        match step {
            Step::Sum { to, form } => {
                self.learn_sum(*to, form);
            }
            Step::Ordered { to, terms } => self.narrow(*to, self.of_terms(terms)),
            Step::Watched { to, terms } => {
                self.narrow(*to, self.of_terms(terms).and(Interval::up_to(WATCHED)));
            }
            Step::Watch { register, most } => self.narrow(*register, Interval::up_to(*most)),
            Step::Open { to, gate } => {
                self.narrow(*to, self.of_register(*gate).open());
                self.learn_neuron(*to, *gate, None);
            }
            Step::Product { to, gate, value } => {
                let interval = self.of_register(*gate).open().product(self.of_register(*value));
                self.narrow(*to, interval);
                // A product that may be rounded is no multiple of what its gate lets through.
                if interval.magnitude() < EXACT {
                    self.learn_neuron(*to, *gate, Some(*value));
                }
            }
            Step::Chain { to, ends: [first, step], chain } => {
                let length = chain.length() as f64;
                let last =
                    self.of_register(*first).plus(self.of_register(*step).times(1.0 - length));
                let greatest = self.of_register(*first).or(last).high.max(0.0);
                self.narrow(*to, Interval::new(0.0, greatest).times(length).or(Interval::ZERO));
            }
            Step::Table { to, x, table } => {
                for &(to, column) in to {
                    let ends = tables[*table].range(column);
                    match ends {
                        Some((low, high)) => self.narrow(to, Interval::new(low, high)),
                        None => self.learn_lines(to, *x, tables[*table].lines(column)),
                    }
                }
            }
            Step::Mean { to, value, .. } => {
                // The sum of n values, rounded n - 1 times, and a quotient: off by less than a
                // part in a thousand, since n is at most 2^37 and a rounding 2^-53.
                let value = self.of_register(*value).magnitude();
                self.narrow(*to, Interval::up_to(1.001 * value));
            }
            Step::Total { to, value, biased, .. } => {
                let watched = Interval::up_to(biased.greatest);
                let value = self.of_register(*value).or(Interval::ZERO);
                let sum = watched.and(value.times(POSITIONS as f64));
                self.narrow(*to, sum.plus(Interval::number(biased.bias)));
            }
            _ => {}
        }
    }

    /// Takes up a sum, and says what it can be by its terms.
    pub(crate) fn learn_sum(&mut self, to: Register, form: &Form) -> Interval {
        if form.terms().iter().any(|(register, _)| self.grows(*register)) {
            self.grow(to);
        }
        let terms = form.terms().iter();
        let terms: Option<Vec<(&Column, f64)>> =
            terms.map(|(register, weight)| Some((self.columns.get(*register)?, *weight))).collect();
        let column = terms.and_then(|terms| Column::sum(&terms, form.offset()));
        let interval = match &column {
            Some(column) => column.interval(),
            None => self.of_form(form),
        };
        self.narrow(to, interval);
        if let Some(column) = column {
            self.columns.insert(to, column);
        }
        self.sums.insert(to, form.clone());
        interval
    }

    /// What is a function of one row.
    fn learn_column(&mut self, tables: &[Table], step: &Step) {
        let column = |register: &Register| self.columns.get(*register);
        let found = match step {
            Step::Open { to, gate } => {
                column(gate).and_then(|gate| Some((*to, gate.map(|entry| entry.max(0.0))?)))
            }
            Step::Product { to, gate, value } => {
                let product = column(gate).zip(column(value)).and_then(|(gate, value)| {
                    gate.with(value, |gate, value| gate.max(0.0) * value)
                });
                product.map(|product| (*to, product))
            }
            Step::Table { to, x, table } => {
                let row = Row::Table(*table, *x);
                // They stay the same, and to find them takes long.
                let is_known = |register| column(register).is_some_and(|known| known.row == row);
                if to.iter().any(|(to, _)| is_known(to)) {
                    return;
                }
                let columns = table_columns(&tables[*table], row);
                for &(to, index) in to {
                    if let Some(column) = columns.get(index).cloned().flatten() {
                        self.columns.insert(to, column);
                    }
                }
                return;
            }
            _ => return,
        };
        if let Some((to, column)) = found {
            self.narrow(to, column.interval());
            self.columns.insert(to, column);
        }
    }

    /// Registers that are the columns of the token's own row.
    pub(crate) fn learn_inputs(&mut self, inputs: &[(Register, Vec<f64>)]) {
        let table: Vec<Vec<f64>> = inputs.iter().map(|(_, entries)| entries.clone()).collect();
        for ((to, _), column) in inputs.iter().zip(columns(Row::Own, &table)) {
            if let Some(column) = column {
                self.columns.insert(*to, column);
            }
        }
    }

    /// Only tokens are read for which a register, a function of the token, is as asked. What is known of registers
    /// that depend on the token's own row becomes more.
    pub(crate) fn restrict_to_tokens(&mut self, register: Register, is_read: impl Fn(f64) -> bool) {
        let Some(column) = self.columns.get(register) else { return };
        if column.row != Row::Own {
            return;
        }
        let is_read: Vec<bool> = column.entries.iter().map(|entry| is_read(*entry)).collect();
        let own = self.columns.iter().filter(|(_, column)| column.row == Row::Own);
        let restricted: Vec<(Register, Column)> = own
            .map(|(register, Column { row, entries })| {
                let entries = entries.iter().zip(&is_read).filter(|(_, is_read)| **is_read);
                let entries = entries.map(|(entry, _)| *entry).collect();
                (register, Column { row: *row, entries })
            })
            .collect();
        for (register, column) in restricted {
            self.narrow(register, column.interval());
            self.columns.insert(register, column);
        }
    }

    fn learn_neuron(&mut self, to: Register, gate: Register, value: Option<Register>) {
        let x = self.of_register(gate);
        let lines = [(0.0, 1.0)].into();
        self.neurons.insert(to, Neuron { gate: self.gate(gate), x, lines, value });
    }

    /// A result of a table: `weight * max(0, x - threshold)`, added up.
    fn learn_lines(&mut self, to: Register, x: Register, lines: Vec<(f64, f64)>) {
        if lines.len() > MOST_LINES {
            return;
        }
        let lines = lines.into_iter().map(|(threshold, weight)| (-threshold, weight)).collect();
        let neuron = Neuron { gate: self.gate(x), x: self.of_register(x), lines, value: None };
        self.neurons.insert(to, neuron);
    }

    /// A gate as a sum, so that gates which differ by a constant are seen to.
    fn gate(&self, gate: Register) -> Form {
        let mut form = Form::register(gate);
        while let [(register, weight)] = form.terms()
            && let Some(sum) = self.sums.get(*register)
        {
            let offset = Form::constant(form.offset());
            let Some(sum) = Form::exact_sum([(sum, *weight), (&offset, 1.0)]) else { break };
            form = sum;
        }
        form
    }

    /// Takes up what a step tells of what is remembered at any position.
    pub(crate) fn learn_remembered(&mut self, step: &Step) {
        match step {
            Step::Ring { values, asked, .. } => {
                for (to, place) in asked.iter().flat_map(|query| &query.found) {
                    self.narrow(*to, self.of_register(values[*place]));
                }
            }
            Step::Keep { values, cache } => {
                let kept = |&value: &Register| Kept {
                    interval: self.of_register(value),
                    grows: self.grows(value),
                    column: self
                        .columns
                        .get(value)
                        .filter(|column| column.row == Row::Own)
                        .cloned(),
                };
                let kept = values.iter().map(kept).collect();
                self.kept.insert(*cache, kept);
            }
            Step::Read { to, winner, cache } => {
                for &(to, place) in to {
                    let Some(kept) = self.kept.get(cache).map(|kept| kept[place].clone()) else {
                        continue;
                    };
                    self.narrow(to, kept.interval);
                    if kept.grows {
                        self.grow(to);
                    }
                    if let Some(Column { entries, .. }) = kept.column {
                        self.columns.insert(to, Column { row: Row::Found(*winner), entries });
                    }
                }
            }
            _ => {}
        }
    }
}

fn table_columns(table: &Table, row: Row) -> Vec<Option<Column>> {
    let Some(entries) = table.tabulated() else { return Vec::new() };
    let width = table.slots.len();
    let column = |index: usize| entries.iter().skip(index).step_by(width).copied().collect();
    columns(row, &(0..width).map(column).collect::<Vec<Vec<f64>>>())
}

/// What `slope x` and a sum of `weight * max(0, x + ahead)` can be together for integers `x` of an interval.
/// It is linear between the points where a line begins, so that these and both ends are enough.
fn piecewise(slope: f64, mut lines: Vec<(f64, f64)>, x: Interval) -> Interval {
    // The line that is furthest ahead begins first.
    lines.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    // Where each piece begins, its value there, and its slope.
    let start = lines.first().map_or(0.0, |(ahead, _)| -ahead);
    let mut pieces = vec![(start, slope * start, slope)];
    for (ahead, weight) in lines {
        let (before, value, slope) = pieces[pieces.len() - 1];
        let piece = (-ahead, value + slope * (-ahead - before), slope + weight);
        pieces.push(piece);
    }
    // All of these are integers; from 2^53 on they may have been rounded.
    let exact = |number: f64| number.abs() < EXACT;
    if !pieces.iter().all(|&(at, value, slope)| exact(at) && exact(value) && exact(slope)) {
        return Interval::ANY;
    }
    let value_at = |x: f64| {
        let piece = pieces.iter().rfind(|(at, ..)| *at <= x).or(pieces.first());
        let &(at, value, slope) = piece.expect("there is a first piece");
        // Before the first line only the slope counts.
        let slope = if x < at { pieces[0].2 } else { slope };
        let change = if slope == 0.0 { 0.0 } else { slope * (x - at) };
        Some(value + change).filter(|sum| exact(*sum) && exact(change))
    };
    let (Some(low), Some(high)) = (value_at(x.low), value_at(x.high)) else { return Interval::ANY };
    let inside = pieces.iter().filter(|(at, ..)| x.low <= *at && *at <= x.high);
    Interval::of(inside.map(|(_, value, _)| *value).chain([low, high]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pieces_are_what_they_are_at_every_integer(
            slope in -3_i8..=3,
            lines in prop::collection::vec((-9_i8..9, -3_i8..=3), 0..6),
            ends in (-12_i8..12, -12_i8..12),
        ) {
            let (low, high) = (ends.0.min(ends.1), ends.0.max(ends.1));
            let lines: Vec<(f64, f64)> =
                lines.into_iter().map(|(ahead, weight)| (ahead.into(), weight.into())).collect();
            let slope = f64::from(slope);
            let value = |x: f64| {
                slope * x + lines.iter().map(|(ahead, weight)| weight * (x + ahead).max(0.0)).sum::<f64>()
            };
            let expected = Interval::of((low..=high).map(|x| value(x.into())));
            let x = Interval::new(low.into(), high.into());
            prop_assert_eq!(piecewise(slope, lines.clone(), x), expected);
        }
    }

    #[test]
    fn what_a_table_takes_from_its_argument_is_seen() {
        let (x, clamp, above) = (Register(0), Register(1), Register(2));
        let mut bounds = Bounds::default();
        bounds.narrow(x, Interval::new(0.0, POSITIONS as f64));
        bounds.learn_lines(clamp, x, vec![(16.0, -1.0)]);
        bounds.learn_lines(above, x, vec![(3.0, 1.0), (4.0, -1.0)]);
        let form = |terms: &[(Register, f64)]| {
            let forms: Vec<(Form, f64)> = terms
                .iter()
                .map(|&(register, weight)| (Form::register(register), weight))
                .collect();
            Form::sum(forms.iter().map(|(form, weight)| (form, *weight)))
        };
        let lesser = form(&[(x, 1.0), (clamp, 1.0)]);
        assert_eq!(bounds.of_form(&lesser), Interval::new(0.0, 16.0));
        let jumps = form(&[(x, 1.0), (clamp, 1.0), (above, -20.0)]);
        assert_eq!(bounds.of_form(&jumps), Interval::new(-16.0, 3.0));
        let many = (0..=MOST_LINES).map(|threshold| (threshold as f64, -1.0)).collect();
        bounds.learn_lines(Register(3), x, many);
        assert!(!bounds.of_form(&form(&[(Register(3), 1.0)])).is_finite());
    }

    #[test]
    fn a_step_has_a_range_wherever_it_is() {
        let step = vec![(5.0, 1.0), (4.0, -1.0)];
        assert_eq!(piecewise(0.0, step.clone(), Interval::ANY), Interval::new(0.0, 1.0));
        assert_eq!(piecewise(1.0, step, Interval::ANY), Interval::ANY);
    }
}
