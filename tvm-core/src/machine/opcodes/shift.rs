//! Shifts and rotations by the second operand, modulo the number of bits.

use tvm_macros::opcode;

opcode! {
    /// Shifts and rotations.
    pub SHIFT {
        /// To the left.
        i32.shl = 0x74 : [a n] -> [shifted] { shifted.wide = shift.left; }

        /// To the right, repeating the sign.
        i32.shr_s = 0x75 : [a n] -> [shifted] {
            shifted.wide = shift.right;
            shifted.byte = shift.fill when a.negative;
        }

        /// To the right, bringing in zeros.
        i32.shr_u = 0x76 : [a n] -> [shifted] { shifted.wide = shift.right; }

        /// Around to the left.
        i32.rotl = 0x77 : [a n] -> [rotated] { rotated.wide = rotate.left; }

        /// Around to the right.
        i32.rotr = 0x78 : [a n] -> [rotated] { rotated.wide = rotate.right; }
    }
}

opcode! {
    /// Shifts and rotations of 64 bits.
    pub SHIFT_64 {
        /// To the left.
        i64.shl = 0x86 : [a: i64 n: i64] -> [shifted: i64] { shifted.wide = shift.left; }

        /// To the right, repeating the sign.
        i64.shr_s = 0x87 : [a: i64 n: i64] -> [shifted: i64] {
            shifted.wide = shift.right;
            shifted.byte = shift.fill when a.negative;
        }

        /// To the right, bringing in zeros.
        i64.shr_u = 0x88 : [a: i64 n: i64] -> [shifted: i64] { shifted.wide = shift.right; }

        /// Around to the left.
        i64.rotl = 0x89 : [a: i64 n: i64] -> [rotated: i64] { rotated.wide = rotate.left; }

        /// Around to the right.
        i64.rotr = 0x8a : [a: i64 n: i64] -> [rotated: i64] { rotated.wide = rotate.right; }
    }
}
