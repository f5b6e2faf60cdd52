//! The operand stack, filed by state and not by position: a value under the depth it was pushed
//! to, a byte under four times that depth plus its index, written while the byte is emitted. The
//! newest entry of a key is all that is ever asked for.

use super::limits::SIGN_BIT;
use tvm_macros::graph;

impl From<WideStackBytes> for StackBytes {
    fn from(WideStackBytes { key, on }: WideStackBytes) -> Self {
        StackBytes { key, on }
    }
}

graph! {
    /// Under which key the byte just emitted is filed, and whether it is.
    pub fn stack_bytes(bytes: &super::Recent, counters: &super::Counters, fetched: &super::Fetched) -> StackBytes {
        /// Four times the depth the value will have, plus the index of the byte.
        key = 4 * counters.depth + 4 * fetched.stack_delta + bytes.result_index - 1;
        /// 1 for a byte of a value.
        on = reglu(fetched.result_words, 1 - bytes.boundary);
    }

    /// The same in a machine of words and pairs of words: the key of the first byte is four times the
    /// depth of the lowest word. Below everything else lies a byte 00, that of `{`.
    pub fn wide_stack_bytes(
        token: &super::Columns,
        bytes: &super::Recent,
        counters: &super::Counters,
        fetched: &super::Fetched
    ) -> WideStackBytes {
        let bottom = slot(reglu(token.stores, token.byte_number));
        /// Four times the depth of the lowest word, plus the index of the byte.
        key = slot(4 * counters.depth + 4 * fetched.stack_delta - 4 * fetched.result_words + bytes.result_index + 3);
        /// 1 for a byte of a value.
        on = step(fetched.result_words + bottom - 2 * bytes.boundary >= 1);
    }

    /// The byte at an index of the operand at a depth.
    pub fn operand_byte(token: &super::Columns, stack: &StackBytes, depth, index) -> OperandByte {
        let found = lookup {
            key: stack.key when stack.on,
            query: 4 * depth + index,
            values: [token.byte_number]
        };
        /// The byte.
        byte = found - 1;
    }

    /// The value at a depth.
    pub fn operand_value(token: &super::Columns, bytes: &super::Recent, counters: &super::Counters, depth) -> OperandValue {
        let found = lookup {
            key: counters.depth when token.stores,
            query: depth,
            values: [bytes.value]
        };
        /// The number, unsigned.
        value = found;
    }

    /// The value at a depth as an address.
    pub fn operand_address(token: &super::Columns, clamped, counters: &super::Counters, depth) -> OperandAddress {
        let found = lookup {
            key: counters.depth when token.stores,
            query: depth,
            values: [clamped]
        };
        /// The lesser of the number and the size of linear memory.
        address = found;
    }

    /// Facts of a value that opcodes share.
    pub fn value_facts(value) -> ValueFacts {
        /// 1 when it is not 0.
        nonzero = step(value > 0);
        /// 1 when it is negative as a signed number.
        negative = step(value >= SIGN_BIT);
    }
}
