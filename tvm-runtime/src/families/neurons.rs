//! Which neurons belong to a family.

use super::chain::Chain;
use super::row::SparseRow;
use super::table::{Table, direction};
use crate::model::FeedForward;

/// Fewer neurons of one direction are computed one by one.
const LEAST_TABLE: usize = 8;

/// How the neurons of a half-layer are computed.
#[derive(Default)]
pub struct Members {
    /// Neurons of no family.
    pub singles: Vec<usize>,
    /// Chains.
    pub chains: Vec<Chain>,
    /// Tables with their directions.
    pub tables: Vec<(SparseRow, Table)>,
}

impl Members {
    /// The families of some neurons; `one` is the slot that is always one.
    pub fn of(neurons: &FeedForward, one: Option<u16>) -> Members {
        let Some(one) = one else {
            let singles = (0..neurons.gate.rows()).collect();
            return Members { singles, ..Members::default() };
        };
        let (tables, singles) = split_tables(neurons, one);
        let (chains, singles) = split_chains(neurons, singles, one);
        Members { singles, chains, tables }
    }
}

/// Tables with their directions, and all neurons that belong to none.
fn split_tables(neurons: &FeedForward, one: u16) -> (Vec<(SparseRow, Table)>, Vec<usize>) {
    let mut families: Vec<(SparseRow, Vec<usize>)> = Vec::new();
    let mut singles = Vec::new();
    for neuron in 0..neurons.gate.rows() {
        let Some(direction) = direction(neurons, neuron, one) else {
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
        match enough.then(|| Table::new(neurons, &members, one)).flatten() {
            Some(table) => tables.push((direction, table)),
            None => singles.extend(members),
        }
    }
    singles.sort_unstable();
    (tables, singles)
}

/// Chains among the neurons that let a constant through, and all that belong to none.
fn split_chains(neurons: &FeedForward, singles: Vec<usize>, one: u16) -> (Vec<Chain>, Vec<usize>) {
    let lets_constant = |neuron: &usize| {
        let mut value = neurons.value.non_zeros(*neuron);
        value.all(|(slot, _)| slot as u16 == one)
    };
    let (constant, mut rest): (Vec<usize>, Vec<usize>) =
        singles.into_iter().partition(lets_constant);
    let (chains, left) = Chain::find(neurons, constant);
    rest.extend(left);
    rest.sort_unstable();
    (chains, rest)
}
