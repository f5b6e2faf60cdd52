//! The state that all opcodes use: the bytes just emitted, the depth of the operand stack, the depth of
//! calls, the cursor, and the instruction at the cursor.

use super::limits::{LONGEST_RESULT, TWO_TO_32};
use tvm_macros::graph;

graph! {
    /// The last four bytes as a number, and the place of this token in its run of bytes.
    pub fn recent_bytes(token: &super::Columns) -> Recent {
        let b1 = recent(token.byte_number, 1);
        let b2 = recent(token.byte_number, 2);
        let b3 = recent(token.byte_number, 3);
        let b4 = recent(token.byte_number, 4);
        /// Bits 0 to 15 of the value.
        low = slot((b4 - 1) + 256 * (b3 - 1));
        /// The four bytes before this token, least significant first.
        value = slot((b4 - 1) + 256 * (b3 - 1) + 65536 * (b2 - 1) + 16777216 * (b1 - 1));
        /// The most significant byte of the value.
        top = b1 - 1;
        /// 1 where an instruction, or its result, begins: after a token that is neither a byte nor
        /// `branch_taken`.
        boundary = slot(step(token.byte_number <= 0) - token.branches);
        let [boundary_position, program] = lookup {
            key: (0, -token.byte_number),
            query: (0, 1),
            values: [token.position, token.instruction]
        };
        /// How many bytes were emitted since the last token that is not a byte.
        index = slot(token.position - boundary_position);
        /// The index, within the result of an instruction. Bytes of an input go on, and their index
        /// does not: what is computed from this one stays small however long an input is.
        result_index = slot(index - reglu(1, index - LONGEST_RESULT));
        /// 1 for a token of the program itself.
        program = program;
    }

    /// The three counters, each a sum over all tokens so far.
    pub fn counters(token: &super::Columns, bytes: &Recent) -> Counters {
        let forward = reglu(bytes.value, token.jumps);
        let backward = step(bytes.top + 128 * token.jumps >= 256);
        let advance = slot(token.cursor_step + forward - TWO_TO_32 * backward);
        /// Depth of the operand stack: 0 in the program, 3 when nothing is on it.
        depth = cumsum(token.stack_step);
        /// One more than the index of the instruction being executed.
        cursor = cumsum(advance);
        /// Depth of calls, 1 for the entry.
        frame = cumsum(token.call_step);
    }

    /// The instruction at the cursor, read from the program at the beginning of the sequence. Tokens of the
    /// program have their position as key and all others 0, so the cache is no longer than the program. `at` is the
    /// position of the instruction's first token.
    pub fn fetch(token: &super::Columns, bytes: &Recent, at) -> Fetched {
        let place = reglu(token.position, bytes.program);
        let [opcode_x, opcode_y, stack_delta, result_words, writes_elsewhere] = lookup {
            key: place,
            query: at,
            values: [
                token.opcode_x,
                token.opcode_y,
                token.stack_delta,
                token.result_words,
                token.writes_elsewhere
            ]
        };
        let number_0 = lookup { key: place, query: at + 1, values: [token.byte_number] };
        let number_1 = lookup { key: place, query: at + 2, values: [token.byte_number] };
        let number_2 = lookup { key: place, query: at + 3, values: [token.byte_number] };
        let number_3 = lookup { key: place, query: at + 4, values: [token.byte_number] };
        let number = lookup { key: place, query: at + 1 + bytes.result_index, values: [token.byte_number] };
        /// The point of the opcode, first coordinate.
        opcode_x = opcode_x;
        /// The point of the opcode, second coordinate.
        opcode_y = opcode_y;
        /// Its effect on the depth of the stack, if its operands and its result are there.
        stack_delta = stack_delta;
        /// How many words of its bytes are a value for the stack, or, in a machine with places, for a place.
        result_words = result_words;
        /// 1 when its bytes are stored elsewhere.
        writes_elsewhere = writes_elsewhere;
        /// Its immediate, as it is found: no slot holds it, so neurons of the same layer can read it.
        found_immediate = (number_0 - 1) + 256 * (number_1 - 1) + 65536 * (number_2 - 1) + 16777216 * (number_3 - 1);
        /// Its immediate.
        immediate = slot(found_immediate);
        /// The byte of its immediate at the index that is about to be emitted.
        immediate_byte = number - 1;
    }

    /// A number as an address: addresses greater than `end` become `end`, so that the squares of keys are
    /// exact.
    pub fn address(number, end) -> Address {
        let past = reglu(1, number - end);
        /// The lesser of the number and the end.
        clamped = slot(number - past);
    }
}
