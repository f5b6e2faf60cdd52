//! A condition of the index holds somewhere.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Beyond the last byte.
        i32.fifth = 0x01 : [a: i32] -> [r: i32] {
            r.byte = a.byte;
            r.byte = 1 when index == 4;
        }

        /// For one of the types at least.
        i32.high = 0x02, i64.high = 0x03 : [a: T] -> [r: T] {
            r.byte = a.byte;
            r.byte = 1 when index == 4;
        }
    }
}

fn main() {}
