//! Rows over the residual stream: a linear form over nodes becomes weights over slots.
//!
//! Cumulative sums are stored with [`BIAS`] added. The neuron that makes a mean a sum gives
//! `S (1 + e)` with `|e| <= 2^-52` (one division, one multiplication); for `|S| < 2^38` the error is
//! below `2^-14`. Adding the bias leaves a number near `2^40.6`, where f64 has steps of `2^-12`, so
//! the addition rounds to the integer, in whatever order the terms of the slot are added: the last
//! addition ends near `2^40.6` in any case, and an error below half a step cannot survive it.
//! The slot is the one that held the mean, which is no integer and was written to an empty slot, so
//! that it is the very quotient: subtracting it leaves an error of at most half a step, which the
//! same rounding removes, and no other slot ever sees it.
//! Readers subtract their coefficient times the bias through the slot that is always one.

use crate::graph::{Form, Node, NodeId, TokenGraph};
use crate::schedule::{Schedule, ValueId};

use super::Lowered;

/// Added to every cumulative sum in its slot: `1.5 * 2^40`.
pub(super) const BIAS: i64 = 3 << 39;

/// Weights over slots.
pub(super) type Row = Vec<(usize, f64)>;

/// Where values are.
pub(super) struct Slots<'a> {
    pub(super) definition: &'a TokenGraph,
    pub(super) lowered: &'a Lowered,
    pub(super) schedule: &'a Schedule,
}

impl Slots<'_> {
    /// The slot of a value.
    ///
    /// # Panics
    /// When the schedule gave it none.
    pub(super) fn of(&self, value: ValueId) -> usize {
        self.schedule.slots[value.0].expect("a value that is read later has a slot").0
    }

    /// The slot of a node's value.
    pub(super) fn of_node(&self, node: NodeId) -> usize {
        self.of(self.lowered.values[&node])
    }

    /// The slot that is always one.
    pub(super) fn one(&self) -> usize {
        self.of(self.lowered.one)
    }

    /// The row that evaluates a form.
    pub(super) fn row(&self, form: &Form) -> Row {
        let mut offset = form.offset();
        let mut row: Row = Vec::new();
        for (node, coefficient) in form.terms() {
            if let Node::Cumsum(_) = self.definition.graph.node(node) {
                offset -= coefficient * BIAS;
            }
            row.push((self.of_node(node), exact(coefficient)));
        }
        if offset != 0 {
            row.push((self.one(), exact(offset)));
        }
        row
    }
}

/// A coefficient as f64.
///
/// # Panics
/// When it is not an exact f64.
pub(super) fn exact(coefficient: i64) -> f64 {
    let float = coefficient as f64;
    assert!(float as i128 == i128::from(coefficient), "{coefficient} is not an exact f64");
    float
}
