//! Counts of bits. They are at most 64, so only the first byte of a result can be other than 0.

use tvm_macros::opcode;

opcode! {
    /// Counts of bits.
    pub COUNTING {
        /// The number of leading zeros.
        i32.clz = 0x67, i64.clz = 0x79 : [a: T] -> [count: T] { count.byte = a.leading when first; }

        /// The number of trailing zeros.
        i32.ctz = 0x68, i64.ctz = 0x7a : [a: T] -> [count: T] { count.byte = a.trailing when first; }

        /// The number of bits that are set.
        i32.popcnt = 0x69, i64.popcnt = 0x7b : [a: T] -> [count: T] {
            count.byte = a.population when first;
        }
    }
}
