//! The documentation of an opcode is shown to people.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        i32.copy = 0x01 : [a] -> [c] {
            c.byte = a.byte;
        }
    }
}

fn main() {}
