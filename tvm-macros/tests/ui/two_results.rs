//! An instruction leaves one result.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Two results.
        i32.twice = 0x01 : [a] -> [b c] {
            b.byte = a.byte;
        }
    }
}

fn main() {}
