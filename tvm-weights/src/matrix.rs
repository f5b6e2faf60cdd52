//! Dense matrices of f64, row by row: owned, or borrowed from a file.

use std::borrow::Cow;

/// A matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix<'bytes> {
    rows: usize,
    columns: usize,
    entries: Cow<'bytes, [f64]>,
}

impl<'bytes> Matrix<'bytes> {
    /// A matrix of zeros.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Matrix { rows, columns, entries: Cow::Owned(vec![0.0; rows * columns]) }
    }

    /// A matrix of these entries, row by row.
    ///
    /// # Panics
    /// When there are not `rows * columns` of them.
    pub fn new(rows: usize, columns: usize, entries: Cow<'bytes, [f64]>) -> Self {
        assert_eq!(rows * columns, entries.len(), "as many entries as the shape says");
        Matrix { rows, columns, entries }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// All entries, row by row.
    pub fn entries(&self) -> &[f64] {
        &self.entries
    }

    /// One row.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.entries[row * self.columns..(row + 1) * self.columns]
    }

    /// One entry.
    pub fn get(&self, row: usize, column: usize) -> f64 {
        self.entries[row * self.columns + column]
    }

    /// Adds to one entry.
    pub fn add(&mut self, row: usize, column: usize, amount: f64) {
        let columns = self.columns;
        self.entries.to_mut()[row * columns + column] += amount;
    }

    /// `self * vector`.
    pub fn times(&self, vector: &[f64]) -> Vec<f64> {
        let dot = |row: &[f64]| row.iter().zip(vector).map(|(a, b)| a * b).sum();
        (0..self.rows).map(|row| dot(self.row(row))).collect()
    }

    /// The non-zero entries of a row as (column, entry).
    pub fn non_zeros(&self, row: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.row(row).iter().copied().enumerate().filter(|&(_, entry)| entry != 0.0)
    }

    /// The same matrix, owning its entries.
    pub fn into_owned(self) -> Matrix<'static> {
        let Matrix { rows, columns, entries } = self;
        Matrix { rows, columns, entries: Cow::Owned(entries.into_owned()) }
    }
}
