//! Codes are bytes.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// One.
        i32.one = 0x100 : [] -> [] {
            halt;
        }
    }
}

fn main() {}
