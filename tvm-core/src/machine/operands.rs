//! The operand stack, filed by state and not by position: a value under the depth it was pushed
//! to, a byte under four times that depth plus its index, written while the byte is emitted. The
//! newest entry of a key is all that is ever asked for.

use super::limits::SIGN_BIT;
use tvm_macros::graph;

graph! {
    /// Under which key the byte just emitted is filed, and whether it is.
    pub fn stack_bytes(bytes: &super::Recent, counters: &super::Counters, fetched: &super::Fetched) -> StackBytes {
        /// Four times the depth the value will have, plus the index of the byte.
        key = 4 * counters.depth + 4 * fetched.stack_delta + bytes.index - 1;
        /// 1 for a byte of a value.
        on = reglu(fetched.stores_to_stack, 1 - bytes.boundary);
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
