//! How a number becomes an integer of a type: its integer part, if the type has it. If not, a trap, or
//! the integer of the type that is nearest.

use super::rounding::{BITS_BIAS, GREATEST_LOSS};
use super::scale::{Scale, UNIT};
use crate::outcome::Outcome;
use crate::trap::Trap;
use crate::values::{size, value};
use tvm_program::Value;
use tvm_program::ValueType::{self, I32};

/// What a significand loses, with its bias, if its integer part is outside of the type: all of it.
const NOTHING_KEPT: u8 = 255;

/// A truncation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Truncation {
    /// The type of the integer.
    of: ValueType,
    /// Has that a sign?
    signed: bool,
    /// Does a number that is outside become the nearest integer?
    saturates: bool,
}

impl Truncation {
    /// That to a type with the name of a step.
    pub(crate) fn named(of: ValueType, step: &str) -> Option<Self> {
        let (signed, saturates) = match step {
            "truncation_s" => (true, false),
            "truncation_u" => (false, false),
            "truncation_sat_s" => (true, true),
            "truncation_sat_u" => (false, true),
            _ => return None,
        };
        Some(Truncation { of, signed, saturates })
    }

    /// What it traps with for this number.
    pub(crate) fn trap(self, scale: Scale, significand: u64) -> Option<Trap> {
        match self.is_outside(scale, significand) && !self.saturates {
            true if scale.is_nan() => Some(Trap::InvalidConversionToInteger),
            true => Some(Trap::IntegerOverflow),
            false => None,
        }
    }

    /// How many bits the significand loses, and whether the integer is negative; or the bytes of the
    /// nearest integer. There is none of a NaN, which becomes 0.
    pub(crate) fn outcome(self, scale: Scale, significand: u64) -> Outcome {
        let bytes = if self.is_outside(scale, significand) {
            let [others, highest] =
                if scale.is_nan() { [0, 0] } else { self.nearest(scale.negative) };
            [NOTHING_KEPT, others, highest, 0]
        } else {
            let lost = (UNIT - scale.exponent).min(GREATEST_LOSS);
            [(lost + BITS_BIAS) as u8, 0, 0, scale.negative.into()]
        };
        Outcome::plain(Value::I32(u32::from_le_bytes(bytes)))
    }

    /// The bytes of the integer that is nearest to a number outside: all but the highest, and that.
    fn nearest(self, negative: bool) -> [u8; 2] {
        match (self.signed, negative) {
            (true, true) => [0, 0x80],
            (true, false) => [0xff, 0x7f],
            (false, true) => [0, 0],
            (false, false) => [0xff, 0xff],
        }
    }

    /// Has the type no integer that is the integer part? A NaN has none, either.
    fn is_outside(self, scale: Scale, significand: u64) -> bool {
        let width = 32 * i64::from(self.of.words());
        let length = i64::from(64 - significand.leading_zeros());
        let bits_of_whole = length + scale.exponent - UNIT;
        match (self.signed, scale.negative) {
            (true, true) if self.may_be_least(significand) => bits_of_whole > width,
            (true, _) => bits_of_whole >= width,
            (false, true) => bits_of_whole >= 1,
            (false, false) => bits_of_whole > width,
        }
    }

    /// Is an integer part of as many bits as the type a power of two: the magnitude of the least integer
    /// of the type?
    fn may_be_least(self, significand: u64) -> bool {
        let only_fraction_below = self.of == I32 && significand >> 21 == 1 << 31;
        significand.is_power_of_two() || only_fraction_below
    }
}

/// The integer that a significand truncated so is. That of a negative number is a difference: a byte
/// ticks when something is borrowed from it.
pub(crate) fn result(of: ValueType, significand: u64, truncation: Value) -> Outcome {
    let [bits, others, highest, negative, ..] = truncation.unsigned().to_le_bytes();
    let magnitude = match i64::from(bits) - BITS_BIAS {
        lost @ 0.. => significand.unbounded_shr(lost as u32),
        gained => significand.unbounded_shl(gained.unsigned_abs() as u32),
    };
    let size = usize::from(size(of));
    if negative != 0 {
        let negated = Outcome::difference(value(of, 0), value(of, magnitude));
        return Outcome::ticking(of, negated.value.unsigned(), |k| k > 0 && negated.ticks[k - 1]);
    }
    let fill: [u8; 8] = std::array::from_fn(|k| if k + 1 < size { others } else { highest });
    Outcome::plain(value(of, magnitude.wrapping_add(u64::from_le_bytes(fill))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operators::floating_point::format::Format;
    use crate::operators::floating_point::significand;
    use proptest::prelude::*;
    use tvm_program::ValueType::{F64, I64};

    /// The scale and the significand of a number.
    fn parts(number: f64) -> (Scale, u64) {
        let number = Format::of(F64).number(Value::F64(number.to_bits()));
        let scale = Scale::of_number(number);
        (scale, significand::of_number(number, scale).value.unsigned())
    }

    /// The bytes that a truncation is.
    fn bytes(of: ValueType, step: &str, number: f64) -> [u8; 4] {
        let (scale, significand) = parts(number);
        let outcome = Truncation::named(of, step).unwrap().outcome(scale, significand);
        assert_eq!(outcome, Outcome::plain(outcome.value));
        (outcome.value.unsigned() as u32).to_le_bytes()
    }

    #[test]
    fn a_truncation_says_how_many_bits_are_lost_or_what_is_nearest() {
        assert_eq!(bytes(I32, "truncation_s", 1.5), [64 + 52, 0, 0, 0]);
        assert_eq!(bytes(I64, "truncation_s", -1.5), [64 + 52, 0, 0, 1]);
        assert_eq!(bytes(I64, "truncation_u", 2.0_f64.powi(63)), [64 - 11, 0, 0, 0]);
        assert_eq!(bytes(I32, "truncation_u", -0.5), [64 + 53, 0, 0, 1]);
        assert_eq!(bytes(I32, "truncation_sat_s", 1e-30), [64 + 80, 0, 0, 0]);
        assert_eq!(bytes(I32, "truncation_sat_s", 1e30), [255, 255, 127, 0]);
        assert_eq!(bytes(I32, "truncation_sat_s", -1e30), [255, 0, 128, 0]);
        assert_eq!(bytes(I64, "truncation_sat_u", f64::INFINITY), [255, 255, 255, 0]);
        assert_eq!(bytes(I64, "truncation_sat_u", -1.0), [255, 0, 0, 0]);
        assert_eq!(bytes(I64, "truncation_sat_u", f64::NAN), [255, 0, 0, 0]);
    }

    #[test]
    fn the_least_integer_is_inside_with_any_fraction() {
        let trap = |of, number| {
            let (scale, significand) = parts(number);
            Truncation::named(of, "truncation_s").unwrap().trap(scale, significand)
        };
        let [narrow, wide] = [31, 63].map(|power| -2.0_f64.powi(power));
        assert_eq!(trap(I32, narrow.next_up()), None);
        assert_eq!(trap(I32, (narrow - 1.0).next_up()), None);
        assert_eq!(trap(I32, narrow - 1.0), Some(Trap::IntegerOverflow));
        assert_eq!(trap(I32, -narrow), Some(Trap::IntegerOverflow));
        assert_eq!(trap(I64, wide), None);
        assert_eq!(trap(I64, wide.next_down()), Some(Trap::IntegerOverflow));
        assert_eq!(trap(I64, -wide), Some(Trap::IntegerOverflow));
        assert_eq!(trap(I64, f64::NAN), Some(Trap::InvalidConversionToInteger));
    }

    proptest! {
        #[test]
        fn bytes_above_one_that_is_not_0_tick_in_a_negative_integer(magnitude: u64, low in 0_u32..64) {
            for of in [I32, I64] {
                let magnitude = magnitude << low;
                let found = result(of, magnitude, Value::I32(64 | 1 << 24));
                let expected = value(of, magnitude.wrapping_neg());
                prop_assert_eq!(found.value, expected);
                for k in 0..usize::from(size(of)) {
                    let below = expected.unsigned() & ((1 << (8 * k)) - 1);
                    prop_assert_eq!(found.ticks[k], below != 0, "{} of {}", k, magnitude);
                }
            }
        }
    }
}
