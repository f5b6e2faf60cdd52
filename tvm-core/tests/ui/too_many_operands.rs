//! The machine reads three operands.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Too many.
        select.four = 0x01 : [a b c d] -> [e] {
            e.byte = a.byte + d.byte;
        }
    }
}

fn main() {}
