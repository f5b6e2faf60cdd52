//! A 64-bit value as the machine writes it: eight bytes, each with or without a tick.

/// A value of two words, and which of its bytes (least significant first) carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WideOutcome {
    /// The value.
    pub(super) value: u64,
    /// The tick of each byte, least significant first.
    pub(super) ticks: [bool; 8],
}

impl WideOutcome {
    /// A value without ticks.
    pub(super) fn plain(value: u64) -> Self {
        WideOutcome { value, ticks: [false; 8] }
    }

    /// a + b (mod 2^64); byte k carries when the sum of the operands' bytes 0..=k reaches 256^(k+1).
    pub(super) fn sum(a: u64, b: u64) -> Self {
        let carries = |k| low_bytes(a, k) + low_bytes(b, k) >= 1 << (8 * (k + 1));
        WideOutcome { value: a.wrapping_add(b), ticks: std::array::from_fn(carries) }
    }

    /// a - b (mod 2^64); byte k borrows when bytes 0..=k of a are below those of b.
    pub(super) fn difference(a: u64, b: u64) -> Self {
        let borrows = |k| low_bytes(a, k) < low_bytes(b, k);
        WideOutcome { value: a.wrapping_sub(b), ticks: std::array::from_fn(borrows) }
    }

    /// The low byte with its sign extended; a negative one ticks in all eight bytes.
    pub(super) fn sign_extended_byte(value: u64) -> Self {
        WideOutcome::sign_extended(i64::from(value as i8), 1)
    }

    /// The low two bytes with their sign extended; a negative pair ticks from its upper byte on.
    pub(super) fn sign_extended_half(value: u64) -> Self {
        WideOutcome::sign_extended(i64::from(value as i16), 2)
    }

    /// The low word with its sign extended. Each of its bytes ticks when its own highest bit is set, the
    /// others as the last of them.
    pub(super) fn sign_extended_word(value: u64) -> Self {
        let extended = i64::from(value as i32) as u64;
        let ticks = extended.to_le_bytes().map(|byte| byte >= 128);
        WideOutcome { value: extended, ticks }
    }

    /// A value that was extended from this many bytes.
    fn sign_extended(extended: i64, bytes: usize) -> Self {
        let ticks = std::array::from_fn(|k| extended < 0 && k + 1 >= bytes);
        WideOutcome { value: extended as u64, ticks }
    }
}

/// The number that bytes 0..=k of a value make.
fn low_bytes(value: u64, k: usize) -> u128 {
    u128::from(value) & ((1 << (8 * (k + 1))) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Addition as on paper: digit by digit in base 256.
    fn add_on_paper(a: u64, b: u64) -> WideOutcome {
        let (mut bytes, mut ticks, mut carry) = ([0; 8], [false; 8], 0);
        for k in 0..8 {
            let total = u16::from(a.to_le_bytes()[k]) + u16::from(b.to_le_bytes()[k]) + carry;
            carry = total >> 8;
            bytes[k] = total as u8;
            ticks[k] = carry == 1;
        }
        WideOutcome { value: u64::from_le_bytes(bytes), ticks }
    }

    /// Subtraction as on paper: digit by digit in base 256.
    fn subtract_on_paper(a: u64, b: u64) -> WideOutcome {
        let (mut bytes, mut ticks, mut borrow) = ([0; 8], [false; 8], 0);
        for k in 0..8 {
            let total = i16::from(a.to_le_bytes()[k]) - i16::from(b.to_le_bytes()[k]) - borrow;
            borrow = i16::from(total < 0);
            bytes[k] = total.rem_euclid(256) as u8;
            ticks[k] = borrow == 1;
        }
        WideOutcome { value: u64::from_le_bytes(bytes), ticks }
    }

    proptest::proptest! {
        #[test]
        fn sums_and_differences_are_those_on_paper(a: u64, b: u64) {
            assert_eq!(WideOutcome::sum(a, b), add_on_paper(a, b));
            assert_eq!(WideOutcome::difference(a, b), subtract_on_paper(a, b));
            assert_eq!(WideOutcome::sum(a, a.wrapping_neg()), add_on_paper(a, a.wrapping_neg()));
            assert_eq!(WideOutcome::difference(a, a), WideOutcome::plain(0));
        }
    }

    #[test]
    fn sign_extension_ticks_from_the_sign_on_and_only_when_negative() {
        let expected =
            |value, ticking| WideOutcome { value, ticks: std::array::from_fn(|k| k >= ticking) };
        let byte = WideOutcome::sign_extended_byte;
        assert_eq!(byte(0x1234_567f), WideOutcome::plain(0x7f));
        assert_eq!(byte(0x80), expected(0xffff_ffff_ffff_ff80, 0));
        let half = WideOutcome::sign_extended_half;
        assert_eq!(half(0x1234_7fff), WideOutcome::plain(0x7fff));
        assert_eq!(half(0x8000), expected(0xffff_ffff_ffff_8000, 1));
        let word = WideOutcome::sign_extended_word;
        let ticks = [true, false, true, false, false, false, false, false];
        assert_eq!(word(0x1_7f80_7f80), WideOutcome { value: 0x7f80_7f80, ticks });
        assert_eq!(word(0x8000_0000), expected(0xffff_ffff_8000_0000, 3));
    }
}
