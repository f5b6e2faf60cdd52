//! Counts of bits: at most 64, so only the first byte is not 0.

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

opcode! {
    /// Counts of bits among 64.
    pub COUNTING_64 {
        /// Leading zeros.
        i64.clz = 0x79 : [a: i64] -> [count: i64] { count.byte = a.leading when first; }

        /// Trailing zeros.
        i64.ctz = 0x7a : [a: i64] -> [count: i64] { count.byte = a.trailing when first; }

        /// Set bits.
        i64.popcnt = 0x7b : [a: i64] -> [count: i64] { count.byte = a.population when first; }
    }
}
