//! An `if` is the value of an assignment, and a value has an `else`.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Within a sum.
        sum = 0x01 : [a: i32] -> [r: i32] {
            let more = if a.nonzero { 1 } else { 2 };
            r.byte = 1 + if a.negative { 1 } else { 2 };
        }
    }
}

fn main() {}
