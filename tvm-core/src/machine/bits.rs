//! What the bitwise operators, shifts, counts and products need of an operand's bytes.

use super::tables;
use tvm_macros::graph;

graph! {
    /// A byte of an operand, spread for the bitwise operators.
    pub fn spread_byte(token: &super::Columns, stack: &super::StackBytes, depth, index) -> SpreadByte {
        let own_low = table(token.byte_number - 1, 0..256, tables::spread_low);
        let own_high = table(token.byte_number - 1, 0..256, tables::spread_high);
        let [found_low, found_high] = lookup {
            key: stack.key when stack.on,
            query: 4 * depth + index,
            values: [own_low, own_high]
        };
        /// Bits 0 to 3 as digits in base 3.
        low = found_low;
        /// Bits 4 to 7 as digits in base 3.
        high = found_high;
    }

    /// By how many bits the operand at a depth says to shift.
    pub fn shift_amount(token: &super::Columns, stack: &super::StackBytes, depth) -> ShiftAmount {
        let own_32 = table(token.byte_number - 1, 0..256, tables::amount_32);
        let own_64 = table(token.byte_number - 1, 0..256, tables::amount_64);
        /// A word.
        of_32 = lookup { key: stack.key when stack.on, query: 4 * depth, values: [own_32] };
        /// Two words.
        of_64 = lookup { key: stack.key when stack.on, query: 4 * depth, values: [own_64] };
    }

    /// Counts of bits in the byte just emitted.
    pub fn own_counts(token: &super::Columns) -> OwnCounts {
        /// Zero bits below the lowest bit that is set; 8 when none is.
        zeros = table(token.byte_number - 1, 0..256, tables::trailing);
        /// Bits that are set.
        ones = table(token.byte_number - 1, 0..256, tables::population);
    }

    /// The same as functions of the byte doubled: a family of their own, which can have another layer
    /// than the other tables of the byte.
    pub fn own_counts_apart(token: &super::Columns) -> OwnCountsApart {
        /// Zero bits below the lowest bit that is set; 8 when none is.
        zeros = table(2 * token.byte_number - 2, 0..512, tables::trailing_of_half);
        /// Bits that are set.
        ones = table(2 * token.byte_number - 2, 0..512, tables::population_of_half);
    }

    /// The word of which the byte just emitted is the most significant so far, `place` being the number
    /// of its bytes that are emitted: `256^(4-place)` times the word modulo `256^place`.
    pub fn prefix_so_far(token: &super::Columns, place) -> PrefixSoFar {
        let b1 = recent(token.byte_number, 1);
        let b2 = recent(token.byte_number, 2);
        let b3 = recent(token.byte_number, 3);
        let own = 16777216 * (token.byte_number - 1);
        let second = reglu(65536 * (b1 - 1), place - 1) - reglu(65536 * (b1 - 1), place - 2);
        let third = reglu(256 * (b2 - 1), place - 2) - reglu(256 * (b2 - 1), place - 3);
        let fourth = reglu(b3 - 1, place - 3) - reglu(b3 - 1, place - 4);
        /// The prefix.
        wide = slot(own + second + third + fourth);
    }
}
