//! Neurons: patterns, products, and those that are always open.

use super::super::Step;
use super::super::bounds::{Interval, WATCHED};
use super::super::form::Form;
use super::joining::Joining;
use super::{Derivation, Key, Value, Written};
use crate::patterns::{Members, SparseRow, TableMembers};
use tvm_weights::FeedForward;

impl Derivation<'_> {
    /// How the neurons of the next half-layer may be computed.
    pub(crate) fn joining(&self, neurons: &FeedForward) -> Members {
        Joining::of(self, neurons).members
    }

    pub(crate) fn feed_forward(&mut self, neurons: &FeedForward) {
        self.watched_neurons.clear();
        let Joining { members, certain, bounds } = Joining::of(self, neurons);
        let mut outputs = Vec::new();
        for neuron in members.singles {
            let column = SparseRow::of_column(&neurons.output, neuron);
            let rows = [&neurons.gate, &neurons.value].map(|m| SparseRow::of(m, neuron));
            let [gate, value] = rows.map(|row| self.read(&row));
            let (value, watched) = self.neuron(gate, value);
            if watched {
                self.watched_neurons.insert(neuron);
            }
            outputs.push(Written { value, column });
        }
        for (chain, neurons) in members.chains {
            let column = chain.output.clone();
            let ends = [&chain.first, &chain.step].map(|row| self.read(row).form);
            let ends = ends.map(|form| self.register(&form));
            let to = self.new_register();
            self.push(Step::Chain { to, ends, chain });
            let gates = neurons.iter().map(|&neuron| bounds.gate(neuron)).sum();
            self.bounds.narrow(to, Interval::new(0.0, gates));
            outputs.push(Written { value: self.exact(Form::register(to)), column });
        }
        for TableMembers { direction, mut table, neurons: members } in members.tables {
            let x = self.read(&direction);
            let ends = [x.interval.low, x.interval.high];
            let x = self.register(&x.form);
            let mut to = Vec::new();
            let mut columns = Vec::new();
            for (column, &slot) in table.slots.iter().enumerate() {
                let register = self.new_register();
                let range = table.range_between(column, ends).expect("a table that joins is exact");
                self.bounds.narrow(register, Interval::new(range.0, range.1));
                let terms = members.iter().map(|&n| bounds.contribution(neurons, n, slot));
                self.bounds.narrow(register, Interval::of_partial_sums(terms));
                to.push((register, column));
                columns.push((register, SparseRow::new(vec![(slot, 1.0)])));
            }
            let index = self.tables.len();
            table.layer = self.half_layers / 2;
            self.tables.push(table);
            self.push(Step::Table { to, x, table: index });
            for (register, column) in columns {
                outputs.push(Written { value: self.exact(Form::register(register)), column });
            }
        }
        self.write(&outputs, &certain);
    }

    /// `max(0, gate) * value`, and whether it is watched.
    fn neuron(&mut self, gate: Value, value: Value) -> (Value, bool) {
        let interval = gate.interval.open().product(value.interval);
        let integer = gate.integer && value.integer;
        let (gate, value) = (gate.form, value.form);
        if let [Some(gate), Some(value)] = [gate.as_constant(), value.as_constant()]
            && (gate.max(0.0) * value).is_finite()
        {
            return (Value::number(gate.max(0.0) * value), false);
        }
        let short = match (gate.as_constant(), value.as_constant()) {
            _ if !integer => None,
            (Some(gate), _) => Form::exact_sum([(&value, gate.max(0.0))]),
            (_, Some(value)) => {
                let gate = self.register(&gate);
                let open = self.step(Key::Open(gate), |to| Step::Open { to, gate });
                Form::exact_sum([(&Form::register(open), value)])
            }
            _ => None,
        };
        if let Some(form) =
            short.filter(|form| self.bounds.partial_sums(form).holds_exact_integers())
        {
            return (self.exact(form), false);
        }
        let (gate, value) = (self.register(&gate), self.register(&value));
        let key = Key::Product(gate, value);
        let product = self.step(key, |to| Step::Product { to, gate, value });
        let growing = [gate, value].iter().any(|register| self.bounds.grows(*register));
        let watched = integer && growing && interval.magnitude() > WATCHED;
        if watched {
            self.watch(product, WATCHED);
        }
        let interval = interval.and(self.bounds.of_register(product));
        (Value { form: Form::register(product), integer, interval }, watched)
    }
}
