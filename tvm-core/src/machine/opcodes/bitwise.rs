//! Bitwise operators, nibble by nibble. The bits of a nibble are spread to digits in base 3, so a digit of
//! the sum of two spreads is the number of operands in which the bit is set. A table of 81 entries gives
//! the bits that are set in both. `or` and `xor` follow, since `a + b` counts common bits twice.

use super::super::tables;
use tvm_macros::opcode;

opcode! {
    /// Bitwise operators.
    pub BITWISE {
        /// The bits of a byte that are set in both operands.
        fn both(a, b) {
            let both_low = table(a.spread_low + b.spread_low, 0..81, tables::both);
            let both_high = table(a.spread_high + b.spread_high, 0..81, tables::both);
            let both = slot(both_low + 16 * both_high);
            both
        }

        /// Bitwise and.
        i32.and = 0x71, i64.and = 0x83 : [a: T b: T] -> [bits: T] {
            bits.byte = both(a, b);
        }

        /// Bitwise or.
        i32.or = 0x72, i64.or = 0x84 : [a: T b: T] -> [bits: T] {
            bits.byte = a.byte + b.byte - both(a, b);
        }

        /// Bitwise exclusive or.
        i32.xor = 0x73, i64.xor = 0x85 : [a: T b: T] -> [bits: T] {
            bits.byte = a.byte + b.byte - 2 * both(a, b);
        }
    }
}
