//! Opposites are two opcodes of a family with equal operands, each that of the other.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Zero?
        i32.zero = 0x01, i64.zero = 0x02 : [a: T] -> [r: i32] opposite i32.nonzro, i64.nonzero {
            r.byte = not a.nonzero when first;
        }

        /// Not zero?
        i32.nonzero = 0x03, i64.nonzero = 0x04 : [a: T] -> [r: i32] {
            r.byte = a.nonzero when first;
        }

        /// Negative?
        i32.negative = 0x05 : [a: i32] -> [r: i32] opposite i64.nonzero {
            r.byte = a.negative when first;
        }

        /// Itself?
        i32.self = 0x06 : [a: i32] -> [r: i32] opposite i32.self, i32.zero {
            r.byte = a.negative when first;
        }
    }
}

fn main() {}
