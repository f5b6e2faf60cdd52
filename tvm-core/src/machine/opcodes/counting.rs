//! Counts of bits: at most 32, so only the first byte is not 0.

use tvm_macros::opcode;

opcode! {
    /// Counts of bits.
    pub COUNTING {
        /// Leading zeros.
        i32.clz = 0x67 : [a] -> [count] { count.byte = a.leading when first; }

        /// Trailing zeros.
        i32.ctz = 0x68 : [a] -> [count] { count.byte = a.trailing when first; }

        /// Set bits.
        i32.popcnt = 0x69 : [a] -> [count] { count.byte = a.population when first; }
    }
}
