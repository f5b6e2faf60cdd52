//! The run loop: the prompt is read, then the greatest score decides, token by token, until `halt`.

use thiserror::Error;

use crate::cursor::{Follower, Place, Step};
use crate::engine::Engine;
use crate::model::Listing;
use crate::token::{Role, Token, Vocabulary};
use crate::trap;

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
    #[error("{}", trap::message(kind, place, None))]
    Trap {
        /// The kind of trap.
        kind: String,
        /// Where in the program.
        place: Place,
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

impl RunError {
    /// The message, with the names that a listing of the program gives to the place of a trap.
    pub fn explained(&self, listing: Option<&Listing>) -> String {
        match self {
            RunError::Trap { kind, place, .. } => trap::message(kind, place, listing),
            other => other.to_string(),
        }
    }
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
    let roles = vocabulary.roles();
    let steps: Vec<Step> = roles.iter().map(Step::of).collect();
    let mut follower = Follower::default();
    let mut summary = Summary::default();
    for &token in prompt {
        engine.feed(token);
        follower.follow(steps[token.0 as usize]);
        observer.token(token);
        summary.tokens += 1;
    }
    while summary.generated_tokens < max_tokens {
        let token = engine.predict();
        observer.token(token);
        summary.tokens += 1;
        summary.generated_tokens += 1;
        let step = steps[token.0 as usize];
        follower.follow(step);
        summary.instructions += step.completed();
        if step.is_event() {
            match &roles[token.0 as usize] {
                Role::Outputs(byte) => observer.output(*byte),
                Role::Halts => {
                    summary.instructions += 1;
                    return Ok(summary);
                }
                Role::Traps(kind) => {
                    let (kind, place) = (kind.clone(), follower.place());
                    return Err(RunError::Trap { kind, place, summary });
                }
                Role::Silent | Role::Byte(_) | Role::Completes(_) => {}
            }
        }
        engine.feed(token);
    }
    Err(RunError::TokenLimit { limit: max_tokens, summary })
}
