//! An operand alone is not a form: it has several parts.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Sum.
        i32.add = 0x6a : [a b] -> [c] {
            c.byte = a + b.byte;
        }
    }
}

fn main() {}
