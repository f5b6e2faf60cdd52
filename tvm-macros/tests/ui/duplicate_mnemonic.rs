//! Two opcodes of a family share a mnemonic.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// One.
        i32.same = 0x01 : [] -> [] {
            halt;
        }

        /// Another.
        i32.same = 0x02 : [] -> [] {
            halt;
        }
    }
}

fn main() {}
