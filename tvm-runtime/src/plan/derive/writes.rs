//! The end of a half-layer: what it adds to the slots of the stream.

use std::collections::{BTreeMap, BTreeSet};

use super::super::bounds::{EXACT, LARGE_WEIGHT, LARGEST_MULTIPLIED, WATCHED};
use super::super::form::Form;
use super::super::{Register, Step};
use super::sums::mass;
use super::{Derivation, Value, Written};
use tvm_weights::{Attention, Layer, Matrix};

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
                false => self.write_ordered(slot, terms),
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

    /// Is `slot + (first + second + ...)` exact in the definition, and in any order?
    fn writes_exactly(&self, slot: u16, terms: &[(Value, f64)]) -> bool {
        let before = (self.slot(slot), 1.0);
        let terms = terms.iter().map(|(value, weight)| (value, *weight));
        mass(terms.chain([before])).is_some_and(|mass| mass < EXACT)
    }

    fn write_sum(&mut self, slot: u16, mut terms: Vec<(Value, f64)>) -> Value {
        terms.push((self.slot(slot).clone(), 1.0));
        let value = self.sum(terms);
        // A longer form is read more often than it is worth repeating.
        if value.form.terms().len() <= 1 {
            return value;
        }
        let register = self.register(&value.form);
        let interval = self.bounds.of_register(register);
        Value { form: Form::register(register), interval, ..value }
    }

    /// What a half-layer wrote to a slot. Where it grows it is watched, unless it is known to be small
    /// enough for what reads it.
    fn limited(&mut self, slot: u16, value: Value) -> Value {
        let magnitude = value.interval.magnitude();
        let grows = value.form.terms().iter().any(|(register, _)| self.bounds.grows(*register));
        if !grows || !value.integer || magnitude <= LARGEST_MULTIPLIED {
            return value;
        }
        let most = if self.is_multiplied(slot) { LARGEST_MULTIPLIED } else { WATCHED };
        if magnitude <= most {
            return value;
        }
        let register = self.register(&value.form);
        self.watch(register, most);
        let interval = self.bounds.of_register(register);
        Value { form: Form::register(register), interval, ..value }
    }

    /// Does a row read the slot with a large weight, before it is written again?
    fn is_multiplied(&self, slot: u16) -> bool {
        let slot = usize::from(slot);
        let is_large =
            |rows: &Matrix| (0..rows.rows()).any(|row| rows.get(row, slot).abs() > LARGE_WEIGHT);
        let half_layers = self.model.layers.iter().flat_map(|Layer { attention, feed_forward }| {
            let Attention { query, key, value, output, .. } = attention;
            let neurons = feed_forward;
            let attention = (vec![query, key, value], output);
            [attention, (vec![&neurons.gate, &neurons.value], &neurons.output)]
        });
        for (read, written) in half_layers.skip(self.half_layers + 1) {
            if read.into_iter().any(is_large) {
                return true;
            }
            if written.row(slot).iter().any(|weight| *weight != 0.0) {
                return false;
            }
        }
        is_large(&self.model.unembedding)
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
