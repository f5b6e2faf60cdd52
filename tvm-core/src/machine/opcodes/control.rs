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

        /// Calls a function.
        call = 0x10 : [] -> [] {
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
    }
}
