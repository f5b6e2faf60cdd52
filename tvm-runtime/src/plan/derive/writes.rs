//! The end of a half-layer: what it adds to the slots of the stream.

use std::collections::{BTreeMap, BTreeSet};

use super::super::bounds::{Interval, LARGEST_AGE, LARGEST_MULTIPLIED, UNWATCHED, WATCHED};
use super::super::form::Form;
use super::super::{Register, Step};
use super::sums::{partial_sums, references};
use super::{Derivation, Value, Written};

impl Derivation<'_> {
    /// The end of a half-layer: all its outputs are added to the stream at once. Outputs are in the order
    /// of the definition, but where a slot is certain to be exact.
    pub(super) fn write(&mut self, outputs: &[Written], certain: &BTreeSet<u16>) {
        let mut changes: BTreeMap<u16, Vec<(usize, f64)>> = BTreeMap::new();
        for (index, output) in outputs.iter().enumerate() {
            for &(slot, weight) in output.column.weights() {
                changes.entry(slot).or_default().push((index, weight));
            }
        }
        self.written_exactly.clear();
        let mut written = Vec::new();
        for (slot, terms) in changes {
            let terms: Vec<(Value, f64)> = terms
                .iter()
                .map(|&(index, weight)| (outputs[index].value.clone(), weight))
                .collect();
            let is_exact = certain.contains(&slot) || self.writes_exactly(slot, &terms);
            let value = match is_exact {
                true => self.write_sum(slot, terms),
                false => match self.exact_in_order(slot, &terms) {
                    Some(form) => self.in_a_register(form),
                    None => self.write_ordered(slot, terms),
                },
            };
            if is_exact {
                self.written_exactly.insert(slot);
            }
            let value = self.limited(slot, value);
            written.push((slot, value));
        }
        for (slot, value) in written {
            self.stream[slot as usize] = value;
        }
        self.half_layers += 1;
    }

    /// Is `slot + (first + second + ...)` exact in the definition, and the sum in brackets in any order?
    fn writes_exactly(&self, slot: u16, terms: &[(Value, f64)]) -> bool {
        let Some(change) = partial_sums(references(terms)) else { return false };
        let forms: Vec<(&Form, f64)> = references(terms).map(|(it, w)| (&it.form, w)).collect();
        change.holds_exact_integers() && self.adds_exactly(slot, change, &forms, Interval::ZERO)
    }

    /// Is a slot plus a change, an integer, exact? That is a single addition of the definition. The change lies
    /// in `change`; it is the sum of `forms` and of what lies in `rest`.
    pub(super) fn adds_exactly(
        &self,
        slot: u16,
        change: Interval,
        forms: &[(&Form, f64)],
        rest: Interval,
    ) -> bool {
        let before = self.slot(slot);
        let apart = before.interval.plus(change);
        // Forms see that what is overwritten is taken away.
        let sum = Form::exact_sum(forms.iter().copied().chain([(&before.form, 1.0)]));
        let together = sum.map_or(apart, |sum| self.bounds.of_form(&sum).plus(rest));
        before.integer
            && before.interval.holds_exact_integers()
            && apart.and(together).holds_exact_integers()
    }

    /// What a slot holds after a change in which no order of additions rounds, when adding that to the slot does not round
    /// either.
    fn write_sum(&mut self, slot: u16, mut terms: Vec<(Value, f64)>) -> Value {
        let before = self.slot(slot).clone();
        terms.push((before.clone(), 1.0));
        let value = match self.fused(&terms) {
            Some(fused) => self.exact(fused),
            None => {
                terms.pop();
                let change = self.exact_sum(&terms);
                self.exact_sum(&[(before, 1.0), (change, 1.0)])
            }
        };
        self.in_a_register(value.form)
    }

    /// An exact form in a register, if it is long: it is read more often than it is worth repeating.
    fn in_a_register(&mut self, form: Form) -> Value {
        match form.terms() {
            [] | [_] => self.exact(form),
            _ => {
                let register = self.register(&form);
                self.exact(Form::register(register))
            }
        }
    }

    /// `slot + (first + second + ...)` as one form, if every sum of the definition is exact, though not
    /// those in any other order, and no order of additions rounds the form.
    fn exact_in_order(&self, slot: u16, terms: &[(Value, f64)]) -> Option<Form> {
        let forms: Vec<(&Form, f64)> = references(terms).map(|(it, w)| (&it.form, w)).collect();
        let is_exact = self.has_exact_prefixes(terms)
            && self.adds_exactly(slot, Interval::ANY, &forms, Interval::ZERO);
        let before = (self.slot(slot).clone(), 1.0);
        let all: Vec<(Value, f64)> = terms.iter().cloned().chain([before]).collect();
        self.fused(&all).filter(|_| is_exact)
    }

    /// What a half-layer wrote to a slot. Where it grows it is watched, unless it is known to be small
    /// enough for what reads it.
    fn limited(&mut self, slot: u16, value: Value) -> Value {
        let magnitude = value.interval.magnitude();
        let grows = value.form.terms().iter().any(|(register, _)| self.bounds.grows(*register));
        if !grows || !value.integer || magnitude <= LARGEST_AGE {
            return value;
        }
        let (readers, read) = (&self.readers, usize::from(slot));
        let after = self.half_layers + 1;
        let (most, known) = if self.holds_age(&value) && readers.gates_values(read, after) {
            (LARGEST_AGE, LARGEST_AGE)
        } else if magnitude > LARGEST_MULTIPLIED && readers.is_multiplied(read, after) {
            (LARGEST_MULTIPLIED, LARGEST_MULTIPLIED)
        } else {
            (WATCHED, UNWATCHED)
        };
        if magnitude <= known {
            return value;
        }
        let register = self.register(&value.form);
        self.watch(register, most);
        let interval = self.bounds.of_register(register);
        Value { form: Form::register(register), interval, ..value }
    }

    /// `slot + (first + second + ...)`, rounded as the definition rounds.
    fn write_ordered(&mut self, slot: u16, terms: Vec<(Value, f64)>) -> Value {
        let before = self.slot(slot).clone();
        if let Some(total) = self.write_total(&before, &terms) {
            return total;
        }
        let change = match terms.as_slice() {
            // The slot plus a multiple: two roundings as in the definition.
            [(value, weight)] => (value.clone(), *weight),
            _ => (self.sum(terms), 1.0),
        };
        if before.form.as_constant() == Some(0.0) && change.1 == 1.0 {
            return change.0;
        }
        let value = self.sum(vec![(before, 1.0), change]);
        if value.form.terms().len() <= 1 {
            return value;
        }
        Value { form: Form::register(self.register(&value.form)), ..value }
    }

    /// The sum over all positions, when these terms turn the mean in the slot into it.
    fn write_total(&mut self, before: &Value, terms: &[(Value, f64)]) -> Option<Value> {
        let register = before.form.as_register()?;
        let change: Option<Vec<(Register, f64)>> = terms
            .iter()
            .map(|(value, weight)| Some((value.form.as_register()?, *weight)))
            .collect();
        let (value, biased) = self.as_total(register, &change?)?;
        let to = self.new_register();
        self.push(Step::Total { to, value, biased, sum: self.sums });
        self.sums += 1;
        let interval = self.bounds.of_register(to);
        Some(Value { form: Form::register(to), integer: true, interval })
    }
}
