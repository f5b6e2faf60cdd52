//! Sign extension: like a narrow signed load, but from the stack.

use tvm_macros::opcode;

opcode! {
    /// Sign extension.
    pub EXTENSION {
        /// The lowest bytes are those of the narrower number. The tick of its last byte carries the sign to the
        /// bytes above.
        fn sign_extended(result, narrow, bytes) {
            result.byte = narrow.byte when index < bytes;
            result.carry = 1 when narrow.byte >= 128 && index >= bytes - 1 && index < bytes;
            result.byte = 255 * carry when index >= bytes;
            result.carry = carry when index >= bytes;
        }

        /// Extends the sign of the lowest 8 bits.
        i32.extend8_s = 0xc0, i64.extend8_s = 0xc2 : [a: T] -> [extended: T] {
            sign_extended(extended, a, 1);
        }

        /// Extends the sign of the lowest 16 bits.
        i32.extend16_s = 0xc1, i64.extend16_s = 0xc3 : [a: T] -> [extended: T] {
            sign_extended(extended, a, 2);
        }
    }
}

opcode! {
    /// Sign extension from 32 bits to 64.
    pub WIDENING {
        /// Extends 32 bits to 64: the operand becomes the lower word, and the upper word repeats its sign.
        i64.extend_i32_s = 0xac : [a: i32] -> [a: i32 upper: i32] { upper.byte = 255 * a.negative; }
    }
}
