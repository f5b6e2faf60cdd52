//! The machine reads five operands.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Too many.
        select.six = 0x01 : [a b c d e f] -> [g] {
            g.byte = a.byte + f.byte;
        }
    }
}

fn main() {}
