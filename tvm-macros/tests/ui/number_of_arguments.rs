//! Functions have known numbers of arguments.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Zero test.
        i32.eqz = 0x45 : [a] -> [c] {
            c.byte = equal(a.value) when first;
        }
    }
}

fn main() {}
