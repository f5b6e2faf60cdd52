//! Rows as lists of their non-zero weights, and the vectors that they read.

use crate::model::{Matrix, Model};

/// As many entries as an index of 16 bits can name, so that every index is inside.
pub(super) const LENGTH: usize = 1 << 16;

/// The residual stream, or the outputs of a half-layer. Entries that are not used are zero, and
/// their memory is never touched.
#[derive(Debug, Clone)]
pub(super) struct Vector(Box<[f64; LENGTH]>);

impl Vector {
    pub(super) fn zeros() -> Vector {
        let entries = vec![0.0; LENGTH].into_boxed_slice();
        Vector(entries.try_into().expect("as many as the type says"))
    }

    #[inline]
    pub(super) fn entries(&self) -> &[f64; LENGTH] {
        &self.0
    }

    #[inline]
    pub(super) fn entries_mut(&mut self) -> &mut [f64; LENGTH] {
        &mut self.0
    }
}

/// The non-zero weights of one row, or of one column.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct SparseRow(Box<[(u16, f64)]>);

impl SparseRow {
    pub(super) fn new(weights: Vec<(u16, f64)>) -> SparseRow {
        SparseRow(weights.into())
    }

    pub(super) fn of(matrix: &Matrix, row: usize) -> SparseRow {
        SparseRow(matrix.non_zeros(row).map(|(slot, weight)| (slot as u16, weight)).collect())
    }

    /// The weights into every slot from one column of an output matrix.
    pub(super) fn of_column(matrix: &Matrix, column: usize) -> SparseRow {
        let weights = (0..matrix.rows()).map(|row| (row as u16, matrix.get(row, column)));
        SparseRow(weights.filter(|(_, weight)| *weight != 0.0).collect())
    }

    /// The weights of slots other than one.
    pub(super) fn without(&self, slot: u16) -> SparseRow {
        SparseRow(self.0.iter().copied().filter(|(other, _)| *other != slot).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn weights(&self) -> &[(u16, f64)] {
        &self.0
    }

    /// The row times the one weight of another.
    pub(super) fn scaled_by(&self, other: &SparseRow) -> SparseRow {
        let factor: f64 = other.0.iter().map(|(_, weight)| weight).sum();
        SparseRow(self.0.iter().map(|&(slot, weight)| (slot, weight * factor)).collect())
    }

    /// The row times a vector, in four sums side by side: additions do not wait for each other. Sums
    /// of integers are the same in any order.
    #[inline]
    pub(super) fn dot(&self, vector: &Vector) -> f64 {
        let product = |&(index, weight): &(u16, f64)| vector.entries()[index as usize] * weight;
        let (fours, rest) = self.0.as_chunks::<4>();
        let mut sums = [0.0; 4];
        for four in fours {
            for (sum, weight) in sums.iter_mut().zip(four) {
                *sum += product(weight);
            }
        }
        let rest: f64 = rest.iter().map(product).sum();
        (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
    }
}

/// The slot that is one for every token at every position and that no layer writes, if there is
/// one.
pub(super) fn constant_slot(model: &Model) -> Option<u16> {
    let untouched = |output: &Matrix, slot: usize| output.non_zeros(slot).next().is_none();
    let is_constant = |slot: &usize| {
        let one = (0..model.embedding.rows()).all(|token| model.embedding.get(token, *slot) == 1.0);
        let no_position = model.position_linear.get(0, *slot) == 0.0
            && (0..model.position_periodic.rows())
                .all(|row| model.position_periodic.get(row, *slot) == 0.0);
        let unwritten = model.layers.iter().all(|layer| {
            untouched(&layer.attention.output, *slot)
                && untouched(&layer.feed_forward.output, *slot)
        });
        one && no_position && unwritten
    };
    (0..model.d_model()).find(is_constant).map(|slot| slot as u16)
}
