//! Bitwise operators, a nibble at a time. The bits of a nibble are spread to digits in base 3, so
//! the digits of a sum of two spreads say how many operands have the bit; a table of 81 entries
//! keeps those that both have. `or` and `xor` follow: `a + b` counts common bits twice.

use super::super::tables;
use tvm_macros::opcode;

opcode! {
    /// Bit by bit.
    pub BITWISE {
        /// Bits that both have.
        i32.and = 0x71 : [a b] -> [bits] {
            let both_low = table(a.spread_low + b.spread_low, 0..81, tables::both);
            let both_high = table(a.spread_high + b.spread_high, 0..81, tables::both);
            let both = persist(both_low + 16 * both_high);
            bits.byte = both;
        }

        /// Bits that either has.
        i32.or = 0x72 : [a b] -> [bits] {
            let both_low = table(a.spread_low + b.spread_low, 0..81, tables::both);
            let both_high = table(a.spread_high + b.spread_high, 0..81, tables::both);
            let both = persist(both_low + 16 * both_high);
            bits.byte = a.byte + b.byte - both;
        }

        /// Bits that exactly one has.
        i32.xor = 0x73 : [a b] -> [bits] {
            let both_low = table(a.spread_low + b.spread_low, 0..81, tables::both);
            let both_high = table(a.spread_high + b.spread_high, 0..81, tables::both);
            let both = persist(both_low + 16 * both_high);
            bits.byte = a.byte + b.byte - 2 * both;
        }
    }
}

opcode! {
    /// Bit by bit, for 64 bits.
    pub BITWISE_64 {
        /// Bits that both have.
        i64.and = 0x83 : [a: i64 b: i64] -> [bits: i64] {
            let both_low = table(a.spread_low + b.spread_low, 0..81, tables::both);
            let both_high = table(a.spread_high + b.spread_high, 0..81, tables::both);
            let both = persist(both_low + 16 * both_high);
            bits.byte = both;
        }

        /// Bits that either has.
        i64.or = 0x84 : [a: i64 b: i64] -> [bits: i64] {
            let both_low = table(a.spread_low + b.spread_low, 0..81, tables::both);
            let both_high = table(a.spread_high + b.spread_high, 0..81, tables::both);
            let both = persist(both_low + 16 * both_high);
            bits.byte = a.byte + b.byte - both;
        }

        /// Bits that exactly one has.
        i64.xor = 0x85 : [a: i64 b: i64] -> [bits: i64] {
            let both_low = table(a.spread_low + b.spread_low, 0..81, tables::both);
            let both_high = table(a.spread_high + b.spread_high, 0..81, tables::both);
            let both = persist(both_low + 16 * both_high);
            bits.byte = a.byte + b.byte - 2 * both;
        }
    }
}
