//! Tokens that are not the execution of a program.

use thiserror::Error;

use tvm_program::{Cursor, Space};

/// A token that cannot come where it came.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{token}` in instruction {instruction}: {reason}")]
pub struct Unreadable {
    /// The token.
    pub token: String,
    /// The instruction that is under way.
    pub instruction: Cursor,
    /// What is wrong.
    pub reason: Reason,
}

/// Why a token cannot come where it came.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Reason {
    /// The instruction goes on in another way.
    #[error("the tokens of {opcode} are {expected}")]
    Unexpected {
        /// The name of the opcode.
        opcode: &'static str,
        /// What the instruction can emit.
        expected: String,
    },
    /// The stack is not as high as the instruction needs.
    #[error("{opcode} takes {needed} words from a stack of {found}")]
    StackUnderflow {
        /// The name of the opcode.
        opcode: &'static str,
        /// Words that the instruction takes.
        needed: usize,
        /// Words on the stack.
        found: usize,
    },
    /// The opcode cannot have its operands or its result where the instruction says.
    #[error("{opcode} cannot have its operands and its result in these variables")]
    Places {
        /// The name of the opcode.
        opcode: &'static str,
    },
    /// An operand is in a variable that was not written.
    #[error("{opcode} reads word {word} of the {}, which was not written", variables(*.space))]
    Unwritten {
        /// The name of the opcode.
        opcode: &'static str,
        /// Of which variables.
        space: Space,
        /// The index of the word.
        word: u32,
    },
    /// A function returns that was not called.
    #[error("no call is under way")]
    ReturnWithoutCall,
    /// The cursor has left the program.
    #[error("the program has {0} instructions")]
    OutsideTheProgram(usize),
    /// The machine does not have the opcode.
    #[error("the machine has no opcode 0x{0:02x}")]
    UnknownOpcode(u8),
    /// The program has ended.
    #[error("the program has ended")]
    AfterTheEnd,
}

fn variables(space: Space) -> &'static str {
    match space {
        Space::Locals => "locals",
        Space::Globals => "globals",
    }
}
