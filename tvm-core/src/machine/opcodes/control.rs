//! Control: branches by a relative offset, calls, traps, input and output.

use super::super::limits::{CALL_DEPTH, OPERAND_WORDS};
use tvm_macros::opcode;

opcode! {
    /// Transfers of control. The offset is emitted as four bytes; the commit adds it to the cursor.
    pub CONTROL {
        /// Ends the program.
        halt = 0x00 : [] -> [] { halt; }

        /// Returns from a function: the offset back is the immediate less that of the call.
        return = 0x0f : [] -> [] {
            let difference = immediate.byte - caller.byte - carry;
            jump.byte = if difference < 0 { difference + 256 } else { difference };
            jump.carry = 1 when difference < 0;
            return;
        }

        /// Calls a function. Traps when no more calls can be nested.
        call = 0x10 : [] -> [] {
            trap call_stack_exhausted when calls.depth > CALL_DEPTH;
            trap call_stack_exhausted when operands.depth >= OPERAND_WORDS;
            jump.byte = immediate.byte;
            call;
        }

        /// Branches.
        br = 0x0c : [] -> [] {
            jump.byte = immediate.byte;
            jump;
        }

        /// Branches unless the condition is 0.
        br_if = 0x0d : [condition: i32] -> [] {
            jump.byte = immediate.byte;
            jump when condition.nonzero;
        }
    }
}

opcode! {
    /// Branches that compare by themselves.
    pub COMPARE_AND_BRANCH {
        /// Branches if the operand is 0.
        br_if.i32.eqz = 0x06 for i32, br_if.i64.eqz = 0x07 for i64 : [a: T] -> [] {
            jump.byte = immediate.byte;
            jump when not a.nonzero;
        }

        /// Branches if the operands are equal.
        br_if.i32.eq = 0x08 for i32, br_if.i64.eq = 0x09 for i64 : [a: T b: T] -> [] {
            jump.byte = immediate.byte;
            jump when order(a, b).unsigned == 0;
        }

        /// Branches if they are not.
        br_if.i32.ne = 0x0a for i32, br_if.i64.ne = 0x11 for i64 : [a: T b: T] -> [] {
            jump.byte = immediate.byte;
            jump when order(a, b).unsigned != 0;
        }

        /// Branches if `a` is less, signed.
        br_if.i32.lt_s = 0x12 for i32, br_if.i64.lt_s = 0x13 for i64 : [a: T b: T] -> [] {
            jump.byte = immediate.byte;
            jump when order(a, b).signed < 0;
        }

        /// Branches if `a` is less, unsigned.
        br_if.i32.lt_u = 0x14 for i32, br_if.i64.lt_u = 0x15 for i64 : [a: T b: T] -> [] {
            jump.byte = immediate.byte;
            jump when order(a, b).unsigned < 0;
        }

        /// Branches if `a` is greater, signed.
        br_if.i32.gt_s = 0x16 for i32, br_if.i64.gt_s = 0x17 for i64 : [a: T b: T] -> [] {
            jump.byte = immediate.byte;
            jump when order(a, b).signed > 0;
        }

        /// Branches if `a` is greater, unsigned.
        br_if.i32.gt_u = 0x18 for i32, br_if.i64.gt_u = 0x19 for i64 : [a: T b: T] -> [] {
            jump.byte = immediate.byte;
            jump when order(a, b).unsigned > 0;
        }

        /// Branches if `a` is less or equal, signed.
        br_if.i32.le_s = 0x1c for i32, br_if.i64.le_s = 0x1d for i64 : [a: T b: T] -> [] {
            jump.byte = immediate.byte;
            jump when order(a, b).signed <= 0;
        }

        /// Branches if `a` is less or equal, unsigned.
        br_if.i32.le_u = 0x1e for i32, br_if.i64.le_u = 0x1f for i64 : [a: T b: T] -> [] {
            jump.byte = immediate.byte;
            jump when order(a, b).unsigned <= 0;
        }

        /// Branches if `a` is greater or equal, signed.
        br_if.i32.ge_s = 0x27 for i32, br_if.i64.ge_s = 0x2a for i64 : [a: T b: T] -> [] {
            jump.byte = immediate.byte;
            jump when order(a, b).signed >= 0;
        }

        /// Branches if `a` is greater or equal, unsigned.
        br_if.i32.ge_u = 0x2b for i32, br_if.i64.ge_u = 0x38 for i64 : [a: T b: T] -> [] {
            jump.byte = immediate.byte;
            jump when order(a, b).unsigned >= 0;
        }
    }
}

opcode! {
    /// Branches that are computed.
    pub SWITCH {
        /// Skips as many of the following instructions as the operand says, but at most as many as the
        /// immediate says. A row of branches follows; the last one is the default.
        br_table = 0x0e : [choice: i32] -> [] {
            let inside = step(choice.value < immediate.value);
            jump.byte = if inside { choice.byte } else { immediate.byte };
            jump;
        }
    }
}

opcode! {
    /// Input and output.
    pub ENVIRONMENT {
        /// Writes the low byte of its operand.
        output = 0xff : [character: i32] -> [] {
            output.byte = character.byte;
        }

        /// Writes the input to memory at the address in the immediate. The input section is its execution.
        input_base = 0xfe : [] -> [] { }
    }
}

opcode! {
    /// Errors of a program.
    pub TRAPS {
        /// Traps.
        unreachable = 0xfd : [] -> [] { trap unreachable; }

        /// Traps for a division by zero, in a routine.
        trap.divide_by_zero = 0xf5 : [] -> [] { trap divide_by_zero; }

        /// Traps for a quotient that is too great, in a routine.
        trap.integer_overflow = 0xf6 : [] -> [] { trap integer_overflow; }

        /// Traps for an access outside of memory, in a routine.
        trap.out_of_bounds = 0xf7 : [] -> [] { trap out_of_bounds; }

        /// Traps for a call through a table beyond its end.
        trap.undefined_element = 0xf8 : [] -> [] { trap undefined_element; }

        /// Traps for a call through an element that is not a function.
        trap.uninitialized_element = 0xf9 : [] -> [] { trap uninitialized_element; }

        /// Traps for a call of a function of another type.
        trap.indirect_call_type_mismatch = 0xfa : [] -> [] { trap indirect_call_type_mismatch; }

        /// Traps for an exception that nothing catches.
        trap.uncaught_exception = 0xcf : [] -> [] { trap uncaught_exception; }
    }
}
