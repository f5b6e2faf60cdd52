//! The significand of the integral number that is next to a number in some direction.

use super::format::Number;
use super::scale::Scale;
use crate::outcome::Outcome;
use tvm_program::ValueType::I64;

/// The significand of the integral number whose scale this is. The ticks say how far the one is carried
/// that is added: the lowest byte's, that there is one; that of another, that it comes this far. What
/// rounds the significand may take the lowest byte's for something that was lost: the significand is not
/// too long for the result, so that makes no difference.
pub(crate) fn whole(a: Number, scale: Scale) -> Outcome {
    let significand = u128::from(a.significand(scale.second_normal));
    let whole = significand.unbounded_shr(scale.distance);
    let increment = scale.up;
    let number = whole as u64 + u64::from(increment);
    let carried = |k: usize| increment && number.to_le_bytes()[..k].iter().all(|&byte| byte == 0);
    Outcome::ticking(I64, number, carried)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operators::floating_point::format::Format;
    use crate::operators::floating_point::scale::Direction;
    use proptest::prelude::*;
    use tvm_program::Value;
    use tvm_program::ValueType::{F32, F64};

    /// The bytes of a significand that tick.
    fn ticking(of: Format, number: Value, direction: Direction) -> (Value, Vec<usize>) {
        let number = of.number(number);
        let found = whole(number, Scale::of_integral(number, direction));
        (found.value, (0..8).filter(|&k| found.ticks[k]).collect())
    }

    #[test]
    fn what_is_added_ticks_as_far_as_it_is_carried() {
        let wide =
            |number: f64| ticking(Format::of(F64), Value::F64(number.to_bits()), Direction::Up);
        assert_eq!(wide(1.0), (Value::I64(1), vec![]));
        assert_eq!(wide(1.5), (Value::I64(2), vec![0]));
        assert_eq!(wide(255.5), (Value::I64(256), vec![0, 1]));
        assert_eq!(wide(65535.25), (Value::I64(65536), vec![0, 1, 2]));
        assert_eq!(wide(-65535.25), (Value::I64(65535), vec![]));
        let narrow = |number: f32| {
            ticking(Format::of(F32), Value::F32(number.to_bits()), Direction::Nearest)
        };
        assert_eq!(narrow(255.5), (Value::I64(256), vec![0, 1]));
        assert_eq!(narrow(254.5), (Value::I64(254), vec![]));
        assert_eq!(narrow(0.5), (Value::I64(0), vec![]));
    }

    proptest! {
        #[test]
        fn the_significand_is_the_magnitude(bits: u64, exponent in 1000_u64..1100) {
            let bits = (bits & (1 << 63 | ((1 << 52) - 1))) | (exponent << 52);
            let number = f64::from_bits(bits);
            for (direction, expected) in [
                (Direction::Up, number.ceil()),
                (Direction::Down, number.floor()),
                (Direction::ToZero, number.trunc()),
                (Direction::Nearest, number.round_ties_even()),
            ] {
                let (found, _) = ticking(Format::of(F64), Value::F64(bits), direction);
                let shift = exponent.saturating_sub(1075);
                let expected = expected.abs() * 0.5_f64.powi(shift as i32);
                prop_assert_eq!(found, Value::I64(expected as u64));
            }
        }
    }
}
