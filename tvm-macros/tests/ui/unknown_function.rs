//! Functions have known names.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Zero test.
        i32.eqz = 0x45 : [a] -> [c] {
            c.byte = equals(a.value, 0) when first;
        }
    }
}

fn main() {}
