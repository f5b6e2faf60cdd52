//! Linear memory: bytes filed under their address. What was never written is 0: the nearest entry
//! is then of another address, and the tent of the difference closes over it.

use super::limits::{MEMORY_BYTES, NOWHERE};
use tvm_macros::graph;

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
        let written = persist(store_base + offset + bytes.index - 1);
        let inside = step(written < MEMORY_BYTES);
        let on = storing + inside - 1;
        let wanted = persist(load_base + offset + bytes.index);
        let [found, place] = lookup {
            key: written when on,
            query: wanted,
            values: [token.byte_number - 1, written + NOWHERE * (1 - on)]
        };
        /// The byte, 0 when it was never written.
        byte = persist(reglu(found, place - wanted + 1) - 2 * reglu(found, place - wanted) + reglu(found, place - wanted - 1));
        /// 1 when the byte is at least 128.
        negative = step(byte >= 128);
    }
}
