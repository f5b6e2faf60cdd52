//! Functions of the bytes of operands, for the bitwise operators, shifts, counts and products.

use super::tables;
use tvm_macros::graph;

graph! {
    /// The byte just emitted, spread for the bitwise operators.
    pub fn own_spread(token: &super::Columns) -> OwnSpread {
        /// Bits 0 to 3 as digits in base 3.
        spread_low = table(token.byte_number - 1, 0..256, tables::spread_low);
        /// Bits 4 to 7 as digits in base 3.
        spread_high = table(token.byte_number - 1, 0..256, tables::spread_high);
    }

    /// A byte of an operand, spread for the bitwise operators.
    pub fn spread_byte(own: &OwnSpread, stack: &super::StackBytes, depth, index) -> SpreadByte {
        let [spread_low, spread_high] = lookup {
            key: stack.key when stack.on,
            query: 4 * depth + index,
            values: [own.spread_low, own.spread_high]
        };
        /// Bits 0 to 3 as digits in base 3.
        low = spread_low;
        /// Bits 4 to 7 as digits in base 3.
        high = spread_high;
    }

    /// By how many bits the byte just emitted says to shift.
    pub fn own_amount(token: &super::Columns) -> OwnAmount {
        /// For a shift of 32 bits.
        amount_32 = table(token.byte_number - 1, 0..256, tables::amount_32);
        /// For a shift of 64 bits.
        amount_64 = table(token.byte_number - 1, 0..256, tables::amount_64);
    }

    /// By how many bits the operand at a depth says to shift.
    pub fn shift_amount(own: &OwnAmount, stack: &super::StackBytes, depth) -> ShiftAmount {
        /// For a shift of 32 bits.
        amount_32 = lookup { key: stack.key when stack.on, query: 4 * depth, values: [own.amount_32] };
        /// For a shift of 64 bits.
        amount_64 = lookup { key: stack.key when stack.on, query: 4 * depth, values: [own.amount_64] };
    }

    /// Counts of bits in the byte just emitted.
    pub fn own_counts(token: &super::Columns) -> OwnCounts {
        /// Zero bits below the lowest bit that is set; 8 when none is.
        zeros = table(token.byte_number - 1, 0..256, tables::trailing);
        /// Bits that are set.
        ones = table(token.byte_number - 1, 0..256, tables::population);
    }

    /// Counts of bits in the byte just emitted, as functions of twice the byte. They are a family of their own,
    /// so they can be in another layer than the other tables of the byte.
    pub fn own_counts_apart(token: &super::Columns) -> OwnCountsApart {
        /// Zero bits below the lowest bit that is set; 8 when none is.
        zeros = table(2 * token.byte_number - 2, 0..512, tables::trailing_of_half);
        /// Bits that are set.
        ones = table(2 * token.byte_number - 2, 0..512, tables::population_of_half);
    }

    /// The word as far as it is emitted: `256^(4-place)` times the word modulo `256^place`, where `place` is
    /// the number of its bytes that are emitted, the byte just emitted included.
    pub fn prefix_so_far(token: &super::Columns, place) -> PrefixSoFar {
        let b1 = recent(token.byte_number, 1);
        let b2 = recent(token.byte_number, 2);
        let b3 = recent(token.byte_number, 3);
        let own = 16777216 * (token.byte_number - 1);
        let second = reglu(65536 * (b1 - 1), place - 1) - reglu(65536 * (b1 - 1), place - 2);
        let third = reglu(256 * (b2 - 1), place - 2) - reglu(256 * (b2 - 1), place - 3);
        let fourth = reglu(b3 - 1, place - 3) - reglu(b3 - 1, place - 4);
        /// The prefix.
        prefix = slot(own + second + third + fourth);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Columns;
    use super::*;
    use crate::graph::probe::Probe;

    #[test]
    fn a_prefix_is_the_word_as_far_as_it_is_emitted() {
        let words = [0x0403_0201_u32, 0xffff_ffff, 0x8000_0000, 0x00ff_0001, 0x1234_5678];
        let mut probe = Probe::new();
        let token = Columns::new(&mut probe.graph);
        let [place] = probe.inputs(["place"]);
        let prefix = prefix_so_far(&mut probe.graph, &token, &place).prefix;
        let mut expected = Vec::new();
        for word in words {
            for (at, byte) in (1..).zip(word.to_le_bytes()) {
                probe.token(&[(&token.byte_number, i64::from(byte) + 1), (&place, at)]);
                let emitted = i64::from(word) % (1 << (8 * at));
                expected.push(emitted << (8 * (4 - at)));
            }
        }
        let found: Vec<i64> = probe.read([&prefix]).into_iter().map(|[one]| one).collect();
        assert_eq!(found[4..], expected[4..]);
    }
}
