//! Only the result and the targets of the machine are assigned.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Store.
        local.set = 0x21 : [a] -> [] {
            locl.byte = a.byte;
        }
    }
}

fn main() {}
