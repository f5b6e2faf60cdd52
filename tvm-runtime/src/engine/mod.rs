//! Engines: from a model's matrices and the tokens so far to the next token.
//!
//! [`Dense`] is the definition of the forward pass, matrix by matrix. [`Sparse`] gives the same
//! tokens from the non-zero weights alone, [`Planned`] from a plan of what they compute, and a
//! [`GeneratedKernel`] from code that was made of that plan. [`Prepared`] is any of them.

mod choice;
mod dense;
mod kernel;
mod plan;
mod sparse;
#[cfg(test)]
pub(crate) mod tests;
mod watch;

pub use choice::{EngineKind, NoEngine, Prepared};
pub use dense::Dense;
pub use kernel::{
    GeneratedKernel, KernelData, KernelError, KernelTable, LoadedKernel, MalformedData,
};
pub use plan::{PackedState, PlanState, Planned};
pub use sparse::Sparse;
pub use watch::{Refusal, Watch};

use crate::attention::{Brute, Hull, Keys, Memory};
use crate::plan::Plan;
use tvm_weights::{Token, Weights};

/// What computes the next token.
pub trait Engine {
    /// Reads a token.
    ///
    /// # Panics
    /// When the token is not of the model's vocabulary.
    fn feed(&mut self, token: Token);

    /// Reads a token that another one follows in any case: what would follow is not computed, and
    /// [`predict`](Engine::predict) may give any token until one was read by [`feed`](Engine::feed).
    ///
    /// # Panics
    /// When the token is not of the model's vocabulary.
    fn read(&mut self, token: Token) {
        self.feed(token);
    }

    /// The token that follows. [`Token::NONE`] when no score is a number, which is so only in a model whose
    /// sums go beyond the numbers of f64, and after a [`refusal`](Engine::refusal). Before the first
    /// token it is any.
    fn predict(&mut self) -> Token;

    /// Why the engine does not go on, if it does not. The dense engine, being the definition, always does.
    fn refusal(&self) -> Option<Refusal> {
        None
    }

    /// About how many bytes hold what is remembered of the tokens so far.
    fn memory(&self) -> usize;
}

/// Makes engines that run plans in a way of their own, such as by machine code.
pub trait Backend: Sync {
    /// The plan of a model as far as this back end needs it, if it need not be derived.
    fn plan(&self, _weights: &Weights<'_>) -> Option<Plan> {
        None
    }

    /// Can it run a plan?
    fn accepts(&self, plan: &Plan) -> bool;

    /// An engine that has read nothing.
    fn engine<'run>(&'run self, plan: &'run Plan) -> Box<dyn Engine + 'run>;
}

impl<E: Engine + ?Sized> Engine for &mut E {
    fn feed(&mut self, token: Token) {
        (**self).feed(token);
    }

    fn read(&mut self, token: Token) {
        (**self).read(token);
    }

    fn predict(&mut self) -> Token {
        (**self).predict()
    }

    fn refusal(&self) -> Option<Refusal> {
        (**self).refusal()
    }

    fn memory(&self) -> usize {
        (**self).memory()
    }
}

impl<E: Engine + ?Sized> Engine for Box<E> {
    fn feed(&mut self, token: Token) {
        (**self).feed(token);
    }

    fn read(&mut self, token: Token) {
        (**self).read(token);
    }

    fn predict(&mut self) -> Token {
        (**self).predict()
    }

    fn refusal(&self) -> Option<Refusal> {
        (**self).refusal()
    }

    fn memory(&self) -> usize {
        (**self).memory()
    }
}

/// How `latest` heads remember.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttentionKind {
    /// The convex hull of the keys.
    Hull,
    /// Every key.
    Brute,
}

impl std::str::FromStr for AttentionKind {
    type Err = String;

    fn from_str(text: &str) -> Result<AttentionKind, String> {
        match text {
            "hull" => Ok(AttentionKind::Hull),
            "brute" => Ok(AttentionKind::Brute),
            other => Err(format!("no attention {other}: hull or brute")),
        }
    }
}

impl AttentionKind {
    /// A memory for `width` values a position; `looks_up` says that the second coordinate of every
    /// query is positive.
    pub fn memory(self, width: usize, looks_up: bool) -> Memory {
        let keys: Box<dyn Keys> = match self {
            AttentionKind::Brute => Box::new(Brute::default()),
            AttentionKind::Hull if looks_up => Box::new(Hull::looking_up()),
            AttentionKind::Hull => Box::new(Hull::default()),
        };
        Memory::new(keys, width)
    }
}

/// The greatest score so far; the first token on a tie.
#[derive(Debug, Clone, Copy)]
pub struct Best {
    score: f64,
    token: Token,
}

impl Default for Best {
    fn default() -> Best {
        Best { score: f64::NEG_INFINITY, token: Token::NONE }
    }
}

impl Best {
    /// Another token with its score; one that is no number is passed over.
    #[inline]
    pub fn challenge(&mut self, token: Token, score: f64) {
        if score > self.score || (score == self.score && token < self.token) {
            *self = Best { score, token };
        }
    }

    /// The score of the winner; negative infinity when no score was a number.
    #[inline]
    pub fn score(self) -> f64 {
        self.score
    }

    /// The winner; [`Token::NONE`] when no score was a number.
    #[inline]
    pub fn token(self) -> Token {
        self.token
    }
}
