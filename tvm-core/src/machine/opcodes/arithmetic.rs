//! Sums, differences and products, modulo 2^32 or 2^64.

use tvm_macros::opcode;

opcode! {
    /// Sums and differences.
    pub ARITHMETIC {
        /// Wrapping sum. Each byte carries into the next.
        i32.add = 0x6a, i64.add = 0x7c : [a: T b: T] -> [sum: T] {
            let total = a.byte + b.byte + carry;
            sum.byte = if total >= 256 { total - 256 } else { total };
            sum.carry = 1 when total >= 256;
        }

        /// Wrapping difference. Each byte borrows from the next.
        i32.sub = 0x6b, i64.sub = 0x7d : [a: T b: T] -> [difference: T] {
            let rest = a.byte - b.byte - carry;
            difference.byte = if rest < 0 { rest + 256 } else { rest };
            difference.carry = 1 when rest < 0;
        }
    }
}

opcode! {
    /// Products.
    pub MULTIPLICATION {
        /// Wrapping product.
        i32.mul = 0x6c, i64.mul = 0x7e : [a: T b: T] -> [result: T] {
            result.wide = product(a, b);
        }
    }
}
