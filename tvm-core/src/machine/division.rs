//! Division, digit by digit. The quotient of the magnitudes is emitted first, most significant
//! byte first, as scratch; after `divided` it is read back in the order of the result, and the
//! remainder is the dividend less quotient times divisor.

use super::limits::{SIGN_BIT, TWO_TO_32};
use tvm_macros::graph;

graph! {
    /// What is known of the quotient from the tokens alone.
    pub fn quotient(token: &super::Columns, bytes: &super::Recent) -> Quotient {
        let b1 = recent(token.byte_number, 1);
        let b2 = recent(token.byte_number, 2);
        let started = step(bytes.index >= 1);
        let twice = step(bytes.index >= 2);
        let thrice = step(bytes.index >= 3);
        /// The digits emitted so far, as a number.
        so_far = slot(reglu(token.byte_number - 1, started) + reglu(256 * (b1 - 1), twice) + reglu(65536 * (b2 - 1), thrice));
        /// 1 once the quotient is known: the last token that is no byte was `divided`.
        known = lookup { key: (0, -token.byte_number), query: (0, 1), values: [token.divided] };
    }

    /// A byte of the quotient. Its digits are filed under their place, the first under 3.
    pub fn quotient_byte(token: &super::Columns, bytes: &super::Recent, digit, place) -> QuotientByte {
        let found = lookup { key: 4 - bytes.result_index when digit, query: place, values: [token.byte_number] };
        /// The byte.
        byte = found - 1;
    }

    /// The magnitude of an operand; `unsigned` is 1 where it is one already.
    pub fn magnitude(value, unsigned) -> Magnitude {
        let excess = reglu(1, value - SIGN_BIT - TWO_TO_32 * unsigned);
        /// Less than `2^32`.
        value = slot(value - 2 * excess);
    }

    /// The next digit of the quotient: how many multiples of the shifted divisor fit into what
    /// remains of the dividend. A divisor shifted past `2^33` fits into nothing.
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
