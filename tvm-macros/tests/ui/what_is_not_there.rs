//! What is read is set, or there, somewhere.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// A tick that nothing sets.
        tick = 0x01 : [a: i32] -> [r: i32] {
            r.byte = a.byte + carry;
        }

        /// Goes back to no caller.
        caller = 0x02 : [] -> [r: i32] {
            r.byte = caller.byte;
        }
    }
}

fn main() {}
