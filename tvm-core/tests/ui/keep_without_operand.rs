//! `keep` needs an operand to leave in place.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Keep.
        keep = 0x01 : [] -> [c] {
            keep;
        }
    }
}

fn main() {}
