//! The run loop: the prompt is read, then the greatest score decides, token by token, until `halt`.

use thiserror::Error;

use crate::engine::Engine;
use crate::token::{Role, Token, Vocabulary};

/// Who watches a run.
pub trait Observer {
    /// A token of the sequence, prompt included.
    fn token(&mut self, _token: Token) {}

    /// A byte that the program writes.
    fn output(&mut self, _byte: u8) {}
}

/// What a run amounted to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Tokens in all, prompt included.
    pub tokens: u64,
    /// Tokens that were generated.
    pub generated_tokens: u64,
    /// Instructions that were completed.
    pub instructions: u64,
}

/// A run that did not end in `halt`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RunError {
    /// The program trapped.
    #[error("trap: {} at token {}", kind.replace('_', " "), summary.tokens - 1)]
    Trap {
        /// The kind of trap.
        kind: String,
        /// What was done until then.
        summary: Summary,
    },
    /// The limit of generated tokens was reached.
    #[error(
        "no halt within {limit} tokens: raise the limit with --max-tokens if the program needs more"
    )]
    TokenLimit {
        /// The limit.
        limit: u64,
        /// What was done until then.
        summary: Summary,
    },
    /// There is no prompt: nothing to continue.
    #[error("the prompt is empty")]
    EmptyPrompt,
}

/// Generated tokens unless a caller says otherwise.
pub const DEFAULT_MAX_TOKENS: u64 = 1_000_000_000;

/// Feeds the prompt and generates until `halt`.
///
/// # Errors
/// [`RunError`] when the program traps or does not halt within `max_tokens` generated tokens.
pub fn run(
    engine: &mut dyn Engine,
    vocabulary: &Vocabulary,
    prompt: &[Token],
    max_tokens: u64,
    observer: &mut dyn Observer,
) -> Result<Summary, RunError> {
    if prompt.is_empty() {
        return Err(RunError::EmptyPrompt);
    }
    let mut summary = Summary::default();
    for &token in prompt {
        engine.feed(token);
        observer.token(token);
        summary.tokens += 1;
    }
    let roles = vocabulary.roles();
    while summary.generated_tokens < max_tokens {
        let token = engine.predict();
        observer.token(token);
        summary.tokens += 1;
        summary.generated_tokens += 1;
        match &roles[token.0 as usize] {
            Role::Silent => {}
            Role::Completes => summary.instructions += 1,
            Role::Outputs(byte) => {
                summary.instructions += 1;
                observer.output(*byte);
            }
            Role::Halts => {
                summary.instructions += 1;
                return Ok(summary);
            }
            Role::Traps(kind) => return Err(RunError::Trap { kind: kind.clone(), summary }),
        }
        engine.feed(token);
    }
    Err(RunError::TokenLimit { limit: max_tokens, summary })
}
