//! What the machine calls its own is no name for an operand or a result.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Copy.
        i32.copy = 0x01 : [carry] -> [c] {
            c.byte = carry;
        }

        /// Copy.
        i32.copy_again = 0x02 : [a] -> [local] {
            local.byte = a.byte;
        }
    }
}

fn main() {}
