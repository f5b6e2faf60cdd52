//! A value as the machine writes it: its bytes, each with or without a tick.

use crate::values::{size, value, width};
use tvm_program::{Value, ValueType};

/// Bytes of the widest value.
const MOST_BYTES: usize = 8;

/// What an opcode pushes: a value, and which of its bytes carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Outcome {
    /// The value.
    pub value: Value,
    /// The tick of each byte, least significant first. Those beyond the value's width mean nothing.
    pub ticks: [bool; MOST_BYTES],
}

impl Outcome {
    /// A value without ticks.
    pub fn plain(value: Value) -> Self {
        Outcome { value, ticks: [false; MOST_BYTES] }
    }

    /// The truth value 1 or 0, without ticks.
    pub fn truth(condition: bool) -> Self {
        Outcome::plain(Value::I32(u32::from(condition)))
    }

    /// The sum of two values of one type, which wraps at its width. Byte k carries when the sum of the
    /// operands' bytes 0..=k reaches 256^(k+1).
    pub fn sum(a: Value, b: Value) -> Self {
        let carries = |k| low_bytes(a, k) + low_bytes(b, k) >= 1 << (8 * (k + 1));
        Outcome::ticking(a.value_type(), a.unsigned().wrapping_add(b.unsigned()), carries)
    }

    /// The difference of two values of one type, which wraps at its width. Byte k borrows when bytes
    /// 0..=k of a are below those of b.
    pub fn difference(a: Value, b: Value) -> Self {
        let borrows = |k| low_bytes(a, k) < low_bytes(b, k);
        Outcome::ticking(a.value_type(), a.unsigned().wrapping_sub(b.unsigned()), borrows)
    }

    /// The value of a type that the low bytes of a number make with their sign extended.
    ///
    /// What is extended from one or two bytes ticks, when negative, from the last of them on. What is
    /// extended from four ticks in each of them whose own highest bit is set, and above as in the last.
    pub(crate) fn sign_extended(of: ValueType, number: u64, bytes: u8) -> Self {
        let unused = 64 - 8 * u32::from(bytes);
        let extended = ((number << unused).cast_signed() >> unused).cast_unsigned();
        match bytes {
            4 => Outcome::ticking(of, extended, |k| extended.to_le_bytes()[k] >= 128),
            _ => {
                let negative = extended.cast_signed() < 0;
                Outcome::ticking(of, extended, |k| negative && k + 1 >= usize::from(bytes))
            }
        }
    }

    /// The value of a type whose bits are the low ones of a number, with ticks in its own bytes only.
    pub(crate) fn ticking(of: ValueType, bits: u64, ticks: impl Fn(usize) -> bool) -> Self {
        let ticks = std::array::from_fn(|k| k < usize::from(size(of)) && ticks(k));
        Outcome { value: value(of, bits), ticks }
    }

    /// The bytes of the value with their ticks, least significant first.
    pub(crate) fn bytes(&self) -> impl Iterator<Item = (u8, bool)> {
        let bytes = self.value.unsigned().to_le_bytes().into_iter().zip(self.ticks);
        bytes.take((width(self.value) / 8) as usize)
    }
}

/// The number that bytes 0..=k of a value make.
fn low_bytes(value: Value, k: usize) -> u128 {
    u128::from(value.unsigned()) & ((1 << (8 * (k + 1))) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tvm_program::ValueType::{I32, I64};

    /// A sum or a difference as on paper: digit by digit in base 256, with what is carried or borrowed.
    fn on_paper(a: Value, b: Value, digit: fn(i16, i16) -> i16) -> Outcome {
        let (mut bytes, mut ticks, mut carried) = ([0; MOST_BYTES], [false; MOST_BYTES], 0);
        for k in 0..usize::from(size(a.value_type())) {
            let [a, b] = [a, b].map(|one| i16::from(one.unsigned().to_le_bytes()[k]));
            let total = digit(a, b) + carried;
            carried = total.div_euclid(256);
            bytes[k] = total.rem_euclid(256) as u8;
            ticks[k] = carried != 0;
        }
        Outcome { value: value(a.value_type(), u64::from_le_bytes(bytes)), ticks }
    }

    proptest! {
        #[test]
        fn sums_and_differences_are_those_on_paper(a: u64, b: u64) {
            for of in [I32, I64] {
                let [a, b, opposite] = [a, b, a.wrapping_neg()].map(|number| value(of, number));
                assert_eq!(Outcome::sum(a, b), on_paper(a, b, |a, b| a + b));
                assert_eq!(Outcome::difference(a, b), on_paper(a, b, |a, b| a - b));
                assert_eq!(Outcome::sum(a, opposite), on_paper(a, opposite, |a, b| a + b));
                assert_eq!(Outcome::difference(a, a), Outcome::plain(value(of, 0)));
            }
        }
    }

    /// Checks an extension to a type against the value and the bytes that tick.
    fn assert_extended(of: ValueType, number: u64, bytes: u8, expected: i64, ticking: &[usize]) {
        let found = Outcome::sign_extended(of, number, bytes);
        assert_eq!(found.value, value(of, expected.cast_unsigned()), "{number:#x} from {bytes}");
        let ticks = found.bytes().zip(0..).filter(|((_, tick), _)| *tick).map(|(_, k)| k);
        assert_eq!(ticks.collect::<Vec<usize>>(), ticking, "{number:#x} from {bytes}");
    }

    #[test]
    fn sign_extension_ticks_from_the_sign_on_and_only_when_negative() {
        for of in [I32, I64] {
            let all: Vec<usize> = (0..usize::from(size(of))).collect();
            assert_extended(of, 0x1234_567f, 1, 0x7f, &[]);
            assert_extended(of, 0x80, 1, -0x80, &all);
            assert_extended(of, 0x1234_7fff, 2, 0x7fff, &[]);
            assert_extended(of, 0x8000, 2, -0x8000, &all[1..]);
        }
    }

    #[test]
    fn bytes_of_an_extended_word_tick_by_their_own_highest_bit() {
        assert_extended(I64, 0x1_7f80_7f80, 4, 0x7f80_7f80, &[0, 2]);
        assert_extended(I64, 0x8000_0000, 4, -0x8000_0000, &[3, 4, 5, 6, 7]);
    }
}
