//! The parts of a [`PlanState`] one by one, for who runs some of the blocks otherwise than by
//! [`PlanState::run`]. Lists of registers, winners, places, sums and rings have the same length and stay where
//! they are as long as the state lives; those of keys and of values are moved as they grow.

use super::state::{KeysOf, PlanState, Ring};
use crate::attention::{IntegerKeys, Place};

impl PlanState {
    /// By number.
    pub fn registers_mut(&mut self) -> &mut [f64] {
        &mut self.registers
    }

    /// What searches have found, by number.
    pub fn winners_mut(&mut self) -> &mut [Place] {
        &mut self.winners
    }

    /// For every cache of keys, where values of this position are kept.
    pub fn places_mut(&mut self) -> &mut [Place] {
        &mut self.places
    }

    /// Running sums.
    pub fn sums_mut(&mut self) -> &mut [f64] {
        &mut self.sums
    }

    /// What a ring remembers: a row of values for every position modulo the period.
    pub fn ring_mut(&mut self, ring: usize) -> &mut [f64] {
        &mut self.rings[ring].values
    }

    /// A cache of keys, if they are integers.
    pub fn integer_keys_mut(&mut self, keys: usize) -> Option<&mut IntegerKeys> {
        match &mut self.keys[keys] {
            KeysOf::Integer(keys) => Some(keys),
            KeysOf::Greatest(_) | KeysOf::Hull(_) => None,
        }
    }

    /// The greatest key of a cache, if that is all that it remembers.
    pub fn greatest_key_mut(&mut self, keys: usize) -> Option<&mut f64> {
        match &mut self.keys[keys] {
            KeysOf::Greatest(keys) => Some(keys.greatest_mut()),
            KeysOf::Integer(_) | KeysOf::Hull(_) => None,
        }
    }

    /// All values of a cache, place by place.
    pub fn values_mut(&mut self, cache: usize) -> &mut [f64] {
        self.values[cache].rows.values_mut()
    }

    /// The values of all places of a cache. Places where nothing was kept have zeros.
    pub fn rows(&self, cache: usize) -> impl Iterator<Item = &[f64]> {
        self.values[cache].rows.rows()
    }

    /// The values of a ring for the last positions, as many as the period, in any order. Positions that are not there have
    /// zeros.
    pub fn ring_rows(&self, ring: usize) -> impl Iterator<Item = &[f64]> {
        let Ring { width, values } = &self.rings[ring];
        values.chunks_exact(*width)
    }

    /// A running sum.
    pub fn running_sum(&self, sum: usize) -> f64 {
        self.sums[sum]
    }

    /// The values of a place, which is made if there is none yet.
    pub fn row_mut(&mut self, cache: usize, place: Place) -> &mut [f64] {
        self.values[cache].rows.row_mut(place)
    }
}
