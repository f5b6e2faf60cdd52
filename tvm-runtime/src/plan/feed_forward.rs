//! Neurons: families, products, and those that are always open.

use std::collections::BTreeSet;

use super::Step;
use super::derive::{Derivation, Key, Written};
use super::form::Form;
use crate::patterns::{Members, SparseRow};
use tvm_weights::FeedForward;

impl Derivation<'_> {
    pub(super) fn feed_forward(&mut self, neurons: &FeedForward) {
        let members = Members::of(neurons, self.one, self.exact_neurons(neurons));
        let mut outputs = Vec::new();
        for neuron in members.singles {
            let column = SparseRow::of_column(&neurons.output, neuron);
            let rows = [&neurons.gate, &neurons.value].map(|m| SparseRow::of(m, neuron));
            let [(gate, a), (value, b)] = rows.map(|row| self.read(&row));
            let value = self.neuron(&gate, &value, a || b);
            outputs.push(Written { value, column, inexact: a || b });
        }
        for chain in members.chains {
            let column = chain.output.clone();
            let ends = [&chain.first, &chain.step].map(|row| self.read(row).0);
            let ends = ends.map(|form| self.register(&form));
            let to = self.new_register();
            self.push(Step::Chain { to, ends, chain });
            outputs.push(Written { value: Form::register(to), column, inexact: false });
        }
        for (direction, table) in members.tables {
            let x = self.read(&direction).0;
            let x = self.register(&x);
            let mut to = Vec::new();
            for (column, &slot) in table.slots.iter().enumerate() {
                let register = self.new_register();
                to.push((register, column));
                let column = SparseRow::new(vec![(slot, 1.0)]);
                outputs.push(Written { value: Form::register(register), column, inexact: false });
            }
            self.push(Step::Table { to, x, table: self.tables.len() });
            self.tables.push(table);
        }
        self.write(&outputs);
    }

    /// Which neurons read and write nothing but integers. The others are added one by one, in the
    /// order of the definition.
    fn exact_neurons(&self, neurons: &FeedForward) -> impl Fn(usize) -> bool {
        let rows = |neuron| [&neurons.gate, &neurons.value].map(|m| SparseRow::of(m, neuron));
        let columns: Vec<SparseRow> = (0..neurons.gate.rows())
            .map(|neuron| SparseRow::of_column(&neurons.output, neuron))
            .collect();
        let reads_fraction: Vec<bool> = (0..columns.len())
            .map(|neuron| rows(neuron).iter().any(|row| self.is_inexact(row)))
            .collect();
        let mut is_written: BTreeSet<u16> = BTreeSet::new();
        for (column, reads_fraction) in columns.iter().zip(&reads_fraction) {
            let slots = column.weights().iter();
            let inexact = slots.filter(|(slot, weight)| {
                *reads_fraction || weight.fract() != 0.0 || self.holds_fraction(*slot)
            });
            is_written.extend(inexact.map(|(slot, _)| slot));
        }
        move |neuron| {
            let mut slots = columns[neuron].weights().iter();
            !reads_fraction[neuron] && slots.all(|(slot, _)| !is_written.contains(slot))
        }
    }

    /// `max(0, gate) * value`.
    fn neuron(&mut self, gate: &Form, value: &Form, inexact: bool) -> Form {
        if inexact {
            let (gate, value) = (self.register(gate), self.register(value));
            let key = Key::Product(gate, value);
            return Form::register(self.step(key, |to| Step::Product { to, gate, value }));
        }
        if let Some(gate) = gate.as_constant() {
            return Form::sum([(value, gate.max(0.0))]);
        }
        let gate = self.register(gate);
        let open = match value.as_constant() {
            Some(constant) => {
                let open = self.step(Key::Open(gate), |to| Step::Open { to, gate });
                return Form::sum([(&Form::register(open), constant)]);
            }
            None => {
                let value = self.register(value);
                let key = Key::Product(gate, value);
                self.step(key, |to| Step::Product { to, gate, value })
            }
        };
        Form::register(open)
    }
}
