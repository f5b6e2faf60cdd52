//! Tokens that are not the execution of a program.

use thiserror::Error;

use tvm_program::Cursor;

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
