//! Bitwise operators, a nibble at a time. The bits of a nibble are spread to digits in base 3, so
//! the digits of a sum of two spreads say how many operands have the bit; a table of 81 entries
//! keeps those that both have. `or` and `xor` follow: `a + b` counts common bits twice.

use super::super::tables;
use tvm_macros::opcode;

opcode! {
    /// Bit by bit.
    pub BITWISE {
        /// The bits of a byte that both have.
        fn both(a, b) {
            let both_low = table(a.spread_low + b.spread_low, 0..81, tables::both);
            let both_high = table(a.spread_high + b.spread_high, 0..81, tables::both);
            let both = slot(both_low + 16 * both_high);
            both
        }

        /// Bits that both have.
        i32.and = 0x71, i64.and = 0x83 : [a: T b: T] -> [bits: T] {
            bits.byte = both(a, b);
        }

        /// Bits that either has.
        i32.or = 0x72, i64.or = 0x84 : [a: T b: T] -> [bits: T] {
            bits.byte = a.byte + b.byte - both(a, b);
        }

        /// Bits that exactly one has.
        i32.xor = 0x73, i64.xor = 0x85 : [a: T b: T] -> [bits: T] {
            bits.byte = a.byte + b.byte - 2 * both(a, b);
        }
    }
}
