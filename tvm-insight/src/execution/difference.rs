//! The first token on which an execution is not what it should be.

use thiserror::Error;

use super::state::Unreadable;
use tvm_program::Cursor;
use tvm_reference::ReferenceError;

/// The first token that is not the one of the reference executor, or that no execution has.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Difference {
    /// The reference executor generates another token.
    #[error(
        "token {position}: `{expected}` expected, found `{found}` \
         (instruction {instruction}: {}{})",
        .text.escape_debug(), within(.function)
    )]
    Token {
        /// The token's position in the whole sequence, from 0.
        position: u64,
        /// What the reference executor generates.
        expected: String,
        /// What was generated.
        found: String,
        /// The instruction that is being executed.
        instruction: Cursor,
        /// The instruction as text.
        text: String,
        /// The function that it is in.
        function: Option<String>,
    },
    /// The reference executor cannot go on.
    #[error("token {position}: found `{found}`, but the reference executor cannot go on: {error}")]
    Fault {
        /// The token's position in the whole sequence, from 0.
        position: u64,
        /// What was generated.
        found: String,
        /// Why it cannot.
        error: ReferenceError,
    },
    /// The program has ended.
    #[error("token {position}: found `{found}` after the end of the program")]
    AfterTheEnd {
        /// The token's position in the whole sequence, from 0.
        position: u64,
        /// What was generated.
        found: String,
    },
    /// The declaration of the opcode does not have this token, though the reference executor
    /// generates it.
    #[error("token {position}: {error}")]
    Unreadable {
        /// The token's position in the whole sequence, from 0.
        position: u64,
        /// What the declaration has.
        error: Unreadable,
    },
}

fn within(function: &Option<String>) -> String {
    function.as_ref().map(|name| format!(" in `{}`", name.escape_debug())).unwrap_or_default()
}

impl Difference {
    /// The token's position in the whole sequence, from 0.
    pub fn position(&self) -> u64 {
        match self {
            Difference::Token { position, .. }
            | Difference::Fault { position, .. }
            | Difference::AfterTheEnd { position, .. }
            | Difference::Unreadable { position, .. } => *position,
        }
    }
}
