//! A wide value is no byte, and the product of two i64 is assigned alone.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// A product as a byte.
        i32.product = 0x01 : [a: i32 b: i32] -> [r: i32] {
            let both = 2 * product(a, b);
            r.byte = both + a.byte;
        }

        /// More than a product.
        i64.more = 0x02 : [a: i64 b: i64] -> [r: i64] {
            r.wide = product(a, b) + 1;
        }
    }
}

fn main() {}
