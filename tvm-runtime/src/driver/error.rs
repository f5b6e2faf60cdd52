//! Why a run did not end in `halt`. The messages do not say how to raise a limit: the caller that sets
//! limits adds that.

use thiserror::Error;
use tvm_weights::Token;

use super::cursor::Place;
use super::{Summary, trap};
use crate::engine::Refusal;

/// A run that did not end in `halt`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
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
    #[error("no halt within {limit} tokens")]
    TokenLimit {
        /// The limit.
        limit: u64,
        /// What was done until then.
        summary: Summary,
    },
    /// The caches exceed the limit of memory.
    #[error("the caches take more than {} MB", limit >> 20)]
    MemoryLimit {
        /// The limit, in bytes.
        limit: u64,
        /// What was done until then.
        summary: Summary,
    },
    /// The observer interrupted the run.
    #[error("interrupted")]
    Interrupted {
        /// What was done until then.
        summary: Summary,
    },
    /// The score of no token is a number (all are NaN).
    #[error(
        "no score is a number after {} tokens: sums of the model went beyond what f64 can hold; rebuild \
         the model",
        summary.tokens
    )]
    NoToken {
        /// What was done until then.
        summary: Summary,
    },
    /// The engine does not go on.
    #[error("after {} tokens {refusal}: the dense engine goes on, token by token as it is defined", summary.tokens)]
    Refused {
        /// Why not.
        refusal: Refusal,
        /// What was done until then.
        summary: Summary,
    },
    /// The program waits for a host, and there is none.
    #[error("at instruction {} the program waits for a host", place.instruction)]
    NoHost {
        /// Where in the program.
        place: Place,
        /// What was done until then.
        summary: Summary,
    },
    /// The prompt is empty.
    #[error("the prompt is empty: it begins with `{{`")]
    EmptyPrompt,
    /// A token of the prompt is not in the vocabulary of the model.
    #[error(
        "token {position} of the prompt has the number {}, and the model has {tokens} tokens: the prompt \
         was made for another model",
        token.0
    )]
    ForeignToken {
        /// The token's place in the sequence, from 0.
        position: u64,
        /// The token.
        token: Token,
        /// How many tokens there are.
        tokens: usize,
    },
}

impl RunError {
    /// What was done until then: nothing if the prompt was rejected.
    pub fn summary(&self) -> Summary {
        match self {
            RunError::Trap { summary, .. }
            | RunError::TokenLimit { summary, .. }
            | RunError::MemoryLimit { summary, .. }
            | RunError::NoHost { summary, .. }
            | RunError::NoToken { summary }
            | RunError::Refused { summary, .. }
            | RunError::Interrupted { summary } => *summary,
            RunError::EmptyPrompt | RunError::ForeignToken { .. } => Summary::default(),
        }
    }

    /// The message. `describe` may give the place of a trap by the names of functions.
    pub fn explained(&self, describe: impl FnOnce(&Place) -> Option<String>) -> String {
        match self {
            RunError::Trap { kind, place, .. } => trap::message(kind, place, describe(place)),
            RunError::NoHost { place, .. } => match describe(place) {
                Some(place) => format!("the program waits for a host {place}"),
                None => self.to_string(),
            },
            other => other.to_string(),
        }
    }
}
