//! Linear memory: bytes filed under their address. What was never written is 0: the nearest entry
//! is then of another address, and the tent of the difference closes over it.

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

    /// The byte of linear memory that the instruction accesses next, in a machine with traps: an
    /// access past the end never comes so far.
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
