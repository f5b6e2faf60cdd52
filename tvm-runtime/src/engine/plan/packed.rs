//! Copies of a state that are kept, to go on from there once more.

use super::state::{KeysOf, PlanState, Ring, ValueRows};
use crate::attention::{GreatestKey, Hull, Keys, PackedKeys, Place};
use crate::engine::Watch;

/// What a state was after some token. It takes no memory for keys that are not stored.
pub struct PackedState {
    registers: Vec<f64>,
    keys: Vec<PackedKeysOf>,
    places: Vec<Place>,
    winners: Vec<Place>,
    values: Vec<ValueRows>,
    rings: Vec<Ring>,
    sums: Vec<f64>,
    position: u64,
    period: u64,
    watch: Watch,
}

enum PackedKeysOf {
    Greatest(Box<GreatestKey>),
    Integer(Box<PackedKeys>),
    Hull(Box<Hull>),
}

impl PlanState {
    /// A copy to be kept.
    pub fn pack(&self) -> PackedState {
        let keys = self.keys.iter().map(|cache| match cache {
            KeysOf::Greatest(keys) => PackedKeysOf::Greatest(keys.clone()),
            KeysOf::Integer(keys) => PackedKeysOf::Integer(Box::new(keys.pack())),
            KeysOf::Hull(keys) => PackedKeysOf::Hull(keys.clone()),
        });
        PackedState {
            registers: self.registers.clone(),
            keys: keys.collect(),
            places: self.places.clone(),
            winners: self.winners.clone(),
            values: self.values.clone(),
            rings: self.rings.clone(),
            sums: self.sums.clone(),
            position: self.position,
            period: self.period,
            watch: self.watch,
        }
    }
}

impl PackedState {
    /// The state, to go on from.
    pub fn unpack(&self) -> PlanState {
        let keys = self.keys.iter().map(|cache| match cache {
            PackedKeysOf::Greatest(keys) => KeysOf::Greatest(keys.clone()),
            PackedKeysOf::Integer(keys) => KeysOf::Integer(Box::new(keys.unpack())),
            PackedKeysOf::Hull(keys) => KeysOf::Hull(keys.clone()),
        });
        PlanState {
            registers: self.registers.clone(),
            keys: keys.collect(),
            places: self.places.clone(),
            winners: self.winners.clone(),
            values: self.values.clone(),
            rings: self.rings.clone(),
            sums: self.sums.clone(),
            buffer: Vec::new(),
            position: self.position,
            period: self.period,
            watch: self.watch,
        }
    }

    /// About how many bytes it takes.
    pub fn memory(&self) -> usize {
        let keys = self.keys.iter().map(|cache| match cache {
            PackedKeysOf::Greatest(keys) => keys.memory(),
            PackedKeysOf::Integer(keys) => keys.memory(),
            PackedKeysOf::Hull(keys) => keys.memory(),
        });
        let values = self.values.iter().map(|cache| cache.rows.memory());
        let rings = self.rings.iter().map(|ring| size_of_val(ring.values.as_slice()));
        let registers = size_of_val(self.registers.as_slice());
        registers + keys.chain(values).chain(rings).sum::<usize>()
    }
}
