//! A change of one forward pass, and what is looked at to see what it does.

use std::ops::Range;

use tvm_model::Token;

/// What is changed in one forward pass. Everything after it is computed with it: later heads have other queries and find other
/// positions.
#[derive(Debug, Clone, PartialEq)]
pub enum Intervention {
    /// Another token is read.
    Token(Token),
    /// A head fetches other values.
    Fetched {
        /// The layer.
        layer: usize,
        /// The head.
        head: usize,
        /// What it fetches.
        values: [f64; 2],
    },
    /// Neurons are inactive, whatever their gates are.
    Inactive {
        /// The layer.
        layer: usize,
        /// The neurons.
        neurons: Range<usize>,
    },
}

impl Intervention {
    /// The head of a layer that fetches other values, with these.
    pub(super) fn fetched_in(&self, layer: usize) -> Option<(usize, [f64; 2])> {
        match *self {
            Intervention::Fetched { layer: at, head, values } if at == layer => {
                Some((head, values))
            }
            _ => None,
        }
    }

    /// The neurons of a layer that are inactive.
    pub(super) fn inactive_in(&self, layer: usize) -> Range<usize> {
        match self {
            Intervention::Inactive { layer: at, neurons } if *at == layer => neurons.clone(),
            _ => 0..0,
        }
    }
}

/// What is looked at in a forward pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observed {
    /// The token that follows.
    NextToken,
    /// One of the two values that a head stores for this position.
    Value {
        /// The layer.
        layer: usize,
        /// The head.
        head: usize,
        /// Which of the two: 0 or 1.
        value: usize,
    },
}

/// What was seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Observation {
    /// The token that follows.
    NextToken(Token),
    /// A value of a head.
    Value(f64),
}
