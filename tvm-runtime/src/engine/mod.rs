//! Engines: from a model's matrices and the tokens so far to the next token.
//!
//! [`Dense`] is the definition of the forward pass, matrix by matrix. [`Sparse`] gives the same
//! tokens from the non-zero weights alone.

mod dense;
mod sparse;
#[cfg(test)]
mod tests;

pub use dense::Dense;
pub use sparse::Sparse;

use crate::Token;
use crate::attention::{Brute, Cache, Hull};

/// What computes the next token.
pub trait Engine {
    /// Reads a token.
    ///
    /// # Panics
    /// When the token is not of the model's vocabulary.
    fn feed(&mut self, token: Token);

    /// The token that follows.
    ///
    /// # Panics
    /// Before the first token.
    fn predict(&mut self) -> Token;
}

/// How `latest` heads remember.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttentionKind {
    /// The convex hull of the keys.
    Hull,
    /// Every key.
    Brute,
}

impl AttentionKind {
    /// A cache for `width` values a position; `looks_up` says that the second coordinate of every
    /// query is positive.
    fn cache(self, width: usize, looks_up: bool) -> Box<dyn Cache> {
        match self {
            AttentionKind::Brute => Box::new(Brute::new(width)),
            AttentionKind::Hull if looks_up => Box::new(Hull::looking_up(width)),
            AttentionKind::Hull => Box::new(Hull::new(width)),
        }
    }
}
