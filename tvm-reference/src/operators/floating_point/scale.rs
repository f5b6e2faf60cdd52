//! The scale of a result: all of it that is known before its significand.

use super::format::{Format, Number};
use crate::outcome::Outcome;
use tvm_program::Value;

/// The exponent of a significand whose unit is 1. Every other is that many powers of two away, so that
/// no exponent is negative.
pub(crate) const UNIT: i64 = 2200;

/// What is added to the exponent of a result that is infinite or a NaN, and once more for a NaN.
const SPECIAL: i64 = 8192;

/// Bits that a sum has below the unit of its operands.
const GUARD_BITS: i64 = 8;

/// How many bits of a number are lost at most: then nothing is left of it.
fn greatest_loss(format: Format) -> i64 {
    if format.of.words() == 2 { 62 } else { 31 }
}

/// The bit of the distance's byte that says that digits of a sum are lost, or that an integral number is
/// one more.
const LOST_OR_UP: u8 = 128;

/// Bytes of the product of two normal f64 that are below its upper part.
const LOWER_BYTES: u32 = 6;

/// Where the integral number lies that a number is rounded to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Not below.
    Up,
    /// Not above.
    Down,
    /// Not further from 0.
    ToZero,
    /// Nowhere else is one nearer; of two that are equally near it is the even one.
    Nearest,
}

impl Direction {
    /// That of the operator with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "ceil" => Direction::Up,
            "floor" => Direction::Down,
            "trunc" => Direction::ToZero,
            "nearest" => Direction::Nearest,
            _ => return None,
        })
    }

    /// Does any fraction make the magnitude of a number with this sign greater?
    pub(crate) fn is_away(self, negative: bool) -> bool {
        match self {
            Direction::Up => !negative,
            Direction::Down => negative,
            Direction::ToZero | Direction::Nearest => false,
        }
    }
}

/// The scale of a result.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Scale {
    /// The power of two of the significand's unit, and what kind of number the result is.
    pub(crate) exponent: i64,
    /// The sign of the result.
    pub(crate) negative: bool,
    /// Is the second operand of a sum the greater one in magnitude?
    pub(crate) swapped: bool,
    /// Have the operands of a sum different signs?
    pub(crate) subtract: bool,
    /// Is the operand normal: of a sum, the greater one; of a product, the first?
    pub(crate) first_normal: bool,
    /// Is the other operand normal? Of a number that is rounded to an integral one: is it normal?
    pub(crate) second_normal: bool,
    /// Is the magnitude of an integral number one more than what is left of the number?
    pub(crate) up: bool,
    /// How many powers of two the units of a sum's operands are apart; how many bytes further down the
    /// upper part of a product lies because an operand is subnormal; how many bits of a number are below 1.
    pub(crate) distance: u32,
    /// Does the lesser operand of a sum have digits that are lost?
    pub(crate) lost: bool,
}

impl Scale {
    /// That of a sum. That of a difference is the same once the second operand is negated.
    pub(crate) fn of_sum(a: Number, b: Number) -> Self {
        let swapped = b.magnitude() > a.magnitude();
        let (larger, smaller) = if swapped { (b, a) } else { (a, b) };
        let subtract = a.negative != b.negative;
        let cancels = subtract && larger.magnitude() == smaller.magnitude();
        let opposite_infinities = subtract && a.is_infinite() && b.is_infinite();
        let distance = (larger.unit() - smaller.unit()).min(GUARD_BITS + greatest_loss(a.format));
        let digits = smaller.significand(smaller.is_normal());
        let lost = digits != 0 && i64::from(digits.trailing_zeros()) < distance - GUARD_BITS;
        Scale {
            exponent: exponent(
                larger.unit() - GUARD_BITS,
                a.is_special() || b.is_special(),
                a.is_nan() || b.is_nan() || opposite_infinities,
            ),
            negative: larger.negative && !cancels,
            swapped,
            subtract,
            first_normal: larger.is_normal(),
            second_normal: smaller.is_normal(),
            distance: distance as u32,
            lost,
            ..Scale::default()
        }
    }

    /// That of a product. Of an f32 all of it is kept, of an f64 the upper part.
    pub(crate) fn of_product(a: Number, b: Number) -> Self {
        let infinite_zero = (a.is_infinite() && b.is_zero()) || (a.is_zero() && b.is_infinite());
        let scale = Scale {
            negative: a.negative != b.negative,
            first_normal: a.is_normal(),
            second_normal: b.is_normal(),
            distance: if a.format.of.words() == 2 {
                missing_bytes(a).max(missing_bytes(b))
            } else {
                0
            },
            ..Scale::default()
        };
        let lower_bits = if a.format.of.words() == 2 { scale.lower_bits() } else { 0 };
        let exponent = exponent(
            a.unit() + b.unit() + i64::from(lower_bits),
            a.is_special() || b.is_special(),
            a.is_nan() || b.is_nan() || infinite_zero,
        );
        Scale { exponent, ..scale }
    }

    /// That of a number as it is.
    pub(crate) fn of_number(a: Number) -> Self {
        Scale {
            exponent: exponent(a.unit(), a.is_special(), a.is_nan()),
            negative: a.negative,
            first_normal: a.is_normal(),
            ..Scale::default()
        }
    }

    /// That of a number once it is an integral one: its unit is 1, if it was less.
    pub(crate) fn of_integral(a: Number, direction: Direction) -> Self {
        let number = Scale::of_number(a);
        let below_1 = (UNIT - number.exponent).clamp(0, greatest_loss(a.format));
        let digits = a.significand(a.is_normal());
        let has_fraction = digits != 0 && i64::from(digits.trailing_zeros()) < below_1;
        Scale {
            exponent: number.exponent.max(UNIT),
            first_normal: false,
            second_normal: a.is_normal(),
            up: match direction {
                Direction::Nearest => a.is_nearer_to_next(below_1 as u32),
                _ => direction.is_away(a.negative) && has_fraction,
            },
            distance: below_1 as u32,
            ..number
        }
    }

    /// That of an integer.
    pub(crate) fn of_integer(integer: i64) -> Self {
        Scale { exponent: UNIT, negative: integer < 0, ..Scale::default() }
    }

    /// How many bits of the product of two f64 are below its upper part.
    pub(crate) fn lower_bits(self) -> u32 {
        8 * LOWER_BYTES.saturating_sub(self.distance)
    }

    /// Is the result a NaN?
    pub(crate) fn is_nan(self) -> bool {
        self.exponent >= 2 * SPECIAL
    }

    /// The scale that a word is: two bytes of exponent, one of flags, one of distance.
    pub(crate) fn read(word: Value) -> Self {
        let [low, high, flags, distance, ..] = word.unsigned().to_le_bytes();
        let flag = |bit: u8| flags & bit != 0;
        Scale {
            exponent: u16::from_le_bytes([low, high]).into(),
            negative: flag(1),
            swapped: flag(2),
            subtract: flag(4),
            first_normal: flag(8),
            second_normal: flag(16),
            distance: (distance & !LOST_OR_UP).into(),
            lost: distance & LOST_OR_UP != 0,
            up: distance & LOST_OR_UP != 0,
        }
    }

    /// The word that it is.
    pub(crate) fn outcome(self) -> Outcome {
        let flags =
            [self.negative, self.swapped, self.subtract, self.first_normal, self.second_normal];
        let flags: u8 = flags.into_iter().zip(0..).map(|(flag, bit)| u8::from(flag) << bit).sum();
        let [low, high, ..] = self.exponent.to_le_bytes();
        let highest = if self.lost || self.up { LOST_OR_UP } else { 0 };
        let bytes = [low, high, flags, self.distance as u8 + highest];
        Outcome::plain(Value::I32(u32::from_le_bytes(bytes)))
    }
}

/// The exponent of a significand with this unit.
fn exponent(unit: i64, special: bool, nan: bool) -> i64 {
    UNIT + unit + SPECIAL * (i64::from(special) + i64::from(nan))
}

/// How many bytes further down the upper part of a product lies because of this operand. The other one is
/// normal, or the result is 0: if the significand has m bits, the product has at least 52 + m. 54 of them
/// are in the upper part, which is enough to round it, or there is nothing below it.
fn missing_bytes(a: Number) -> u32 {
    let significand = a.significand(a.is_normal());
    (1..=LOWER_BYTES).filter(|byte| significand < 2 << (8 * byte)).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use tvm_program::ValueType::{F32, F64};

    fn f32s(numbers: [f32; 2]) -> [Number; 2] {
        numbers.map(|number| Format::of(F32).number(Value::F32(number.to_bits())))
    }

    fn f64s(numbers: [f64; 2]) -> [Number; 2] {
        numbers.map(|number| Format::of(F64).number(Value::F64(number.to_bits())))
    }

    /// Checks the exponent, the flags and the distance of a scale, and that it is read as it is written.
    #[track_caller]
    fn assert_scale(scale: Scale, exponent: u32, flags: u32, distance: u32) {
        let outcome = scale.outcome();
        let expected = Value::I32(exponent | flags << 16 | distance << 24);
        assert_eq!(outcome, Outcome::plain(expected));
        assert_eq!(Scale::read(outcome.value).outcome(), outcome);
    }

    #[test]
    fn a_sum_has_the_unit_of_its_greater_operand() {
        let sum = |numbers| {
            let [a, b] = f32s(numbers);
            Scale::of_sum(a, b)
        };
        assert_scale(sum([1.0, 0.125]), 127 + 2042, 24, 3);
        assert_scale(sum([0.125, -1.0]), 127 + 2042, 1 + 2 + 4 + 24, 3);
        assert_scale(sum([-1.0, 0.125]), 127 + 2042, 1 + 4 + 24, 3);
        assert_scale(sum([-1.0, 1.0]), 127 + 2042, 4 + 24, 0);
        assert_scale(sum([-0.0, -0.0]), 1 + 2042, 1, 0);
        assert_scale(sum([1.0, f32::from_bits(1)]), 127 + 2042, 8, 128 + 39);
        assert_scale(sum([f32::INFINITY, 1.0]), 255 + 2042 + 8192, 24, 128 + 39);
        assert_scale(sum([f32::INFINITY, f32::NEG_INFINITY]), 255 + 2042 + 16384, 4 + 24, 0);
        assert_scale(sum([1.0, f32::NAN]), 255 + 2042 + 16384, 2 + 24, 128 + 39);
        let [a, b] = f64s([1.0, -0.125]);
        assert_scale(Scale::of_sum(a, b), 1023 + 1117, 4 + 24, 3);
        assert_scale(Scale::of_sum(a, b.negated()), 1023 + 1117, 24, 3);
    }

    #[test]
    fn the_units_of_a_product_add_up() {
        let [a, b] = f32s([2.0, -1.0]);
        assert_scale(Scale::of_product(a, b), 128 + 127 + 1900, 1 + 24, 0);
        let product = |numbers| {
            let [a, b] = f64s(numbers);
            Scale::of_product(a, b)
        };
        assert_scale(product([2.0, -1.0]), 1024 + 1023 + 98, 1 + 24, 0);
        assert_scale(product([f64::INFINITY, -1.0]), 2047 + 1023 + 98 + 8192, 1 + 24, 0);
        assert_scale(product([f64::INFINITY, 0.0]), 2047 + 1 + 50 + 16384, 8, 6);
    }

    #[test]
    fn the_upper_part_of_a_product_is_further_down_where_an_operand_is_subnormal() {
        for (significand, bytes) in
            [(1 << 49, 0), ((1 << 49) - 1, 1), (1 << 9, 5), ((1 << 9) - 1, 6), (1, 6), (0, 6)]
        {
            let [a, b] = f64s([f64::from_bits(significand), 1.0]);
            let exponent = 1 + 1023 + 98 - 8 * bytes;
            assert_scale(Scale::of_product(a, b), exponent, 16, bytes);
            assert_scale(Scale::of_product(b, a), exponent, 8, bytes);
        }
    }

    #[test]
    fn a_number_and_an_integer_have_their_own_units() {
        let [a, b] = f32s([-1.0, 0.0]);
        assert_scale(Scale::of_number(a), 127 + 2050, 1 + 8, 0);
        assert_scale(Scale::of_number(b), 1 + 2050, 0, 0);
        let [a, b] = f64s([-1.0, f64::NAN]);
        assert_scale(Scale::of_number(a), 1023 + 1125, 1 + 8, 0);
        assert_scale(Scale::of_number(b), 2047 + 1125 + 16384, 8, 0);
        assert_scale(Scale::of_integer(-1), 2200, 1, 0);
        assert_scale(Scale::of_integer(1), 2200, 0, 0);
    }

    #[test]
    fn an_integral_number_has_the_unit_1_or_a_greater_one() {
        let integral = |number, direction| {
            let [a, _] = f32s([number, 0.0]);
            Scale::of_integral(a, direction)
        };
        assert_scale(integral(1.5, Direction::Down), 2200, 16, 23);
        assert_scale(integral(-1.5, Direction::Down), 2200, 1 + 16, 128 + 23);
        assert_scale(integral(1.5, Direction::Up), 2200, 16, 128 + 23);
        assert_scale(integral(-1.5, Direction::ToZero), 2200, 1 + 16, 23);
        assert_scale(integral(-1.5, Direction::Nearest), 2200, 1 + 16, 128 + 23);
        assert_scale(integral(2.5, Direction::Nearest), 2200, 16, 22);
        assert_scale(integral(0.0, Direction::Up), 2200, 0, 31);
        assert_scale(integral(8_388_608.0, Direction::Up), 2200, 16, 0);
        assert_scale(integral(16_777_216.0, Direction::Nearest), 2201, 16, 0);
        assert_scale(integral(f32::INFINITY, Direction::Nearest), 255 + 2050 + 8192, 16, 0);
        assert_scale(integral(f32::NAN, Direction::Down), 255 + 2050 + 16384, 16, 0);
    }
}
