//! Sign extension: like a narrow signed load, from the stack.

use tvm_macros::opcode;

opcode! {
    /// Sign extension.
    pub EXTENSION {
        /// The lowest bytes are those of a narrower number. The tick of its last byte carries its sign
        /// to the bytes above.
        fn sign_extended(result, narrow, bytes) {
            result.byte = narrow.byte when index < bytes;
            result.carry = 1 when narrow.byte >= 128 && index >= bytes - 1 && index < bytes;
            result.byte = 255 * carry when index >= bytes;
            result.carry = carry when index >= bytes;
        }

        /// From 8 bits.
        i32.extend8_s = 0xc0, i64.extend8_s = 0xc2 : [a: T] -> [extended: T] {
            sign_extended(extended, a, 1);
        }

        /// From 16 bits.
        i32.extend16_s = 0xc1, i64.extend16_s = 0xc3 : [a: T] -> [extended: T] {
            sign_extended(extended, a, 2);
        }
    }
}

opcode! {
    /// From 32 bits to 64.
    pub WIDENING {
        /// From 32 bits: above the operand comes a word of its signs.
        i64.extend_i32_s = 0xac : [a: i32] -> [a: i32 upper: i32] { upper.byte = 255 * a.negative; }
    }
}
