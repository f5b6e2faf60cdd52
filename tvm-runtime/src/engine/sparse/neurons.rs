//! Neurons: tables where they are many, one by one where they are few.

use super::rows::SparseRow;
use super::table::Table;
use crate::model::FeedForward;

/// Fewer neurons of one direction are computed one by one.
const LEAST_TABLE: usize = 8;

/// The feed-forward half of a layer.
pub(super) struct SparseNeurons {
    singles: Vec<Neuron>,
    tables: Vec<Table>,
    change: Vec<f64>,
}

struct Neuron {
    gate: SparseRow,
    value: SparseRow,
    output: SparseRow,
}

impl SparseNeurons {
    pub(super) fn new(neurons: &FeedForward, one: Option<u32>) -> Self {
        let mut singles = Vec::new();
        let mut families: Vec<(SparseRow, Vec<usize>)> = Vec::new();
        for neuron in 0..neurons.gate.rows() {
            let direction = Table::direction(neurons, neuron, one);
            let Some(direction) = direction else {
                singles.push(neuron);
                continue;
            };
            match families.iter_mut().find(|(other, _)| *other == direction) {
                Some((_, members)) => members.push(neuron),
                None => families.push((direction, vec![neuron])),
            }
        }
        let mut tables = Vec::new();
        for (direction, members) in families {
            let enough = members.len() >= LEAST_TABLE;
            match enough.then(|| Table::new(neurons, &direction, &members, one)).flatten() {
                Some(table) => tables.push(table),
                None => singles.extend(members),
            }
        }
        singles.sort_unstable();
        let neuron = |neuron: usize| Neuron {
            gate: SparseRow::of(&neurons.gate, neuron),
            value: SparseRow::of(&neurons.value, neuron),
            output: SparseRow::of_column(&neurons.output, neuron),
        };
        let singles = singles.into_iter().map(neuron).collect();
        SparseNeurons { singles, tables, change: vec![0.0; neurons.output.rows()] }
    }

    pub(super) fn apply(&mut self, stream: &mut [f64]) {
        let change = &mut self.change;
        change.fill(0.0);
        for neuron in &self.singles {
            let gate = neuron.gate.dot(stream);
            if gate > 0.0 {
                neuron.output.add_to(change, gate * neuron.value.dot(stream));
            }
        }
        for table in &self.tables {
            table.apply(stream, change);
        }
        for (slot, change) in stream.iter_mut().zip(change) {
            *slot += *change;
        }
    }
}
