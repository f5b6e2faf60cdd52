//! A condition is 0 or 1.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Is one less?
        less = 0x01 : [a: i32 b: i32] -> [r: i32] {
            r.byte = 1 when first && order(a, b).signed;
            r.byte = 2 when not a.byte;
        }
    }
}

fn main() {}
