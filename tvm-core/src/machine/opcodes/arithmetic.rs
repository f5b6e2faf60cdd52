//! Sums, differences and products, modulo 2^32 or 2^64.

use tvm_macros::opcode;

opcode! {
    /// Sums and differences.
    pub ARITHMETIC {
        /// Wrapping sum. Each byte carries into the next.
        i32.add = 0x6a : [a b] -> [sum] {
            let total = a.byte + b.byte + carry;
            sum.byte = total;
            sum.byte = -256 when total >= 256;
            sum.carry = 1 when total >= 256;
        }

        /// Wrapping difference. Each byte borrows from the next.
        i32.sub = 0x6b : [a b] -> [difference] {
            let rest = a.byte - b.byte - carry;
            difference.byte = rest;
            difference.byte = 256 when rest < 0;
            difference.carry = 1 when rest < 0;
        }
    }
}

opcode! {
    /// Products.
    pub MULTIPLICATION {
        /// Wrapping product.
        i32.mul = 0x6c : [a b] -> [result] { result.wide = product.wide; }
    }
}

opcode! {
    /// Sums, differences and products of 64 bits.
    pub ARITHMETIC_64 {
        /// Wrapping sum. Each byte carries into the next.
        i64.add = 0x7c : [a: i64 b: i64] -> [sum: i64] {
            let total = a.byte + b.byte + carry;
            sum.byte = total;
            sum.byte = -256 when total >= 256;
            sum.carry = 1 when total >= 256;
        }

        /// Wrapping difference. Each byte borrows from the next.
        i64.sub = 0x7d : [a: i64 b: i64] -> [difference: i64] {
            let rest = a.byte - b.byte - carry;
            difference.byte = rest;
            difference.byte = 256 when rest < 0;
            difference.carry = 1 when rest < 0;
        }

        /// Wrapping product.
        i64.mul = 0x7e : [a: i64 b: i64] -> [result: i64] {
            result.wide = product.wide;
            result.carried = product.carried;
        }
    }
}
