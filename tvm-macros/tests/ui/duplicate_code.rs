//! Two opcodes of a family share a code.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// One.
        first.one = 0x01 : [] -> [] {
            halt;
        }

        /// Another.
        second.one = 0x01 : [] -> [] {
            halt;
        }
    }
}

fn main() {}
