//! A declared result is assigned; its tick alone is not enough.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Sum.
        i32.add = 0x6a : [a b] -> [c] {
            c.carry = step(a.byte + b.byte >= 256);
        }
    }
}

fn main() {}
