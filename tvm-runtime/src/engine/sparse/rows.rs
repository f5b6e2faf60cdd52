//! Rows as lists of their non-zero weights.

use crate::model::{Matrix, Model};

/// The non-zero weights of one row, or of one column.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct SparseRow(Box<[(u32, f64)]>);

impl SparseRow {
    pub(super) fn of(matrix: &Matrix, row: usize) -> SparseRow {
        SparseRow(matrix.non_zeros(row).map(|(slot, weight)| (slot as u32, weight)).collect())
    }

    /// The weights into every slot from one column of an output matrix.
    pub(super) fn of_column(matrix: &Matrix, column: usize) -> SparseRow {
        let weights = (0..matrix.rows()).map(|row| (row as u32, matrix.get(row, column)));
        SparseRow(weights.filter(|(_, weight)| *weight != 0.0).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn weights(&self) -> &[(u32, f64)] {
        &self.0
    }

    /// The row times the one weight of another.
    pub(super) fn scaled_by(&self, other: &SparseRow) -> SparseRow {
        let factor: f64 = other.0.iter().map(|(_, weight)| weight).sum();
        SparseRow(self.0.iter().map(|&(slot, weight)| (slot, weight * factor)).collect())
    }

    #[inline]
    pub(super) fn dot(&self, stream: &[f64]) -> f64 {
        self.0.iter().map(|&(slot, weight)| stream[slot as usize] * weight).sum()
    }

    /// Adds `factor` times the row to a vector.
    #[inline]
    pub(super) fn add_to(&self, vector: &mut [f64], factor: f64) {
        for &(slot, weight) in &self.0 {
            vector[slot as usize] += factor * weight;
        }
    }
}

/// Many rows in one piece of memory.
#[derive(Debug, Clone, Default)]
pub(super) struct SparseRows {
    weights: Vec<(u32, f64)>,
    ends: Vec<u32>,
}

impl FromIterator<SparseRow> for SparseRows {
    fn from_iter<I: IntoIterator<Item = SparseRow>>(rows: I) -> Self {
        let mut all = SparseRows::default();
        for row in rows {
            all.weights.extend_from_slice(row.weights());
            all.ends.push(all.weights.len() as u32);
        }
        all
    }
}

impl SparseRows {
    fn row(&self, row: usize) -> &[(u32, f64)] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.weights[start as usize..self.ends[row] as usize]
    }

    /// One row times a vector.
    #[inline]
    pub(super) fn dot(&self, row: usize, stream: &[f64]) -> f64 {
        self.row(row).iter().map(|&(slot, weight)| stream[slot as usize] * weight).sum()
    }

    /// Every row times a vector.
    #[inline]
    pub(super) fn times(&self, stream: &[f64], products: &mut [f64]) {
        let mut start = 0;
        for (product, &end) in products.iter_mut().zip(&self.ends) {
            let row = &self.weights[start..end as usize];
            *product = row.iter().map(|&(slot, weight)| stream[slot as usize] * weight).sum();
            start = end as usize;
        }
    }

    /// Adds `factor` times a row to a vector.
    #[inline]
    pub(super) fn add_to(&self, row: usize, vector: &mut [f64], factor: f64) {
        for &(slot, weight) in self.row(row) {
            vector[slot as usize] += factor * weight;
        }
    }
}

/// The slot that is one for every token at every position and that no layer writes, if there is
/// one.
pub(super) fn constant_slot(model: &Model) -> Option<u32> {
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
    (0..model.d_model()).find(is_constant).map(|slot| slot as u32)
}
