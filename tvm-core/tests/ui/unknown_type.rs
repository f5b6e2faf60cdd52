//! Values are integers of 32 or 64 bits.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// A float.
        float = 0x01 : [a: f32] -> [c] {
            c.byte = a.byte;
        }
    }
}

fn main() {}
