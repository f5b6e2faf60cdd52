//! An i64 is read in halves, an i32 has none, and there are no other types.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Reads a whole i64, and half of an i32.
        mixed = 0x01 : [a: i64 b] -> [c] {
            c.byte = a.value + b.low when first;
        }
    }
}

fn main() {}
