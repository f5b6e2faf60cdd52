//! Counts of bits: at most 64, so only the first byte is not 0.

use tvm_macros::opcode;

opcode! {
    /// Counts of bits.
    pub COUNTING {
        /// Leading zeros.
        i32.clz = 0x67, i64.clz = 0x79 : [a: T] -> [count: T] { count.byte = a.leading when first; }

        /// Trailing zeros.
        i32.ctz = 0x68, i64.ctz = 0x7a : [a: T] -> [count: T] { count.byte = a.trailing when first; }

        /// Set bits.
        i32.popcnt = 0x69, i64.popcnt = 0x7b : [a: T] -> [count: T] {
            count.byte = a.population when first;
        }
    }
}
