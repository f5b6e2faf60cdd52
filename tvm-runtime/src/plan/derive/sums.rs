//! Rows times the stream: sums that no order of additions rounds, sums that are watched, and sums in the
//! order of the definition.

use super::super::bounds::Interval;
use super::super::form::Form;
use super::super::{Register, Step};
use super::{Derivation, Value};
use crate::patterns::SparseRow;

/// Terms that a fused sum is tried for in the order of the definition. Real models have a few.
const MOST_PREFIXES: usize = 64;

impl Derivation<'_> {
    /// A row times the stream.
    pub(super) fn read(&mut self, row: &SparseRow) -> Value {
        let slots = row.weights().iter();
        let terms = slots.map(|&(slot, weight)| (self.slot(slot).clone(), weight)).collect();
        self.sum(terms)
    }

    /// Is a row times the stream an integer that no order of additions rounds?
    pub(crate) fn reads_exactly(&self, row: &SparseRow) -> bool {
        let slots = row.weights().iter();
        add_up_exactly(slots.map(|&(slot, weight)| (self.slot(slot), weight)))
    }

    /// Is a row times the stream an integer, as long as it is a number at all?
    pub(crate) fn reads_integer(&self, row: &SparseRow) -> bool {
        let integer =
            |&(slot, weight): &(u16, f64)| self.slot(slot).integer && weight.fract() == 0.0;
        row.weights().iter().all(integer)
    }

    /// What a row times the stream can be, when it is exact.
    pub(crate) fn row_interval(&self, row: &SparseRow) -> Interval {
        let slots = row.weights().iter();
        let parts = slots.map(|&(slot, weight)| (self.slot(slot), weight));
        let singly = parts
            .clone()
            .fold(Interval::ZERO, |sum, (value, weight)| sum.plus(value.interval.times(weight)));
        let form = Form::exact_sum(parts.map(|(value, weight)| (&value.form, weight)));
        form.map_or(singly, |form| singly.and(self.bounds.of_form(&form)))
    }

    /// A row times the stream as a form over registers; not whether the definition rounds it.
    pub(super) fn row_form(&self, row: &SparseRow) -> Option<Form> {
        let slots = row.weights().iter();
        Form::exact_sum(slots.map(|&(slot, weight)| (&self.slot(slot).form, weight)))
    }

    /// What the definition gets from adding up these terms from left to right.
    pub(super) fn sum(&mut self, mut terms: Vec<(Value, f64)>) -> Value {
        terms.retain(|(value, _)| value.form.as_constant() != Some(0.0));
        match terms.as_slice() {
            [] => return Value::number(0.0),
            [(value, 1.0)] => return value.clone(),
            _ => {}
        }
        if let Some(sum) = constant_sum(&terms) {
            return Value::number(sum);
        }
        if add_up_exactly(references(&terms)) {
            return self.exact_sum(&terms);
        }
        let fused = self.fused(&terms).filter(|_| self.has_exact_prefixes(&terms));
        if let Some(fused) = fused {
            return self.exact(fused);
        }
        let integer = terms.iter().all(|(value, weight)| value.integer && weight.fract() == 0.0);
        let registers = self.registers(&terms);
        if integer && registers.iter().any(|(register, _)| self.bounds.grows(*register)) {
            return self.watched_sum(registers);
        }
        let register = self.ordered(registers);
        let interval = self.bounds.of_register(register);
        Value { form: Form::register(register), integer, interval }
    }

    /// The sum of integers that no order of additions rounds.
    pub(super) fn exact_sum(&mut self, terms: &[(Value, f64)]) -> Value {
        let form = self.fused(terms).unwrap_or_else(|| {
            let registers = self.registers(terms).into_iter();
            let forms: Vec<(Form, f64)> =
                registers.map(|(register, weight)| (Form::register(register), weight)).collect();
            Form::sum(forms.iter().map(|(form, weight)| (form, *weight)))
        });
        self.exact(form)
    }

    /// Terms as one form, where no order of additions rounds that.
    pub(super) fn fused(&self, terms: &[(Value, f64)]) -> Option<Form> {
        let fused = Form::exact_sum(terms.iter().map(|(value, weight)| (&value.form, *weight)));
        fused.filter(|form| self.bounds.partial_sums(form).holds_exact_integers())
    }

    fn registers(&mut self, terms: &[(Value, f64)]) -> Vec<(Register, f64)> {
        terms.iter().map(|(value, weight)| (self.register(&value.form), *weight)).collect()
    }

    /// The sum of integers from left to right, in a step that sees whether it was rounded.
    fn watched_sum(&mut self, terms: Vec<(Register, f64)>) -> Value {
        let to = self.new_register();
        self.push(Step::Watched { to, terms });
        self.exact(Form::register(to))
    }

    /// The engine will look at an integer register, which is counted on from now on.
    pub(super) fn watch(&mut self, register: Register, most: f64) {
        if self.bounds.of_register(register).magnitude() > most {
            self.push(Step::Watch { register, most });
        }
    }

    /// Is every partial sum, in the order of the definition, an integer below `2^53`? Here what cancels
    /// out is seen, such as a slot's old value.
    pub(super) fn has_exact_prefixes(&self, terms: &[(Value, f64)]) -> bool {
        if terms.len() > MOST_PREFIXES || !terms.iter().all(|(value, _)| value.integer) {
            return false;
        }
        (1..=terms.len()).all(|length| {
            let last = &terms[length - 1];
            let parts = terms[..length].iter().map(|(value, weight)| (&value.form, *weight));
            let sum = Form::exact_sum(parts);
            last.0.interval.times(last.1).holds_exact_integers()
                && sum.is_some_and(|sum| self.bounds.of_form(&sum).holds_exact_integers())
        })
    }

    /// An exact form as a value.
    pub(super) fn exact(&self, form: Form) -> Value {
        let interval = self.bounds.of_form(&form);
        Value { form, integer: true, interval }
    }

    fn ordered(&mut self, terms: Vec<(Register, f64)>) -> Register {
        let to = self.new_register();
        self.push(Step::Ordered { to, terms });
        to
    }
}

/// Where all sums of some terms lie, when everything is an integer.
pub(super) fn partial_sums<'values>(
    terms: impl Iterator<Item = (&'values Value, f64)>,
) -> Option<Interval> {
    let term = |(value, weight): (&Value, f64)| {
        let integer = value.integer && weight.fract() == 0.0;
        integer.then(|| value.interval.times(weight))
    };
    let terms: Option<Vec<Interval>> = terms.map(term).collect();
    Some(Interval::of_partial_sums(terms?.into_iter()))
}

/// Are terms integers that no order of additions rounds?
pub(super) fn add_up_exactly<'values>(terms: impl Iterator<Item = (&'values Value, f64)>) -> bool {
    partial_sums(terms).is_some_and(Interval::holds_exact_integers)
}

/// Terms by reference.
pub(super) fn references(terms: &[(Value, f64)]) -> impl Iterator<Item = (&Value, f64)> {
    terms.iter().map(|(value, weight)| (value, *weight))
}

/// The sum of constants, as the definition rounds it.
fn constant_sum(terms: &[(Value, f64)]) -> Option<f64> {
    let sum = terms
        .iter()
        .try_fold(0.0, |sum, (value, weight)| Some(sum + value.form.as_constant()? * weight));
    sum.filter(|sum| sum.is_finite())
}
