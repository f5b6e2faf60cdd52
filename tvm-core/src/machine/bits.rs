//! What the bitwise operators, shifts and counts need of an operand's bytes.

use super::limits::TWO_TO_32;
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

    /// The least byte of the top of the stack modulo 32.
    pub fn shift_amount(token: &super::Columns, stack: &super::StackBytes, depth) -> ShiftAmount {
        let own = table(token.byte_number - 1, 0..256, tables::amount);
        let found = lookup { key: stack.key when stack.on, query: 4 * depth, values: [own] };
        /// By how many bits to shift.
        amount = found;
    }

    /// Trailing zeros and set bits of the top of the stack, counted byte by byte.
    pub fn counted_bits(token: &super::Columns, stack: &super::StackBytes, depth) -> CountedBits {
        let own_zeros = table(token.byte_number - 1, 0..256, tables::trailing);
        let own_ones = table(token.byte_number - 1, 0..256, tables::population);
        let [zeros0, ones0] = lookup { key: stack.key when stack.on, query: 4 * depth, values: [own_zeros, own_ones] };
        let [zeros1, ones1] = lookup { key: stack.key when stack.on, query: 4 * depth + 1, values: [own_zeros, own_ones] };
        let [zeros2, ones2] = lookup { key: stack.key when stack.on, query: 4 * depth + 2, values: [own_zeros, own_ones] };
        let [zeros3, ones3] = lookup { key: stack.key when stack.on, query: 4 * depth + 3, values: [own_zeros, own_ones] };
        let digits = persist(729 * zeros0 + 81 * zeros1 + 9 * zeros2 + zeros3);
        /// Zero bits below the lowest bit that is set.
        trailing = table(digits, 0..6561, tables::trailing_of_four);
        /// Bits that are set.
        population = persist(ones0 + ones1 + ones2 + ones3);
    }

    /// The four bytes of the value at a depth.
    pub fn operand_bytes(token: &super::Columns, counters: &super::Counters, depth) -> OperandBytes {
        let b1 = recent(token.byte_number, 1);
        let b2 = recent(token.byte_number, 2);
        let b3 = recent(token.byte_number, 3);
        let b4 = recent(token.byte_number, 4);
        let [found0, found1, found2, found3] = lookup {
            key: counters.depth when token.stores,
            query: depth,
            values: [b4, b3, b2, b1]
        };
        /// Bits 0 to 7.
        byte0 = found0 - 1;
        /// Bits 8 to 15.
        byte1 = found1 - 1;
        /// Bits 16 to 23.
        byte2 = found2 - 1;
        /// Bits 24 to 31.
        byte3 = found3 - 1;
        /// All of it.
        value = found0 - 1 + 256 * (found1 - 1) + 65536 * (found2 - 1) + 16777216 * (found3 - 1);
    }

    /// The top of the stack times a number given by its bytes: the byte of the product at the
    /// index, scaled by `2^24`, with multiples of `2^32` above it, in all less than `2^42`. Byte `i`
    /// of the factor meets the prefix that ends `i` bytes below the index.
    pub fn multiplied(stack: &super::StackBytes, prefix: &PrefixSoFar, depth, index, byte0, byte1, byte2, byte3) -> Multiplied {
        let prefix0 = lookup { key: stack.key when stack.on, query: 4 * depth + index, values: [prefix.wide] };
        let prefix1 = lookup { key: stack.key when stack.on, query: 4 * depth + index - 1, values: [prefix.wide] };
        let prefix2 = lookup { key: stack.key when stack.on, query: 4 * depth + index - 2, values: [prefix.wide] };
        let prefix3 = lookup { key: stack.key when stack.on, query: 4 * depth + index - 3, values: [prefix.wide] };
        let early1 = 1 - persist(step(index >= 1));
        let early2 = 1 - persist(step(index >= 2));
        let early3 = 1 - persist(step(index >= 3));
        /// The scaled byte.
        wide = persist(
            reglu(byte0, prefix0)
            + reglu(byte1, prefix1 - TWO_TO_32 * early1)
            + reglu(byte2, prefix2 - TWO_TO_32 * early2)
            + reglu(byte3, prefix3 - TWO_TO_32 * early3));
    }

    /// The value of which the byte just emitted is the most significant so far:
    /// `256^(3-i)` times the value modulo `256^(i+1)`.
    pub fn prefix_so_far(token: &super::Columns, bytes: &super::Recent) -> PrefixSoFar {
        let b1 = recent(token.byte_number, 1);
        let b2 = recent(token.byte_number, 2);
        let b3 = recent(token.byte_number, 3);
        let own = 16777216 * (token.byte_number - 1);
        let second = reglu(65536 * (b1 - 1), bytes.index - 1) - reglu(65536 * (b1 - 1), bytes.index - 2);
        let third = reglu(256 * (b2 - 1), bytes.index - 2) - reglu(256 * (b2 - 1), bytes.index - 3);
        let fourth = reglu(b3 - 1, bytes.index - 3) - reglu(b3 - 1, bytes.index - 4);
        /// The prefix.
        wide = persist(own + second + third + fourth);
    }

    /// The prefix of an operand up to an index.
    pub fn operand_prefix(stack: &super::StackBytes, prefix: &PrefixSoFar, depth, index) -> OperandPrefix {
        let found = lookup {
            key: stack.key when stack.on,
            query: 4 * depth + index,
            values: [prefix.wide]
        };
        /// The prefix.
        wide = found;
    }

    /// A shifted or rotated operand; 0 while no shift is executed. `left` and `right` say which way: 0 for a shift,
    /// `ROTATION` for a rotation, `NO_SHIFT` for anything else.
    pub fn shift(operand: &OperandBytes, amount, index, left, right) -> Shifted {
        let leftward = persist(8 * index - amount + left);
        let rightward = persist(8 * index + amount + right);
        let factor0 = persist(table(leftward, -64..320, tables::factor_0) + table(rightward, -64..320, tables::factor_0));
        let factor1 = persist(table(leftward, -64..320, tables::factor_1) + table(rightward, -64..320, tables::factor_1));
        let factor2 = persist(table(leftward, -64..320, tables::factor_2) + table(rightward, -64..320, tables::factor_2));
        let factor3 = persist(table(leftward, -64..320, tables::factor_3) + table(rightward, -64..320, tables::factor_3));
        /// The byte at the index, scaled by `2^24`, with multiples of `2^32` above it.
        wide = reglu(operand.byte0, factor0) + reglu(operand.byte1, factor1)
            + reglu(operand.byte2, factor2) + reglu(operand.byte3, factor3);
    }

    /// The sign bits that a shift to the right brings in.
    pub fn shift_fill(amount, index, right) -> ShiftFill {
        let rightward = persist(8 * index + amount + right);
        /// As a byte.
        byte = table(rightward, -64..320, tables::fill);
    }
}
