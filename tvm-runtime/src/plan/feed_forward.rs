//! Neurons: families, products, and those that are always open.

use super::Step;
use super::derive::{Derivation, Inexact, Key, Written};
use super::form::Form;
use crate::families::{Members, SparseRow};
use crate::model::FeedForward;

impl Derivation<'_> {
    pub(super) fn feed_forward(&mut self, neurons: &FeedForward) {
        let members = Members::of(neurons, self.one);
        let mut outputs = Vec::new();
        for neuron in members.singles {
            let column = SparseRow::of_column(&neurons.output, neuron);
            let rows = [&neurons.gate, &neurons.value].map(|m| SparseRow::of(m, neuron));
            let [(gate, a), (value, b)] = rows.map(|row| self.read(&row));
            let inexact = if a || b { Inexact::Rounds } else { Inexact::No };
            let value = self.neuron(&gate, &value, a || b);
            outputs.push(Written { value, column, inexact });
        }
        for chain in members.chains {
            let column = chain.output.clone();
            let [(first, a), (step, b)] = [&chain.first, &chain.step].map(|row| self.read(row));
            let ends = [self.register(&first), self.register(&step)];
            let inexact = if a || b { Inexact::Rounds } else { Inexact::No };
            let to = self.new_register();
            self.steps.push(Step::Chain { to, ends, chain });
            outputs.push(Written { value: Form::register(to), column, inexact });
        }
        for (direction, table) in members.tables {
            let (x, is_inexact) = self.read(&direction);
            let inexact = if is_inexact { Inexact::Rounds } else { Inexact::No };
            let x = self.register(&x);
            let mut to = Vec::new();
            for (column, &slot) in table.slots.iter().enumerate() {
                let register = self.new_register();
                to.push((register, column));
                let column = SparseRow::new(vec![(slot, 1.0)]);
                outputs.push(Written { value: Form::register(register), column, inexact });
            }
            self.steps.push(Step::Table { to, x, table: self.tables.len() });
            self.tables.push(table);
        }
        self.write(&outputs);
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
