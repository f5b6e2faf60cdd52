//! Neurons: tables where they are many, one by one where they are few.

use super::chain::Chain;
use super::rows::{SparseRow, SparseRows};
use super::table::Table;
use crate::model::FeedForward;

/// Fewer neurons of one direction are computed one by one.
const LEAST_TABLE: usize = 8;

/// The feed-forward half of a layer.
pub(super) struct SparseNeurons {
    gates: SparseRows,
    values: SparseRows,
    outputs: SparseRows,
    opened: Vec<f64>,
    chains: Vec<Chain>,
    tables: Vec<Table>,
    change: Vec<f64>,
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
        let (chains, singles) = match one {
            Some(one) => split_chains(neurons, singles, one),
            None => (Vec::new(), singles),
        };
        let row = |matrix| singles.iter().map(move |&neuron| SparseRow::of(matrix, neuron));
        let outputs = singles.iter().map(|&n| SparseRow::of_column(&neurons.output, n));
        SparseNeurons {
            gates: row(&neurons.gate).collect(),
            values: row(&neurons.value).collect(),
            outputs: outputs.collect(),
            opened: vec![0.0; singles.len()],
            chains,
            tables,
            change: vec![0.0; neurons.output.rows()],
        }
    }

    pub(super) fn apply(&mut self, stream: &mut [f64]) {
        let change = &mut self.change;
        change.fill(0.0);
        // All gates first: whether a neuron is open is hard to predict, so nothing waits for it.
        self.gates.times(stream, &mut self.opened);
        for (neuron, &gate) in self.opened.iter().enumerate() {
            if gate > 0.0 {
                let value = self.values.dot(neuron, stream);
                self.outputs.add_to(neuron, change, gate * value);
            }
        }
        for chain in &self.chains {
            chain.apply(stream, change);
        }
        for table in &self.tables {
            table.apply(stream, change);
        }
        for (slot, change) in stream.iter_mut().zip(change) {
            *slot += *change;
        }
    }
}

/// Chains among the neurons that let a constant through, and all that belong to none.
fn split_chains(neurons: &FeedForward, singles: Vec<usize>, one: u32) -> (Vec<Chain>, Vec<usize>) {
    let lets_constant = |neuron: &usize| {
        let mut value = neurons.value.non_zeros(*neuron);
        value.all(|(slot, _)| slot as u32 == one)
    };
    let (constant, mut rest): (Vec<usize>, Vec<usize>) =
        singles.into_iter().partition(lets_constant);
    let (chains, left) = Chain::find(neurons, constant);
    rest.extend(left);
    rest.sort_unstable();
    (chains, rest)
}
