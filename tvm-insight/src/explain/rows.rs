//! The non-zero weights of a whole matrix, row after row.

use std::sync::Arc;

use tvm_model::{Lines, Matrix};

/// Rows, or columns, of a matrix as lists of their non-zero weights. Copies share them.
#[derive(Clone)]
pub(super) struct Rows(Arc<Lists>);

struct Lists {
    /// Where each row ends in `weights`.
    ends: Vec<usize>,
    weights: Vec<(u16, f64)>,
}

impl Rows {
    /// The rows of a matrix.
    pub(super) fn of(matrix: &Matrix) -> Rows {
        let rows = (0..matrix.rows()).map(|row| matrix.row(row).collect());
        Rows::collect(rows)
    }

    /// The columns of a matrix.
    pub(super) fn of_columns(matrix: &Matrix) -> Rows {
        let matrix = matrix.stored_by(Lines::Columns);
        Rows::collect((0..matrix.columns()).map(|column| matrix.column(column).collect()))
    }

    fn collect(rows: impl Iterator<Item = Vec<(usize, f64)>>) -> Rows {
        let (mut ends, mut weights) = (Vec::new(), Vec::new());
        for row in rows {
            weights.extend(row.into_iter().map(|(slot, weight)| (slot as u16, weight)));
            ends.push(weights.len());
        }
        Rows(Arc::new(Lists { ends, weights }))
    }

    pub(super) fn len(&self) -> usize {
        self.0.ends.len()
    }

    /// The slots of a row with their weights, by slot.
    pub(super) fn row(&self, row: usize) -> &[(u16, f64)] {
        let Lists { ends, weights } = &*self.0;
        let start = if row == 0 { 0 } else { ends[row - 1] };
        &weights[start..ends[row]]
    }

    /// A row times a vector, added from left to right. Zero has no sign.
    pub(super) fn times(&self, row: usize, vector: &[f64]) -> f64 {
        let products = self.row(row).iter().map(|&(slot, weight)| weight * vector[slot as usize]);
        products.fold(0.0, |sum, product| sum + product)
    }
}
