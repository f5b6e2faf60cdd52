//! What one half of a layer adds to the residual stream: sources (heads or neurons) with their
//! weights into slots. A slot that held an earlier value is rewritten: the half adds the new value
//! minus the old one, and a term that is linear in the stream goes through a source that copies.

use std::collections::BTreeMap;

use tvm_model::Matrix;

use super::slots::Row;

/// What is written to slots: weights of sources, and a linear part over the stream before.
#[derive(Debug, Default)]
pub(super) struct Writes {
    /// For every slot written, the weights of sources.
    pub(super) sources: BTreeMap<usize, Vec<(usize, f64)>>,
    /// For every slot written, a row over the stream before this half.
    pub(super) linear: BTreeMap<usize, BTreeMap<usize, f64>>,
}

impl Writes {
    /// Adds a source's output to a slot.
    pub(super) fn source(&mut self, slot: usize, source: usize, weight: f64) {
        self.sources.entry(slot).or_default().push((source, weight));
    }

    /// Adds a row over the stream to a slot.
    pub(super) fn linear(&mut self, slot: usize, row: Row) {
        let sum = self.linear.entry(slot).or_default();
        for (from, weight) in row {
            *sum.entry(from).or_default() += weight;
        }
    }

    /// The matrix that takes this many sources to the stream.
    pub(super) fn matrix(self, d_model: usize, sources: usize) -> Matrix<'static> {
        let mut lengths = vec![0; sources];
        let written = || self.sources.values().flatten();
        written().for_each(|&(source, _)| lengths[source] += 1);
        let mut columns: Vec<Row> = lengths.into_iter().map(Row::with_capacity).collect();
        for (slot, weights) in self.sources {
            weights.iter().for_each(|&(source, weight)| columns[source].push((slot, weight)));
        }
        Matrix::of_columns(d_model, columns)
    }

    /// The rows that are not zero, by slot.
    pub(super) fn linear_rows(&self) -> impl Iterator<Item = (usize, Row)> + '_ {
        self.linear.iter().filter_map(|(&slot, row)| {
            let row: Row = row.iter().filter(|(_, w)| **w != 0.0).map(|(&s, &w)| (s, w)).collect();
            (!row.is_empty()).then_some((slot, row))
        })
    }
}
