//! Where two executions part: the generated one and the reference executor's.

use thiserror::Error;

use tvm_reference::{Cursor, ReferenceError};

/// The first token on which the reference executor does not agree.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Difference {
    /// It generates another one.
    #[error(
        "token {position}: `{expected}` expected, found `{found}` \
         (instruction {instruction}: {text}{})",
        within(.function)
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
    /// It cannot go on.
    #[error("token {position}: found `{found}`, but the reference executor cannot go on: {error}")]
    Fault {
        /// The token's position in the whole sequence, from 0.
        position: u64,
        /// What was generated.
        found: String,
        /// Why it cannot.
        error: ReferenceError,
    },
    /// The program is over.
    #[error("token {position}: found `{found}` after the end of the program")]
    AfterTheEnd {
        /// The token's position in the whole sequence, from 0.
        position: u64,
        /// What was generated.
        found: String,
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
            | Difference::AfterTheEnd { position, .. } => *position,
        }
    }
}
