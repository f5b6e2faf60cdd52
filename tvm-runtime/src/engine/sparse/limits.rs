//! What is assumed of the residual stream, checked after every half-layer.
//!
//! Which sums may be added in any order is shown by bounds of slots. Some of these bounds hold only while what
//! grows with the sequence is watched (see [`bounds`](crate::plan::bounds)). The plan watches single registers; here
//! the slots are looked at that these registers are written to.

use std::collections::BTreeSet;

use super::vector::Vector;
use crate::engine::Watch;
use crate::patterns::SparseRow;
use crate::plan::Derivation;

/// Slots that a half-layer writes, with the least and the greatest number that they may hold.
#[derive(Debug)]
pub(super) struct Limits(Vec<(u16, f64, f64)>);

impl Limits {
    /// The limits of the slots in some columns, after the stream went through the half-layer.
    pub(super) fn of<'columns>(
        stream: &Derivation,
        columns: impl Iterator<Item = &'columns SparseRow>,
    ) -> Limits {
        let slots = columns.flat_map(|column| column.weights().iter().map(|(slot, _)| *slot));
        let slots: BTreeSet<u16> = slots.collect();
        let limits = slots.into_iter().filter_map(|slot| {
            let (low, high) = stream.limits_of_slot(slot)?;
            Some((slot, low, high))
        });
        Limits(limits.collect())
    }

    pub(super) fn check(&self, stream: &Vector, watch: &mut Watch) {
        for &(slot, low, high) in &self.0 {
            watch.between(stream.entries()[slot as usize], low, high);
        }
    }
}
