//! Linear memory: bytes stored under their address. A byte that was never written reads as 0: the lookup
//! then finds an entry of another address, and the tent of the difference is 0.

use super::limits::{MEMORY_BYTES, NOWHERE};
use tvm_macros::graph;

impl From<BoundedByte> for MemoryByte {
    fn from(BoundedByte { byte }: BoundedByte) -> Self {
        MemoryByte { byte }
    }
}

graph! {
    /// The byte of linear memory at the address that a load reads next.
    pub fn memory_byte(
        token: &super::Columns,
        bytes: &super::Recent,
        offset,
        load_base,
        store_base,
        storing
    ) -> MemoryByte {
        let written = slot(store_base + offset + bytes.index - 1);
        let wanted = slot(load_base + offset + bytes.index);
        let beyond = step(wanted >= MEMORY_BYTES);
        let [found, place] = lookup {
            key: written when storing,
            query: wanted,
            values: [token.byte_number - 1, written + NOWHERE * (1 - storing)]
        };
        let missed = place - wanted + NOWHERE * beyond;
        /// The byte, 0 when it was never written or lies beyond the end.
        byte = slot(reglu(found, missed + 1) - 2 * reglu(found, missed) + reglu(found, missed - 1));
    }

    /// The byte of linear memory that the instruction accesses next, in a machine with traps, where no access
    /// goes past the end.
    pub fn bounded_byte(token: &super::Columns, bytes: &super::Recent, address, storing) -> BoundedByte {
        let written = address + bytes.index - 1;
        let wanted = address + bytes.index;
        let [found, place] = lookup {
            key: written when storing,
            query: wanted,
            values: [token.byte_number - 1, written + NOWHERE * (1 - storing)]
        };
        let missed = place - wanted;
        /// The byte, 0 when it was never written.
        byte = slot(reglu(found, missed + 1) - 2 * reglu(found, missed) + reglu(found, missed - 1));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::probe::State;
    use super::*;
    use crate::graph::Form;
    use crate::graph::probe::Probe;

    /// Where an access is, at which index, the byte just emitted and whether it is stored.
    const SCRIPT: [(i64, i64, i64, i64); 12] = [
        (100, 0, 0, 0),
        (100, 1, 7, 1),
        (100, 2, 8, 1),
        (101, 0, 0, 0),
        (100, 0, 0, 0),
        (99, 1, 250, 0),
        (100, 1, 9, 1),
        (100, 0, 0, 0),
        (0, 0, 0, 0),
        (0, 1, 1, 1),
        (GREATEST - 1, 1, 33, 1),
        (GREATEST - 2, 1, 34, 1),
    ];

    const GREATEST: i64 = MEMORY_BYTES;

    /// What memory holds where each token of the script looks, by a map.
    fn expected() -> Vec<i64> {
        let mut memory = BTreeMap::new();
        let step = |(address, index, byte, stored): (i64, i64, i64, i64)| {
            if stored == 1 {
                memory.insert(address + index - 1, byte);
            }
            let wanted = address + index;
            if wanted < GREATEST { memory.get(&wanted).copied().unwrap_or(0) } else { 0 }
        };
        SCRIPT.map(step).to_vec()
    }

    fn read(probe: Probe, state: &State, found: &MemoryByte, columns: [&Form; 2]) -> Vec<i64> {
        let mut probe = probe;
        let [base, storing] = columns;
        for (address, index, byte, stored) in SCRIPT {
            let number = if index > 0 { byte + 1 } else { 0 };
            probe.token(&[
                (base, address),
                (&state.bytes.index, index),
                (&state.token.byte_number, number),
                (storing, stored),
            ]);
        }
        probe.read([&found.byte]).into_iter().map(|[byte]| byte).collect()
    }

    #[test]
    fn memory_is_what_was_written_last_and_zero_elsewhere() {
        let mut probe = Probe::new();
        let state = State::new(&mut probe);
        let [address, storing] = probe.inputs(["address", "storing"]);
        let (token, bytes) = (&state.token, &state.bytes);
        let found = bounded_byte(&mut probe.graph, token, bytes, &address, &storing).into();
        assert_eq!(read(probe, &state, &found, [&address, &storing]), expected());
    }

    #[test]
    fn without_traps_nothing_is_read_beyond_the_end() {
        let mut probe = Probe::new();
        let state = State::new(&mut probe);
        let [base, storing] = probe.inputs(["base", "storing"]);
        let (token, bytes, none) = (&state.token, &state.bytes, Form::default());
        let graph = &mut probe.graph;
        let found = memory_byte(graph, token, bytes, &none, &base, &base, &storing);
        assert_eq!(read(probe, &state, &found, [&base, &storing]), expected());
    }
}
