//! Which neurons belong to a pattern.

use std::collections::HashMap;

use super::chain::Chain;
use super::row::SparseRow;
use super::table::{Table, direction};
use tvm_weights::FeedForward;

/// Fewer neurons of one direction are computed one by one.
const LEAST_TABLE: usize = 8;

/// How the neurons of a half-layer are computed.
#[derive(Default)]
pub struct Members {
    /// Neurons of no pattern.
    pub singles: Vec<usize>,
    /// Chains with their neurons.
    pub chains: Vec<(Chain, Vec<usize>)>,
    /// Tables.
    pub tables: Vec<TableMembers>,
}

/// A table and what it is of.
pub struct TableMembers {
    /// The gate of all its neurons, but for a constant.
    pub direction: SparseRow,
    /// The sums.
    pub table: Table,
    /// The neurons.
    pub neurons: Vec<usize>,
}

impl Members {
    /// The patterns of those neurons that may join one; `one` is the slot that is always one.
    pub fn of(
        neurons: &FeedForward,
        one: Option<u16>,
        may_join: impl Fn(usize) -> bool,
    ) -> Members {
        let Some(one) = one else {
            let singles = (0..neurons.gate.rows()).collect();
            return Members { singles, ..Members::default() };
        };
        let (joining, alone): (Vec<usize>, Vec<usize>) =
            (0..neurons.gate.rows()).partition(|&neuron| may_join(neuron));
        let (tables, left) = split_tables(neurons, joining, one);
        let (chains, left) = split_chains(neurons, left, one);
        let mut singles = [left, alone].concat();
        singles.sort_unstable();
        Members { singles, chains, tables }
    }
}

/// Tables with their directions, and the neurons that belong to none.
fn split_tables(
    neurons: &FeedForward,
    joining: Vec<usize>,
    one: u16,
) -> (Vec<TableMembers>, Vec<usize>) {
    let mut groups: Vec<(SparseRow, Vec<usize>)> = Vec::new();
    let mut known = HashMap::new();
    let mut singles = Vec::new();
    for neuron in joining {
        let Some(direction) = direction(neurons, neuron, one) else {
            singles.push(neuron);
            continue;
        };
        let group = *known.entry(direction.key()).or_insert(groups.len());
        match groups.get_mut(group) {
            Some((_, members)) => members.push(neuron),
            None => groups.push((direction, vec![neuron])),
        }
    }
    let mut tables = Vec::new();
    for (direction, members) in groups {
        let enough = members.len() >= LEAST_TABLE;
        match enough.then(|| Table::new(neurons, &members, one)).flatten() {
            Some(table) => tables.push(TableMembers { direction, table, neurons: members }),
            None => singles.extend(members),
        }
    }
    (tables, singles)
}

/// Chains among the neurons that let a constant through, and those that belong to none.
fn split_chains(
    neurons: &FeedForward,
    singles: Vec<usize>,
    one: u16,
) -> (Vec<(Chain, Vec<usize>)>, Vec<usize>) {
    let lets_constant = |neuron: &usize| {
        let mut value = neurons.value.row(*neuron);
        value.all(|(slot, _)| slot as u16 == one)
    };
    let (constant, mut rest): (Vec<usize>, Vec<usize>) =
        singles.into_iter().partition(lets_constant);
    let (chains, left) = Chain::find(neurons, constant);
    rest.extend(left);
    (chains, rest)
}
