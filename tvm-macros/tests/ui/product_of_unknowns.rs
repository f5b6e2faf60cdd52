//! The product of two bytes is no linear form.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Product.
        i32.mul = 0x6c : [a b] -> [c] {
            c.byte = 2 * a.byte * b.byte;
        }
    }
}

fn main() {}
