//! Arithmetic in floating point, in steps that leave their operands where they are until the last one.
//!
//! 1. A **scale** says what is known before any digit is: the exponent of the lowest bit of what follows,
//!    the sign, which number is the greater one, and how far apart they are.
//! 2. A **significand** is the exact sum or product, as an integer. Where it is too long, its lowest bits are
//!    cut off, and the tick of its first byte says whether one of them was set.
//! 3. A **rounding** says by how many bits the significand is shifted, which exponent that gives, and
//!    whether the result is one unit greater: to nearest, ties to even.
//! 4. The last step writes the result.
//!
//! The four words of a scale and of a rounding are bytes, so that later steps read them one by one:
//!
//! | byte | of a scale | of a rounding |
//! |---|---|---|
//! | 0 | exponent, lower byte | distance of the shift, plus 64 |
//! | 1 | exponent, upper byte | exponent of the result, lower byte |
//! | 2 | sign, 2: the second is greater, 4: subtract, 8 and 16: the greater and the lesser are normal | exponent, upper bits, 8: sign, 16: normal, 32: NaN |
//! | 3 | bits by which the lesser number is shifted, or bytes by which a product begins lower | highest bit: one unit greater |

use super::super::limits::{BYTE, MULTIPLE, UNIT_EXPONENT};
use tvm_macros::opcode;

/// The exponent of a scale of integers: that of the unit 1. Its two bytes are those of the constant.
const UNIT_LOWER: i64 = UNIT_EXPONENT % 256;
const UNIT_UPPER: i64 = UNIT_EXPONENT / 256;

/// The flags of a scale begin at this bit.
const SIGNED: i64 = 1 << 16;
const NORMAL: i64 = 8 << 16;

/// Of a wide value: 1/256 of a byte.
const PART: i64 = BYTE / 256;

opcode! {
    /// Scales.
    pub SCALES {
        /// Two bytes of an exponent, then the flags.
        fn exponent_and_flags(word, scale) {
            word.wide = BYTE * scale.exponent when first;
            word.wide = PART * scale.exponent when index == 1;
            word.byte = scale.flags when index == 2;
        }

        /// The scale of a sum.
        f32.scale_sum = 0xb0, f64.scale_sum = 0xb8 : [a: T b: T] -> [a: T b: T scale: i32] {
            let of = scale_of_sum(a, b);
            exponent_and_flags(scale, of);
            scale.byte = of.distance when index == 3;
        }

        /// The scale of a difference.
        f32.scale_difference = 0xb1, f64.scale_difference = 0xb9 : [a: T b: T] -> [a: T b: T scale: i32] {
            let of = scale_of_difference(a, b);
            exponent_and_flags(scale, of);
            scale.byte = of.distance when index == 3;
        }

        /// The scale of a product.
        f32.scale_product = 0xb2 : [a: f32 b: f32] -> [a: f32 b: f32 scale: i32] {
            let of = scale_of_product(a, b);
            exponent_and_flags(scale, of);
        }

        /// The scale of a product. Where a number is subnormal, the upper digits begin further down.
        f64.scale_product = 0xba : [a: f64 b: f64] -> [a: f64 b: f64 scale: i32] {
            let of = scale_of_product(a, b);
            exponent_and_flags(scale, of);
            scale.byte = of.distance when index == 3;
        }

        /// The scale of a number as it is.
        f32.scale = 0xb3, f64.scale = 0xbb : [a: T] -> [a: T scale: i32] {
            let of = scale_of(a);
            exponent_and_flags(scale, of);
        }

        /// The scale of a signed integer.
        i32.scale_s = 0xc4, i64.scale_s = 0xc5 : [a: T] -> [a: T scale: i32] {
            scale.byte = UNIT_LOWER when first;
            scale.byte = UNIT_UPPER when index == 1;
            scale.byte = a.negative when index == 2;
        }
    }
}

opcode! {
    /// Significands.
    pub SIGNIFICANDS {
        /// The sum of two significands, or their difference, as the scale says.
        f32.sum = 0xb4, f64.sum = 0xbc : [a: T b: T scale: i32] -> [a: T b: T scale: i32 sum: i64] {
            let of = aligned(a, b, scale);
            let more = BYTE * of.greater + BYTE * of.carry;
            let less = BYTE * of.greater - BYTE * of.carry;
            sum.wide = more + of.lesser when not of.subtracts;
            sum.wide = less - of.lesser + BYTE - 1 + MULTIPLE when of.subtracts;
            sum.carry = of.lost when first;
            sum.carry = of.carry when index >= 1;
        }

        /// The product of two significands; of 64 bits the lower 64 bits.
        f32.product = 0xb5, f64.product = 0xbd : [a: T b: T scale: i32] -> [a: T b: T scale: i32 low: i64] {
            low.wide = columns(a, b, scale);
        }

        /// The upper digits of a product whose lower ones are on the stack: from bit 48 on, or as many bytes lower as
        /// the scale says.
        f64.product_high = 0xbe : [a: f64 b: f64 scale: i32 low: i64] -> [a: f64 b: f64 scale: i32 high: i64] {
            high.wide = upper_columns(a, b, scale, low);
            high.carry = upper_columns(a, b, scale, low).lost when first;
        }

        /// The significand of a number.
        f32.significand = 0xb6 : [a: f32 scale: i32] -> [a: f32 scale: i32 significand: i64] {
            let normal = step(scale.value >= NORMAL);
            let sign_of_exponent = step(a.byte >= 128);
            significand.byte = a.byte when index < 2;
            significand.byte = a.byte - 128 * sign_of_exponent + 128 * normal when index == 2;
        }

        /// The significand of a number.
        f64.significand = 0xbf : [a: f64 scale: i32] -> [a: f64 scale: i32 significand: i64] {
            let normal = step(scale.value >= NORMAL);
            let upper_half = count(a.byte, 16, 15);
            significand.byte = a.byte when index < 6;
            significand.byte = a.byte - 16 * upper_half + 16 * normal when index == 6;
        }

        /// The magnitude of an integer. The tick says what is borrowed from a byte: from the first nothing.
        i32.magnitude = 0xc6, i64.magnitude = 0xc7 : [a: T scale: i32] -> [a: T scale: i32 magnitude: i64] {
            let negative = step(scale.value >= SIGNED);
            let borrowed = step(carry + emitted >= 1);
            let negated = -a.byte - borrowed;
            magnitude.byte = a.byte when not negative && index < size(T);
            magnitude.byte = if negated < 0 { negated + 256 } else { negated } when negative && index < size(T);
            magnitude.carry = borrowed when negative && index >= 1 && index < size(T);
        }
    }
}

opcode! {
    /// Roundings.
    pub ROUNDINGS {
        /// All but the last byte. The tick of all bytes says that the number is half-way between two.
        fn decision(rounding, of) {
            rounding.byte = of.distance when first;
            rounding.wide = BYTE * of.exponent when index == 1;
            rounding.wide = PART * of.exponent + 8 * BYTE * of.flags when index == 2;
            rounding.wide = of.bits when index == 3;
            rounding.carry = of.tie when first;
            rounding.carry = carry when index >= 1;
        }

        /// How a significand is rounded to an f32.
        f32.rounding = 0xb7 : [scale: i32 s: i64] -> [scale: i32 s: i64 rounding: i32] {
            let of = rounding_to_f32(scale, s);
            decision(rounding, of);
        }

        /// How a significand is rounded to an f64.
        f64.rounding = 0xc8 : [scale: i32 s: i64] -> [scale: i32 s: i64 rounding: i32] {
            let of = rounding_to_f64(scale, s);
            decision(rounding, of);
        }

        /// An f32 has 23 bits of its fraction, 8 bits of its exponent and the sign.
        fn to_f32(result, of) {
            result.wide = of.shifted + BYTE * of.carry when index < 2;
            result.wide = of.shifted + BYTE * of.carry + 128 * BYTE * of.exponent - 64 * BYTE * of.hidden when index == 2;
            result.wide = 128 * PART * of.exponent + 128 * BYTE * of.sign + BYTE * of.carry when index == 3;
            result.carry = of.carry;
        }

        /// An f64 has 52 bits of its fraction, 11 bits of its exponent and the sign.
        fn to_f64(result, of) {
            result.wide = of.shifted + BYTE * of.carry when index < 6;
            result.wide = of.shifted + BYTE * of.carry + 16 * BYTE * of.exponent - 8 * BYTE * of.hidden when index == 6;
            result.wide = 16 * PART * of.exponent + 128 * BYTE * of.sign + BYTE * of.carry when index == 7;
            result.carry = of.carry;
        }

        /// The result of an operator whose operands are one word.
        f32.round1 = 0xc9 : [operand: i32 scale: i32 s: i64 rounding: i32] -> [result: f32] {
            let of = rounded(s, rounding);
            to_f32(result, of);
        }

        /// The result of an operator whose operands are two words.
        f32.round2 = 0xca : [pair: i64 scale: i32 s: i64 rounding: i32] -> [result: f32] {
            let of = rounded(s, rounding);
            to_f32(result, of);
        }

        /// The result of an operator whose operands are one word.
        f64.round1 = 0xcb : [operand: i32 scale: i32 s: i64 rounding: i32] -> [result: f64] {
            let of = rounded(s, rounding);
            to_f64(result, of);
        }

        /// The result of an operator whose operands are two words.
        f64.round2 = 0xcc : [operand: i64 scale: i32 s: i64 rounding: i32] -> [result: f64] {
            let of = rounded(s, rounding);
            to_f64(result, of);
        }

        /// The result of an operator of two f64.
        f64.round4 = 0xcd : [a: f64 b: f64 scale: i32 s: i64 rounding: i32] -> [result: f64] {
            let of = rounded(s, rounding);
            to_f64(result, of);
        }
    }
}
