//! The operand stack. A value is stored under its depth, and a byte under four times the depth plus its
//! index; a byte is stored when it is emitted. A lookup finds the latest entry of a key.

use super::limits::SIGN_BIT;
use tvm_macros::graph;

graph! {
    /// The key of the byte just emitted, and whether it is a byte of the stack.
    pub fn stack_bytes(bytes: &super::Recent, counters: &super::Counters, fetched: &super::Fetched) -> StackBytes {
        /// Four times the depth the value will have, plus the index of the byte.
        key = 4 * counters.depth + 4 * fetched.stack_delta + bytes.result_index - 1;
        /// 1 for a byte of a value.
        on = reglu(fetched.result_words, 1 - bytes.boundary);
    }

    /// The byte at an index of the operand at a depth.
    pub fn operand_byte(token: &super::Columns, stack: &StackBytes, depth, index) -> OperandByte {
        let byte_number = lookup {
            key: stack.key when stack.on,
            query: 4 * depth + index,
            values: [token.byte_number]
        };
        /// The byte.
        byte = byte_number - 1;
    }

    /// The value at a depth.
    pub fn operand_value(token: &super::Columns, bytes: &super::Recent, counters: &super::Counters, depth) -> OperandValue {
        /// The number, unsigned.
        value = lookup {
            key: counters.depth when token.stores,
            query: depth,
            values: [bytes.value]
        };
    }

    /// The value at a depth as an address.
    pub fn operand_address(token: &super::Columns, clamped, counters: &super::Counters, depth) -> OperandAddress {
        /// The lesser of the number and the size of linear memory.
        address = lookup {
            key: counters.depth when token.stores,
            query: depth,
            values: [clamped]
        };
    }

    /// Properties of a value that several opcodes use.
    pub fn value_facts(value) -> ValueFacts {
        /// 1 when it is not 0.
        nonzero = step(value > 0);
        /// 1 when it is negative as a signed number.
        negative = step(value >= SIGN_BIT);
    }
}

#[cfg(test)]
mod tests {
    use super::super::limits::EMPTY_DEPTH;
    use super::super::places::placed_bytes;
    use super::super::probe::State;
    use super::*;
    use crate::graph::Form;
    use crate::graph::probe::Probe;

    /// Pops so many words and pushes these, the lowest first.
    type Instruction = (usize, &'static [u32]);

    const NARROW: [Instruction; 7] = [
        (0, &[0x0403_0201]),
        (0, &[0xfffe_fdfc]),
        (2, &[0x8070_6050]),
        (1, &[]),
        (0, &[77]),
        (0, &[0x1234_5678]),
        (1, &[0]),
    ];

    const WIDE: [Instruction; 6] = [
        (0, &[0x0403_0201, 0x0807_0605]),
        (0, &[0xfffe_fdfc]),
        (3, &[9, 0xa0b0_c0d0]),
        (0, &[1, 2]),
        (4, &[0x5555_aaaa, 0x1020_3040]),
        (1, &[0x6677_8899]),
    ];

    /// Executes instructions on a stack of Rust's and by the key of bytes. After each all bytes are read.
    fn check(mut probe: Probe, state: &State, stack: &StackBytes, program: &[Instruction]) {
        let State { token, bytes, counters, fetched, .. } = state;
        let [depth, index] = probe.inputs(["depth", "index"]);
        let graph = &mut probe.graph;
        let found = operand_byte(graph, token, stack, &depth, &index).byte;
        let mut words: Vec<u32> = Vec::new();
        let mut expected = Vec::new();
        for &(popped, pushed) in program {
            let number = words.len() as i64 + EMPTY_DEPTH;
            let delta = pushed.len() as i64 - popped as i64;
            let emitted = pushed.iter().flat_map(|word| word.to_le_bytes());
            for (at, byte) in emitted.enumerate() {
                probe.token(&[
                    (&token.byte_number, i64::from(byte) + 1),
                    (&bytes.result_index, at as i64 + 1),
                    (&counters.depth, number),
                    (&fetched.stack_delta, delta),
                    (&fetched.result_words, pushed.len() as i64),
                ]);
                expected.push(None);
            }
            words.truncate(words.len() - popped);
            words.extend(pushed);
            for (at, word) in words.iter().enumerate() {
                for (byte, value) in word.to_le_bytes().into_iter().enumerate() {
                    let place = EMPTY_DEPTH + 1 + at as i64;
                    let query = [(&depth, place), (&index, byte as i64)];
                    probe.token(&[query[0], query[1], (&bytes.boundary, 1)]);
                    expected.push(Some(i64::from(value)));
                }
            }
        }
        for (position, ([found], expected)) in
            probe.read([&found]).into_iter().zip(expected).enumerate()
        {
            assert_eq!(found, expected.unwrap_or(found), "position {position}");
        }
    }

    #[test]
    fn a_stack_of_words_is_read_byte_by_byte() {
        let mut probe = Probe::new();
        let state = State::new(&mut probe);
        let State { bytes, counters, fetched, .. } = &state;
        let stack = stack_bytes(&mut probe.graph, bytes, counters, fetched);
        check(probe, &state, &stack, &NARROW);
    }

    #[test]
    fn a_stack_of_words_and_pairs_is_read_byte_by_byte() {
        for program in [&NARROW[..], &WIDE] {
            let mut probe = Probe::new();
            let state = State::new(&mut probe);
            let State { token, bytes, counters, fetched, .. } = &state;
            let graph = &mut probe.graph;
            let place = counters.depth.clone() + fetched.stack_delta.clone()
                - fetched.result_words.clone()
                + Form::constant(1);
            let stack = placed_bytes(graph, token, bytes, fetched, &place);
            check(probe, &state, &stack.into(), program);
        }
    }
}
