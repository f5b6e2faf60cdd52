//! A statement is a binding, an assignment or the end of the instruction.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Stop.
        stop = 0x01 : [] -> [] {
            stop;
        }
    }
}

fn main() {}
