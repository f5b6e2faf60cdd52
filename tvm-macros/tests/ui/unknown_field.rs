//! Parts of a token that do not exist, or are only read, are not assigned.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Copy.
        i32.copy = 0x01 : [a] -> [c] {
            c.bite = a.byte;
            c.value = a.value;
        }
    }
}

fn main() {}
