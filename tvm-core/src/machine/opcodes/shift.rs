//! Shifts and rotations by the second operand, modulo the number of bits.

use tvm_macros::opcode;

opcode! {
    /// Shifts and rotations.
    pub SHIFT {
        /// Shift to the left.
        i32.shl = 0x74, i64.shl = 0x86 : [a: T n: T] -> [shifted: T] {
            shifted.wide = shift_left(a, n);
        }

        /// Shift to the right; repeats the sign.
        i32.shr_s = 0x75, i64.shr_s = 0x87 : [a: T n: T] -> [shifted: T] {
            shifted.wide = shift_right(a, n);
            shifted.byte = shift_right(a, n).fill when a.negative;
        }

        /// Shift to the right; fills with zeros.
        i32.shr_u = 0x76, i64.shr_u = 0x88 : [a: T n: T] -> [shifted: T] {
            shifted.wide = shift_right(a, n);
        }

        /// Rotation to the left.
        i32.rotl = 0x77, i64.rotl = 0x89 : [a: T n: T] -> [rotated: T] {
            rotated.wide = rotate_left(a, n);
        }

        /// Rotation to the right.
        i32.rotr = 0x78, i64.rotr = 0x8a : [a: T n: T] -> [rotated: T] {
            rotated.wide = rotate_right(a, n);
        }
    }
}
