//! Rows as lists of their non-zero weights.

use std::collections::BTreeSet;

use tvm_weights::{Matrix, Weights};

/// The non-zero weights of one row, or of one column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SparseRow(Box<[(u16, f64)]>);

impl SparseRow {
    /// A row of these weights.
    pub fn new(weights: Vec<(u16, f64)>) -> SparseRow {
        SparseRow(weights.into())
    }

    /// Row `row` of a matrix.
    pub fn of(matrix: &Matrix, row: usize) -> SparseRow {
        SparseRow(matrix.row(row).map(|(slot, weight)| (slot as u16, weight)).collect())
    }

    /// The weights into every slot from one column of an output matrix.
    pub fn of_column(matrix: &Matrix, column: usize) -> SparseRow {
        SparseRow(matrix.column(column).map(|(slot, weight)| (slot as u16, weight)).collect())
    }

    /// The weights of slots other than one.
    pub fn without(&self, slot: u16) -> SparseRow {
        SparseRow(self.0.iter().copied().filter(|(other, _)| *other != slot).collect())
    }

    /// Whether all weights are zero.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The slots with their weights, by slot.
    pub fn weights(&self) -> &[(u16, f64)] {
        &self.0
    }

    /// What equal rows have in common.
    pub fn key(&self) -> Vec<(u16, u64)> {
        self.0.iter().map(|(slot, weight)| (*slot, weight.to_bits())).collect()
    }

    /// The row times the one weight of another.
    pub fn scaled_by(&self, other: &SparseRow) -> SparseRow {
        let factor: f64 = other.0.iter().map(|(_, weight)| weight).sum();
        SparseRow(self.0.iter().map(|&(slot, weight)| (slot, weight * factor)).collect())
    }
}

/// The slots that an output matrix writes.
pub(crate) fn written_slots(output: &Matrix) -> BTreeSet<usize> {
    // A set of as many entries as a large program has would be sorted first.
    let mut written = vec![false; output.rows()];
    output.iter().for_each(|(slot, ..)| written[slot] = true);
    (0..output.rows()).filter(|&slot| written[slot]).collect()
}

/// The slot that is one for every token at every position and that no layer writes, if there is
/// one.
pub fn constant_slot(model: &Weights) -> Option<u16> {
    let outputs =
        model.layers.iter().map(|layer| [&layer.attention.output, &layer.feed_forward.output]);
    let written: BTreeSet<usize> = outputs.flatten().flat_map(written_slots).collect();
    let is_constant = |slot: &usize| {
        let one = (0..model.embedding.rows()).all(|token| model.embedding.get(token, *slot) == 1.0);
        let no_position = model.position_linear.get(0, *slot) == 0.0
            && (0..model.position_periodic.rows())
                .all(|row| model.position_periodic.get(row, *slot) == 0.0);
        one && no_position && !written.contains(slot)
    };
    (0..model.d_model()).find(is_constant).map(|slot| slot as u16)
}
