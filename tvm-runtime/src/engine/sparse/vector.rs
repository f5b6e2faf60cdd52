//! The residual stream and the outputs of a half-layer, and rows times them.

use crate::patterns::SparseRow;

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

/// The row times a vector, term by term.
pub(super) fn dot_in_order(row: &SparseRow, vector: &Vector) -> f64 {
    let product = |&(index, weight): &(u16, f64)| vector.entries()[index as usize] * weight;
    row.weights().iter().map(product).sum()
}

/// The row times a vector, in four sums side by side: additions do not wait for each other. For rows that
/// give the same in any order.
#[inline]
pub(super) fn dot(row: &SparseRow, vector: &Vector) -> f64 {
    let product = |&(index, weight): &(u16, f64)| vector.entries()[index as usize] * weight;
    let (fours, rest) = row.weights().as_chunks::<4>();
    let mut sums = [0.0; 4];
    for four in fours {
        for (sum, weight) in sums.iter_mut().zip(four) {
            *sum += product(weight);
        }
    }
    let rest: f64 = rest.iter().map(product).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}
