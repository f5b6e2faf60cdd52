//! Division, digit by digit in base 256. First the digits of the quotient of the magnitudes are emitted,
//! the most significant first; they are no part of the result. After `divided` they are read back in the
//! order of the result. The remainder is the dividend minus the product of quotient and divisor.

use super::limits::{SIGN_BIT, TWO_TO_32};
use tvm_macros::graph;

graph! {
    /// What the tokens so far say of the quotient.
    pub fn quotient(token: &super::Columns, bytes: &super::Recent) -> Quotient {
        let b1 = recent(token.byte_number, 1);
        let b2 = recent(token.byte_number, 2);
        let started = step(bytes.index >= 1);
        let twice = step(bytes.index >= 2);
        let thrice = step(bytes.index >= 3);
        /// The digits emitted so far, as a number.
        so_far = slot(reglu(token.byte_number - 1, started) + reglu(256 * (b1 - 1), twice) + reglu(65536 * (b2 - 1), thrice));
        /// 1 once the quotient is known: the last token that is not a byte is `divided`.
        known = lookup { key: (0, -token.byte_number), query: (0, 1), values: [token.divided] };
    }

    /// A byte of the quotient. Each digit is stored under its place, the first under 3.
    pub fn quotient_byte(token: &super::Columns, bytes: &super::Recent, digit, place) -> QuotientByte {
        let byte_number = lookup { key: 4 - bytes.result_index when digit, query: place, values: [token.byte_number] };
        /// The byte.
        byte = byte_number - 1;
    }

    /// The magnitude of an operand; `unsigned` is 1 where it is one already.
    pub fn magnitude(value, unsigned) -> Magnitude {
        let excess = reglu(1, value - SIGN_BIT - TWO_TO_32 * unsigned);
        /// Less than `2^32`.
        value = slot(value - 2 * excess);
    }

    /// The next digit of the quotient: how many multiples of the shifted divisor fit into the rest of the
    /// dividend. A divisor that is shifted beyond `2^33` never fits.
    pub fn digit(dividend, divisor, so_far, index) -> Digit {
        let third = slot(step(index >= 1));
        let second = slot(step(index >= 2));
        let first = slot(step(index >= 3));
        let by_three = 1 - third;
        let by_two = third - second;
        let by_one = second - first;
        let high = slot(reglu(1, divisor - TWO_TO_32 * (1 - by_three)) - reglu(1, divisor - 512 - TWO_TO_32 * (1 - by_three)));
        let middle = slot(reglu(1, divisor - TWO_TO_32 * (1 - by_two)) - reglu(1, divisor - 131072 - TWO_TO_32 * (1 - by_two)));
        let low = slot(reglu(1, divisor - TWO_TO_32 * (1 - by_one)) - reglu(1, divisor - 33554432 - TWO_TO_32 * (1 - by_one)));
        let unshifted = reglu(1, divisor - TWO_TO_32 * (1 - first));
        let shifted = slot(16777216 * high + 65536 * middle + 256 * low + unshifted);
        let taken = reglu(256 * shifted, so_far);
        let remaining = slot(dividend - taken);
        /// 0 to 255.
        byte = ratio(remaining, shifted, 255);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::probe::Probe;

    #[test]
    fn digits_are_those_of_the_quotient() {
        let numbers = [1, 2, 7, 255, 256, 65_537, 0x0102_0304, 1 << 31, u32::MAX - 1, u32::MAX];
        let mut probe = Probe::new();
        let [dividend, divisor, so_far, index] =
            probe.inputs(["dividend", "divisor", "so_far", "index"]);
        let digit = digit(&mut probe.graph, &dividend, &divisor, &so_far, &index).byte;
        let mut expected = Vec::new();
        for (a, b) in numbers.iter().flat_map(|&a| numbers.map(|b| (a, b))) {
            let quotient = i64::from(a / b);
            for (at, byte) in (a / b).to_be_bytes().into_iter().enumerate() {
                let before = quotient >> (8 * (4 - at));
                let operands = [(&dividend, i64::from(a)), (&divisor, i64::from(b))];
                let [first, second] = operands;
                probe.token(&[first, second, (&so_far, before), (&index, at as i64)]);
                expected.push([i64::from(byte)]);
            }
        }
        assert_eq!(probe.read([&digit]), expected);
    }

    #[test]
    fn a_magnitude_is_that_of_a_signed_number() {
        let numbers = [0, 1, -1, i32::MAX, i32::MIN, i32::MIN + 1, -255];
        let mut probe = Probe::new();
        let [value, unsigned] = probe.inputs(["value", "unsigned"]);
        let magnitude = magnitude(&mut probe.graph, &value, &unsigned).value;
        let mut expected = Vec::new();
        for number in numbers {
            let word = i64::from(number as u32);
            probe.token(&[(&value, word)]);
            probe.token(&[(&value, word), (&unsigned, 1)]);
            expected.extend([[i64::from(number.unsigned_abs())], [word]]);
        }
        assert_eq!(probe.read([&magnitude]), expected);
    }
}
