//! There is one distance of a shift.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// To both sides.
        both = 0x01 : [a: i32 n: i32] -> [r: i32] {
            r.wide = shift_left(a, n) + shift_right(a, n);
        }
    }
}

fn main() {}
