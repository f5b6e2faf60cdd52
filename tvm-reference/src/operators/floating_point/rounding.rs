//! How a significand becomes a result: to the nearest number, of two that are equally near to the one
//! whose lowest bit is 0.

use super::format::Format;
use super::scale::{Scale, UNIT};
use crate::outcome::Outcome;
use tvm_program::Value;
use tvm_program::ValueType::I32;

/// What makes the exponent of a significand that is 0 less than all others.
const OF_ZERO: i64 = 4096;

/// The greatest number of bits that a significand loses because of its scale, not its length: then
/// nothing is left of it, however many more there are.
pub(crate) const GREATEST_LOSS: i64 = 80;

/// What a significand loses more if the result is infinite or a NaN: all of it.
const OF_OVERFLOW: i64 = 128;

/// Added to the number of bits that are lost, which is negative where a significand is lengthened.
pub(crate) const BITS_BIAS: i64 = 64;

/// How a significand of a scale is rounded to a type; `sticky` says whether something below its unit was
/// lost. All bytes tick in a tie: where the significand is halfway between two numbers.
///
/// The word's highest bit says whether the result is the greater of the two nearest numbers. It is the
/// highest bit that is lost or, in a tie, the lowest that is kept. Below it stand the seven bits that are
/// below it in the significand.
pub(crate) fn of(format: Format, scale: Scale, significand: u64, sticky: bool) -> Outcome {
    let fields = Fields::of(format, scale, significand);
    let tie = i64::from(significand.trailing_zeros()) == fields.bits - 1 && !sticky;
    let deciding = deciding_byte(significand, fields.bits - 1 + i64::from(tie));
    let [bits, exponent, high] = fields.write();
    let word = u32::from_le_bytes([bits, exponent, high, deciding]);
    Outcome::ticking(I32, word.into(), |_| tie)
}

/// The eight bits of a significand of which a bit is the highest.
fn deciding_byte(significand: u64, place: i64) -> u8 {
    shifted(significand, place - 7) as u8
}

/// A number without so many of its lowest bits, or with so many more below them if that is negative.
fn shifted(number: u64, bits: i64) -> u64 {
    match bits {
        lost @ 0.. => number.unbounded_shr(lost as u32),
        gained => number.unbounded_shl(gained.unsigned_abs() as u32),
    }
}

/// The result of a significand that is rounded so. What is added to round up may be carried on as far
/// as the exponent, which is then right. The ticks say where: the lowest byte's, that there is something
/// to add; that of another, that it comes this far.
pub(crate) fn result(format: Format, significand: u64, rounding: Value) -> Outcome {
    let [bits, exponent, high, deciding, ..] = rounding.unsigned().to_le_bytes();
    let fields = Fields::read([bits, exponent, high]);
    let increment = deciding >= 128;
    let kept = shifted(significand, fields.bits);
    let implicit_bit = format.implicit_bit();
    let flagged = |flag: bool, number: u64| if flag { number } else { 0 };
    let number = (kept % (2 * implicit_bit))
        .wrapping_add(flagged(increment, 1))
        .wrapping_add(fields.exponent as u64 * implicit_bit)
        .wrapping_sub(flagged(fields.implicit, implicit_bit))
        .wrapping_add(flagged(fields.nan, implicit_bit / 2))
        .wrapping_add(flagged(fields.negative, format.sign_bit()));
    let carried = |k: usize| increment && number.to_le_bytes()[..k].iter().all(|&byte| byte == 0);
    Outcome::ticking(format.of, number, carried)
}

/// What a rounding says but for its last byte.
#[derive(Debug, Clone, Copy)]
struct Fields {
    /// How many bits the significand loses; those that it gains, if negative.
    bits: i64,
    /// The exponent field of the result.
    exponent: i64,
    /// The sign of the result.
    negative: bool,
    /// Has what is left of the significand the implicit bit?
    implicit: bool,
    /// Is the result a NaN?
    nan: bool,
}

impl Fields {
    /// Those of a significand of a scale.
    fn of(format: Format, scale: Scale, significand: u64) -> Self {
        let lead = i64::from(63 - format.fraction_bits);
        let least_unit = UNIT + format.unit(0);
        let of_zero = if significand == 0 { OF_ZERO } else { 0 };
        let leading_zeros = i64::from(significand.leading_zeros());
        // How far the unit of a result of full length is above the least one.
        let above = scale.exponent - of_zero + lead - leading_zeros - least_unit;
        let to_least_unit = (least_unit - scale.exponent + of_zero).min(GREATEST_LOSS);
        let greatest = format.greatest_exponent();
        let overflow = above + 1 >= greatest;
        Fields {
            bits: above.max(0) + to_least_unit + if overflow { OF_OVERFLOW } else { 0 },
            exponent: (above + 1).clamp(0, greatest),
            negative: scale.negative && !scale.is_nan(),
            implicit: above >= 0 && !overflow,
            nan: scale.is_nan(),
        }
    }

    /// The bytes that they are.
    fn write(self) -> [u8; 3] {
        let [low, high, ..] = self.exponent.to_le_bytes();
        let flags = [self.negative, self.implicit, self.nan].into_iter().zip(3..);
        let flags: u8 = flags.map(|(flag, bit)| u8::from(flag) << bit).sum();
        [(self.bits + BITS_BIAS) as u8, low, high + flags]
    }

    /// Those that bytes are.
    fn read([bits, low, high]: [u8; 3]) -> Self {
        Fields {
            bits: i64::from(bits) - BITS_BIAS,
            exponent: u16::from_le_bytes([low, high % 8]).into(),
            negative: high & 8 != 0,
            implicit: high & 16 != 0,
            nan: high & 32 != 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{of as rounding_of, *};
    use crate::values::{size, value};
    use proptest::prelude::*;
    use tvm_program::ValueType::{self, F32, F64};

    /// A rounding by the formula of each byte, with the numbers of each type.
    fn by_formula(of: ValueType, e: i64, negative: bool, s: u64, sticky: bool) -> Outcome {
        let [lead, k, greatest] = if of == F32 { [40, 2051, 255] } else { [11, 1126, 2047] };
        let zero = i64::from(s == 0);
        let g = e - i64::from(s.leading_zeros()) - 4096 * zero + lead - k;
        let overflow = g + 1 >= greatest;
        let r = g.max(0) + (k - e + 4096 * zero).min(80) + 128 * i64::from(overflow);
        let field = (g + 1).max(0).min(greatest);
        let nan = e >= 16384;
        let flags = 8 * i64::from(negative && !nan)
            + 16 * i64::from(g >= 0 && !overflow)
            + 32 * i64::from(nan);
        let tie = i64::from(s.trailing_zeros()) == r - 1 && !sticky;
        let p = r - 1 + i64::from(tie);
        let last = (0..8).filter(|bit| (0..64).contains(&(p - 7 + bit)));
        let last: u64 = last.map(|bit| (s >> (p - 7 + bit) & 1) << bit).sum();
        let bytes =
            [r + 64, field % 256, field / 256 + flags].map(|byte| u8::try_from(byte).unwrap());
        let word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], last as u8]);
        Outcome::ticking(I32, word.into(), |_| tie)
    }

    proptest! {
        #[test]
        fn every_scale_and_significand_has_a_rounding(
            e: u16, near in 900_u16..4500, negative: bool, s: u64, high in 0_u32..=64, low in 0_u32..=64, sticky: bool,
        ) {
            for of in [F32, F64] {
                for exponent in [e, near] {
                    for s in [s.unbounded_shr(high), s.unbounded_shl(low), 1_u64.unbounded_shl(low), 0] {
                        let scale = Scale { exponent: exponent.into(), negative, ..Scale::default() };
                        let found = rounding_of(Format::of(of), scale, s, sticky);
                        prop_assert_eq!(found, by_formula(of, exponent.into(), negative, s, sticky));
                    }
                }
            }
        }

        #[test]
        fn ticks_of_a_result_say_where_something_is_carried_to(s: u64, low in 0_u32..64, rounding: u32) {
            for of in [F32, F64] {
                for s in [s, s | ((1_u64 << low) - 1)] {
                    let up = result(Format::of(of), s, Value::I32(rounding | 1 << 31));
                    let down = result(Format::of(of), s, Value::I32(rounding & !(1 << 31)));
                    prop_assert_eq!(down, Outcome::plain(down.value));
                    let one = value(of, 1);
                    let incremented = Outcome::sum(down.value, one);
                    prop_assert_eq!(up.value, incremented.value);
                    prop_assert!(up.ticks[0]);
                    let size = usize::from(size(of));
                    prop_assert_eq!(&up.ticks[1..size], &incremented.ticks[..size - 1]);
                }
            }
        }
    }
}
