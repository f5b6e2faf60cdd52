//! A 32-bit value as the machine writes it: four bytes, each with or without a tick.

/// What an opcode pushes: a value, and which of its bytes (least significant first) carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Outcome {
    /// The value.
    pub value: u32,
    /// The tick of each byte, least significant first.
    pub ticks: [bool; 4],
}

impl Outcome {
    /// A value without ticks.
    pub fn plain(value: u32) -> Self {
        Outcome { value, ticks: [false; 4] }
    }

    /// The truth value 1 or 0, without ticks.
    pub fn truth(condition: bool) -> Self {
        Outcome::plain(u32::from(condition))
    }

    /// a + b (mod 2^32); byte k carries when the sum of the operands' bytes 0..=k reaches 256^(k+1).
    pub fn sum(a: u32, b: u32) -> Self {
        let carries = |k| low_bytes(a, k) + low_bytes(b, k) >= 1 << (8 * (k + 1));
        Outcome { value: a.wrapping_add(b), ticks: std::array::from_fn(carries) }
    }

    /// a - b (mod 2^32); byte k borrows when bytes 0..=k of a are below those of b.
    pub fn difference(a: u32, b: u32) -> Self {
        let borrows = |k| low_bytes(a, k) < low_bytes(b, k);
        Outcome { value: a.wrapping_sub(b), ticks: std::array::from_fn(borrows) }
    }

    /// The low byte with its sign extended; a negative one ticks in all four bytes.
    pub fn sign_extended_byte(value: u32) -> Self {
        let extended = i32::from(value as u8 as i8);
        Outcome { value: extended as u32, ticks: [extended < 0; 4] }
    }

    /// The low two bytes with their sign extended; a negative pair ticks from its upper byte on.
    pub fn sign_extended_half(value: u32) -> Self {
        let extended = i32::from(value as u16 as i16);
        let negative = extended < 0;
        Outcome { value: extended as u32, ticks: [false, negative, negative, negative] }
    }
}

/// The number that bytes 0..=k of a value make.
fn low_bytes(value: u32, k: usize) -> u64 {
    u64::from(value) & ((1 << (8 * (k + 1))) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Addition as on paper: digit by digit in base 256.
    fn add_on_paper(a: u32, b: u32) -> Outcome {
        let (mut bytes, mut ticks, mut carry) = ([0; 4], [false; 4], 0);
        for k in 0..4 {
            let total = u16::from(a.to_le_bytes()[k]) + u16::from(b.to_le_bytes()[k]) + carry;
            carry = total >> 8;
            bytes[k] = total as u8;
            ticks[k] = carry == 1;
        }
        Outcome { value: u32::from_le_bytes(bytes), ticks }
    }

    /// Subtraction as on paper: digit by digit in base 256.
    fn subtract_on_paper(a: u32, b: u32) -> Outcome {
        let (mut bytes, mut ticks, mut borrow) = ([0; 4], [false; 4], 0);
        for k in 0..4 {
            let total = i16::from(a.to_le_bytes()[k]) - i16::from(b.to_le_bytes()[k]) - borrow;
            borrow = i16::from(total < 0);
            bytes[k] = total.rem_euclid(256) as u8;
            ticks[k] = borrow == 1;
        }
        Outcome { value: u32::from_le_bytes(bytes), ticks }
    }

    proptest::proptest! {
        #[test]
        fn sums_and_differences_are_those_on_paper(a: u32, b: u32) {
            assert_eq!(Outcome::sum(a, b), add_on_paper(a, b));
            assert_eq!(Outcome::difference(a, b), subtract_on_paper(a, b));
            assert_eq!(Outcome::sum(a, a.wrapping_neg()), add_on_paper(a, a.wrapping_neg()));
            assert_eq!(Outcome::difference(a, a), Outcome::plain(0));
        }
    }

    #[test]
    fn sign_extension_ticks_only_when_negative() {
        assert_eq!(Outcome::sign_extended_byte(0x1234_567f), Outcome::plain(0x7f));
        assert_eq!(
            Outcome::sign_extended_byte(0x80),
            Outcome { value: 0xffff_ff80, ticks: [true; 4] }
        );
        assert_eq!(Outcome::sign_extended_half(0x1234_7fff), Outcome::plain(0x7fff));
        assert_eq!(
            Outcome::sign_extended_half(0x8000),
            Outcome { value: 0xffff_8000, ticks: [false, true, true, true] }
        );
    }
}
