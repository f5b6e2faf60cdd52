//! The attributes of operands are known words.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Copy.
        i32.copy = 0x01 : [a] -> [c] {
            c.byte = a.bytes;
        }
    }
}

fn main() {}
