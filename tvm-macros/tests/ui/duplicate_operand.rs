//! The names of a stack type differ.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Sum.
        i32.add = 0x6a : [a a] -> [c] {
            c.byte = a.byte;
        }
    }
}

fn main() {}
