//! The significand of a result, as an integer. The tick of its lowest byte says whether something was
//! lost that is below its unit.

use super::format::Number;
use super::scale::Scale;
use crate::outcome::Outcome;
use crate::values::{size, value};
use tvm_program::Value;
use tvm_program::ValueType::I64;

/// One unit of an operand, in units of a sum.
const GUARD: u128 = 256;

/// That of a sum: a unit is 1/256 of that of the greater operand. What is lost of the lesser one makes a
/// difference less by a unit and something.
///
/// The tick of a higher byte says whether something is carried into it, or borrowed from it.
pub(crate) fn sum(a: Number, b: Number, scale: Scale) -> Outcome {
    let (larger, smaller) = if scale.swapped { (b, a) } else { (a, b) };
    let larger = GUARD * u128::from(larger.significand(scale.first_normal));
    let smaller = GUARD * u128::from(smaller.significand(scale.second_normal));
    let part = smaller.unbounded_shr(scale.distance);
    let sticky = scale.lost;
    let low = |number: u128, bytes: usize| number % (1 << (8 * bytes));
    if !scale.subtract {
        let carries = |k| low(larger, k) + low(part, k) >= 1 << (8 * k);
        return significand(larger + part, |k| if k == 0 { sticky } else { carries(k) });
    }
    let taken = part + u128::from(sticky);
    let borrows = |k| low(larger, k) < low(part, k) + u128::from(sticky);
    significand(larger.wrapping_sub(taken), |k| if k == 0 { sticky } else { borrows(k) })
}

/// The lower 64 bits of a product.
pub(crate) fn product(a: Number, b: Number, scale: Scale) -> Outcome {
    significand(whole_product(a, b, scale), |_| false)
}

/// The upper part of a product whose lower 64 bits are known.
pub(crate) fn product_high(a: Number, b: Number, scale: Scale, low: u64) -> Outcome {
    let sticky = low % (1 << scale.lower_bits()) != 0;
    significand(whole_product(a, b, scale) >> scale.lower_bits(), |k| k == 0 && sticky)
}

fn whole_product(a: Number, b: Number, scale: Scale) -> u128 {
    let (a, b) = (a.significand(scale.first_normal), b.significand(scale.second_normal));
    u128::from(a) * u128::from(b)
}

/// That of a number as it is.
pub(crate) fn of_number(a: Number, scale: Scale) -> Outcome {
    Outcome::plain(Value::I64(a.significand(scale.first_normal)))
}

/// The magnitude of an integer whose sign is that of the scale. It is exact, so its lowest byte does not
/// tick; another ticks if the difference 0 - i borrows from it.
pub(crate) fn magnitude(integer: Value, scale: Scale) -> Outcome {
    if !scale.negative {
        return Outcome::plain(Value::I64(integer.unsigned()));
    }
    let negated = Outcome::difference(value(integer.value_type(), 0), integer);
    let bytes = usize::from(size(integer.value_type()));
    let borrows = |k: usize| k > 0 && k < bytes && negated.ticks[k - 1];
    Outcome::ticking(I64, negated.value.unsigned(), borrows)
}

/// The lower 64 bits of a number, with ticks.
fn significand(number: u128, ticks: impl Fn(usize) -> bool) -> Outcome {
    Outcome::ticking(I64, number as u64, ticks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operators::floating_point::format::Format;
    use proptest::prelude::*;
    use tvm_program::ValueType::{F32, F64, I32};

    /// A sum or a difference as on paper: byte by byte, with what comes into each.
    fn on_paper(larger: u64, part: u64, sticky: bool, subtract: bool) -> Outcome {
        let (mut bytes, mut ticks) = ([0; 8], [false; 8]);
        let mut into = i16::from(sticky);
        for k in 0..8 {
            ticks[k] = into != 0;
            let (one, other) =
                (i16::from(larger.to_le_bytes()[k]), i16::from(part.to_le_bytes()[k]));
            let total = match subtract {
                // What is lost of the lesser operand adds nothing.
                false if k == 0 => one + other,
                false => one + other + into,
                true => one - other - into,
            };
            bytes[k] = total.rem_euclid(256) as u8;
            into = total.div_euclid(256).abs();
        }
        Outcome { value: Value::I64(u64::from_le_bytes(bytes)), ticks }
    }

    proptest! {
        #[test]
        fn sums_are_those_on_paper(a: u64, b: u64, high_bits in 0_u32..64, distance in 0_u32..=80, subtract: bool, lost: bool) {
            for of in [F32, F64] {
                let format = Format::of(of);
                let bits = 32 * u32::from(of.words()) - 1;
                let [a, b] = [a, b & (u64::MAX << high_bits)].map(|bits_of| {
                    format.number(value(of, bits_of % (1 << bits)))
                });
                let a_is_larger = a.magnitude() >= b.magnitude();
                let (larger, smaller) = if a_is_larger { (a, b) } else { (b, a) };
                let scale = Scale {
                    swapped: !a_is_larger,
                    subtract,
                    first_normal: larger.is_normal(),
                    second_normal: smaller.is_normal(),
                    distance,
                    lost,
                    ..Scale::default()
                };
                let larger = larger.significand(larger.is_normal()) << 8;
                let smaller = smaller.significand(smaller.is_normal()) << 8;
                let part = smaller.unbounded_shr(distance);
                prop_assert_eq!(sum(a, b, scale), on_paper(larger, part, lost, subtract));
            }
        }

        #[test]
        fn both_parts_of_a_product_make_it_up(a: u64, b: u64, small in 0_u32..53) {
            let format = Format::of(F64);
            let normal = format.number(Value::F64((a % (1 << 62)) | (1 << 60)));
            let subnormal = format.number(Value::F64((b % (1 << 52)) >> small));
            for (a, b) in [(normal, normal), (normal, subnormal), (subnormal, normal)] {
                let scale = Scale::of_product(a, b);
                let low = product(a, b, scale);
                prop_assert_eq!(low.ticks, [false; 8]);
                let high = product_high(a, b, scale, low.value.unsigned());
                let lower_bits = scale.lower_bits();
                let below = low.value.unsigned() % (1 << lower_bits);
                let whole = u128::from(high.value.unsigned()) << lower_bits | u128::from(below);
                let expected = u128::from(a.significand(a.is_normal())) * u128::from(b.significand(b.is_normal()));
                prop_assert_eq!(whole, expected);
                let sticky = [below != 0, false, false, false, false, false, false, false];
                prop_assert_eq!(high.ticks, sticky);
                let kept = 64 - high.value.unsigned().leading_zeros();
                prop_assert!(kept >= 54 || below == 0, "{} bits are kept", kept);
            }
        }
    }

    #[test]
    fn the_lowest_byte_of_a_magnitude_does_not_tick() {
        let negative = Scale { negative: true, ..Scale::default() };
        let ticking = |integer: Value| {
            let found = magnitude(integer, negative);
            (found.value, (0..8).filter(|&k| found.ticks[k]).collect::<Vec<_>>())
        };
        assert_eq!(ticking(value(I32, 5_u64.wrapping_neg())), (Value::I64(5), vec![1, 2, 3]));
        assert_eq!(ticking(Value::I32(1 << 31)), (Value::I64(1 << 31), vec![]));
        assert_eq!(
            ticking(Value::I64((1_u64 << 40).wrapping_neg())),
            (Value::I64(1 << 40), vec![6, 7])
        );
        assert_eq!(ticking(Value::I64(0)), (Value::I64(0), vec![]));
        let plain = Outcome::plain(Value::I64(u32::MAX.into()));
        assert_eq!(magnitude(Value::I32(u32::MAX), Scale::default()), plain);
    }
}
