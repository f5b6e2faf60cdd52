//! What is assumed of a sequence, checked at every token.
//!
//! Plans and the sparse engine add integers in orders of their own where bounds show that no order rounds
//! ([`bounds`](crate::plan::bounds)). The bounds hold for sequences of limited length, with running sums and
//! watched integers of limited size. A [`Watch`] sees to these limits. Beyond them an engine gives no
//! more tokens, and says why.

use thiserror::Error;

use crate::patterns::BiasedTotal;
use crate::plan::{POSITIONS, WATCHED};
use tvm_weights::Token;

/// Why an engine does not go on: it would have to round, and could not say how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The sequence is too long.
    #[error(
        "the sequence is longer than the {POSITIONS} tokens for which sums of the model are known to be exact"
    )]
    Length,
    /// A running sum is too large.
    #[error("a running sum of the model is too large to be an exact integer beside its bias")]
    RunningSum,
    /// An integer that grows with the sequence is too large.
    #[error("an integer that the model computes is too large for sums of it to be exact")]
    Integer,
}

/// The first limit that was passed, if any was.
#[derive(Debug, Clone, Copy, Default)]
pub struct Watch(Option<Refusal>);

impl Watch {
    /// Another token is read at this position.
    #[inline(always)]
    pub fn position(&mut self, position: u64) {
        if position >= POSITIONS {
            self.refuse(Refusal::Length);
        }
    }

    /// Looks at an integer, whose magnitude may be so large at most.
    #[inline(always)]
    pub fn integer(&mut self, integer: f64, most: f64) {
        if !(-most <= integer && integer <= most) {
            self.refuse(Refusal::Integer);
        }
    }

    /// The sum of integers, from left to right.
    #[inline(always)]
    pub fn sum(&mut self, terms: impl IntoIterator<Item = f64>) -> f64 {
        let mut sum = 0.0;
        let mut exact = true;
        for term in terms {
            sum += term;
            // No number is no integer, and none of these.
            exact &= term.abs() <= WATCHED;
            exact &= f64::abs(sum) <= WATCHED;
        }
        if !exact {
            self.refuse(Refusal::Integer);
        }
        sum
    }

    /// Looks at an integer that must lie between two numbers.
    #[inline(always)]
    pub fn between(&mut self, integer: f64, low: f64, high: f64) {
        if !(low <= integer && integer <= high) {
            self.refuse(Refusal::Integer);
        }
    }

    /// `C + S` for a running sum `S`.
    #[inline(always)]
    pub fn total(&mut self, BiasedTotal { bias, greatest }: BiasedTotal, sum: f64) -> f64 {
        if !(-greatest <= sum && sum <= greatest) {
            self.refuse(Refusal::RunningSum);
        }
        bias + sum
    }

    /// A limit was passed.
    #[cold]
    #[inline(never)]
    pub fn refuse(&mut self, refusal: Refusal) {
        self.0.get_or_insert(refusal);
    }

    /// The limit that was passed.
    #[inline]
    pub fn refusal(&self) -> Option<Refusal> {
        self.0
    }

    /// A token that was predicted; none when a limit was passed.
    #[inline(always)]
    pub fn token(&self, token: Token) -> Token {
        if self.0.is_some() { Token::NONE } else { token }
    }
}
