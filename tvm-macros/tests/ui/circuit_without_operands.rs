//! Circuits are of the operands that they name.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Names none.
        unnamed = 0x01 : [a: i32 b: i32] -> [r: i32] {
            r.byte = 1 when first && order.unsigned < 0;
        }

        /// Has none.
        none = 0x02 : [] -> [r: i32] {
            r.byte = 1 when first && order(a, b).unsigned < 0;
        }

        /// In the other order, and not the two on top.
        others = 0x03 : [a: i32 b: i32 c: i32] -> [r: i32] {
            r.byte = 1 when first && order(c, b).unsigned < 0;
            r.wide = product(a, b);
        }

        /// Of different types.
        types = 0x04 : [a: i64 b: i32] -> [r: i32] {
            r.wide = rotate_left(a, b);
        }

        /// Of a type that it is not made for.
        wide = 0x05 : [a: i64 b: i64] -> [r: i64] {
            r.byte = division(a, b).byte;
        }
    }
}

fn main() {}
