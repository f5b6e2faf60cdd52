//! Numbers in floating point to integral numbers and to integers, in steps like those of arithmetic.
//!
//! A number becomes an integral one by a scale whose unit is 1, and the significand that is left of it. It becomes
//! an integer by its own scale and significand, and a **truncation**: its bytes are the distance of the shift,
//! plus 64; what all bytes but the highest are where the number is outside of the type; the highest byte then;
//! and whether the integer is negative.

use super::super::limits::{BYTE, MULTIPLE};
use tvm_macros::opcode;

/// Of a wide value: 1/256 of a byte.
const PART: i64 = BYTE / 256;

/// The distance of a shift that leaves nothing.
const FAR: i64 = 255;

opcode! {
    /// Integral numbers.
    pub INTEGRAL {
        /// The scale of an integral number, but for what is added to it.
        fn integral(word, scale) {
            word.wide = BYTE * scale.exponent when first;
            word.wide = PART * scale.exponent when index == 1;
            word.byte = scale.flags when index == 2;
            word.byte = scale.distance when index == 3;
        }

        /// The scale of the least integral number that is not less.
        f32.scale_ceil = 0xd7, f64.scale_ceil = 0xdb : [a: T] -> [a: T scale: i32] {
            let of = scale_of_integral(a);
            integral(scale, of);
            scale.byte = 128 when of.fraction && not a.negative && index == 3;
        }

        /// The scale of the greatest integral number that is not greater.
        f32.scale_floor = 0xd8, f64.scale_floor = 0xdc : [a: T] -> [a: T scale: i32] {
            let of = scale_of_integral(a);
            integral(scale, of);
            scale.byte = 128 when of.fraction && a.negative && index == 3;
        }

        /// The scale of a number without its fraction.
        f32.scale_trunc = 0xd9, f64.scale_trunc = 0xdd : [a: T] -> [a: T scale: i32] {
            let of = scale_of_integral(a);
            integral(scale, of);
        }

        /// The scale of the nearest integral number, of two the even one. The tick says that the fraction is one half.
        f32.scale_nearest = 0xda, f64.scale_nearest = 0xde : [a: T] -> [a: T scale: i32] {
            let of = scale_of_integral(a);
            integral(scale, of);
            scale.byte = 128 * of.up when index == 3;
            scale.carry = of.tie when first;
            scale.carry = carry when index >= 1;
        }

        /// The significand of an integral number.
        f32.whole = 0xdf, f64.whole = 0xce : [a: T scale: i32] -> [a: T scale: i32 whole: i64] {
            let of = whole(a, scale);
            whole.wide = of.digits + BYTE * of.carry;
            whole.carry = of.carry;
        }
    }
}

opcode! {
    /// Truncations.
    pub TRUNCATION {
        /// A number inside of the type.
        fn inside(word, of) {
            word.byte = of.distance when first;
            word.byte = of.negative when index == 3;
        }

        /// A number that may be outside: the nearest integer, which is 0 for a NaN.
        fn saturated(word, of, outside, highest, highest_of_least) {
            let above = step(outside - of.negative - of.nan >= 1);
            let below = step(outside + of.negative - of.nan >= 2);
            word.byte = of.distance when not outside && first;
            word.byte = FAR when outside && first;
            word.byte = 255 * above when index == 1;
            word.byte = highest * above + highest_of_least * below when index == 2;
            word.byte = of.negative when not outside && index == 3;
        }

        /// To an i32, signed. Traps outside of it and on a NaN.
        i32.truncation_s = 0x8d : [scale: i32 s: i64] -> [scale: i32 s: i64 truncation: i32] {
            let of = truncation(scale, s);
            trap invalid_conversion_to_integer when of.nan;
            trap integer_overflow when not of.nan && of.bits - of.is_least_i32 >= 32;
            inside(truncation, of);
        }

        /// To an i64, signed. Traps outside of it and on a NaN.
        i64.truncation_s = 0x8e : [scale: i32 s: i64] -> [scale: i32 s: i64 truncation: i32] {
            let of = truncation(scale, s);
            trap invalid_conversion_to_integer when of.nan;
            trap integer_overflow when not of.nan && of.bits - of.is_least_i64 >= 64;
            inside(truncation, of);
        }

        /// To an integer, unsigned. Traps outside of it and on a NaN.
        i32.truncation_u = 0x8f, i64.truncation_u = 0x90 : [scale: i32 s: i64] -> [scale: i32 s: i64 truncation: i32] {
            let of = truncation(scale, s);
            trap invalid_conversion_to_integer when of.nan;
            trap integer_overflow when not of.nan && of.bits + bits(T) * of.negative >= bits(T) + 1;
            inside(truncation, of);
        }

        /// To the nearest i32, signed.
        i32.truncation_sat_s = 0x91 : [scale: i32 s: i64] -> [scale: i32 s: i64 truncation: i32] {
            let of = truncation(scale, s);
            let outside = step(of.bits - of.is_least_i32 >= 32);
            saturated(truncation, of, outside, 127, 128);
        }

        /// To the nearest i64, signed.
        i64.truncation_sat_s = 0x92 : [scale: i32 s: i64] -> [scale: i32 s: i64 truncation: i32] {
            let of = truncation(scale, s);
            let outside = step(of.bits - of.is_least_i64 >= 64);
            saturated(truncation, of, outside, 127, 128);
        }

        /// To the nearest integer, unsigned.
        i32.truncation_sat_u = 0x93, i64.truncation_sat_u = 0x94 : [scale: i32 s: i64] -> [scale: i32 s: i64 truncation: i32] {
            let of = truncation(scale, s);
            let outside = step(of.bits + bits(T) * of.negative >= bits(T) + 1);
            saturated(truncation, of, outside, 255, 0);
        }

        /// The integer, negated where it is negative: the tick says what is borrowed from a byte.
        fn integer(result, of) {
            let borrowed = step(carry + emitted >= 1);
            result.wide = of.shifted when not of.negative;
            result.wide = MULTIPLE + BYTE - 1 - of.shifted - BYTE * borrowed when of.negative;
            result.carry = borrowed when of.negative && index >= 1;
            result.byte = of.fill when index < size(T) - 1;
            result.byte = of.highest when index == size(T) - 1;
        }

        /// The integer that a number of one word is.
        i32.truncated1 = 0x95, i64.truncated1 = 0x9c : [a: i32 scale: i32 s: i64 truncation: i32] -> [result: T] {
            let of = truncated(s, truncation);
            integer(result, of);
        }

        /// The integer that a number of two words is.
        i32.truncated2 = 0x9b, i64.truncated2 = 0x9d : [a: i64 scale: i32 s: i64 truncation: i32] -> [result: T] {
            let of = truncated(s, truncation);
            integer(result, of);
        }
    }
}
