//! Control: branches by relative offset, calls, traps, and what connects a program to the outside.

use tvm_macros::opcode;

opcode! {
    /// Transfers of control. The offset is emitted as four bytes; the commit adds it to the cursor.
    pub CONTROL {
        /// Ends the program.
        halt = 0x00 : [] -> [] { halt; }

        /// Returns from a function: the offset back is the immediate less that of the call.
        return = 0x0f : [] -> [] {
            let difference = immediate.byte - caller.byte - carry;
            let borrow = step(difference < 0);
            jump.byte = difference + 256 * borrow;
            jump.carry = borrow;
            return;
        }

        /// Calls a function. Traps when no more calls can be nested.
        call = 0x10 : [] -> [] {
            trap call_stack_exhausted when calls.full;
            trap call_stack_exhausted when operands.full;
            jump.byte = immediate.byte;
            call;
        }

        /// Branches.
        br = 0x0c : [] -> [] {
            jump.byte = immediate.byte;
            jump;
        }

        /// Branches unless the condition is 0.
        br_if = 0x0d : [condition] -> [] {
            jump.byte = immediate.byte;
            jump when condition.nonzero;
        }
    }
}

opcode! {
    /// Branches that are computed.
    pub SWITCH {
        /// Branches over as many of the following instructions as the operand says, at most as the
        /// immediate says: a row of branches follows, the last for whatever is beyond the others.
        br_table = 0x0e : [choice] -> [] {
            let inside = step(choice.value < immediate.value);
            jump.byte = choice.byte when inside;
            jump.byte = immediate.byte when 1 - inside;
            jump;
        }
    }
}

opcode! {
    /// What connects a program to the outside.
    pub ENVIRONMENT {
        /// Writes the low byte of its operand.
        output = 0xff : [character] -> [] {
            output.byte = character.byte;
        }

        /// Places the input at the address in the immediate; the input section is its execution.
        input_base = 0xfe : [] -> [] { }
    }
}

opcode! {
    /// Errors of a program.
    pub TRAPS {
        /// Traps.
        unreachable = 0xfd : [] -> [] { trap unreachable; }

        /// Traps for the reason that the immediate says: what is no single instruction, such as a call
        /// through a table, ends by it.
        trap = 0xfc : [] -> [] {
            let divisor = equal(immediate.value, 1);
            let quotient = equal(immediate.value, 2);
            let address = equal(immediate.value, 3);
            let element = equal(immediate.value, 4);
            let null = equal(immediate.value, 5);
            let signature = equal(immediate.value, 6);
            trap divide_by_zero when divisor;
            trap integer_overflow when quotient;
            trap out_of_bounds when address;
            trap undefined_element when element;
            trap uninitialized_element when null;
            trap indirect_call_type_mismatch when signature;
        }
    }
}
