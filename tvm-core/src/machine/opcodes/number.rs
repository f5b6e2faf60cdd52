//! Numbers in floating point: what needs no arithmetic. The sign is the highest bit of the last byte.

use tvm_macros::opcode;

opcode! {
    /// The sign of a number, and the lesser and the greater of two.
    pub NUMBER {
        /// Without its sign.
        f32.abs = 0x8b, f64.abs = 0x99 : [a: T] -> [magnitude: T] {
            magnitude.byte = a.byte;
            magnitude.byte = -128 when index == size(T) - 1 && a.negative;
        }

        /// With the other sign.
        f32.neg = 0x8c, f64.neg = 0x9a : [a: T] -> [negated: T] {
            negated.byte = a.byte;
            negated.byte = if a.negative { -128 } else { 128 } when index == size(T) - 1;
        }

        /// With the sign of another.
        f32.copysign = 0x98, f64.copysign = 0xa6 : [a: T b: T] -> [signed: T] {
            signed.byte = a.byte;
            signed.byte = -128 when index == size(T) - 1 && a.negative;
            signed.byte = 128 when index == size(T) - 1 && b.negative;
        }

        /// The canonical NaN, if one of two numbers is a NaN. That is known at the first byte; the ticks carry it
        /// on.
        fn nan(result, nans) {
            result.carry = 1 when first && nans > 0;
            result.carry = carry when index >= 1;
            result.byte = 127 when index == size(T) - 1 && carry;
            result.byte = 136 + 14 * size(T) when index == size(T) - 2 && carry;
        }

        /// The lesser of two, or the canonical NaN. The order is at most 3 either way, so that eight times the
        /// NaNs puts it out of reach.
        f32.min = 0x96, f64.min = 0xa4 : [a: T b: T] -> [least: T] {
            least.byte = a.byte when first && order(a, b).total + 8 * order(a, b).unordered <= 0;
            least.byte = b.byte when first && order(a, b).total - 8 * order(a, b).unordered > 0;
            least.byte = a.byte when index >= 1 && not carry && order(a, b).total <= 0;
            least.byte = b.byte when index >= 1 && not carry && order(a, b).total > 0;
            nan(least, order(a, b).unordered);
        }

        /// The greater of two, or the canonical NaN.
        f32.max = 0x97, f64.max = 0xa5 : [a: T b: T] -> [greatest: T] {
            greatest.byte = a.byte when first && order(a, b).total - 8 * order(a, b).unordered >= 0;
            greatest.byte = b.byte when first && order(a, b).total + 8 * order(a, b).unordered < 0;
            greatest.byte = a.byte when index >= 1 && not carry && order(a, b).total >= 0;
            greatest.byte = b.byte when index >= 1 && not carry && order(a, b).total < 0;
            nan(greatest, order(a, b).unordered);
        }
    }
}
