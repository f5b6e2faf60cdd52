//! What is explained of one position, as data.

use tvm_model::Selection;
use tvm_model::Token;

/// What one forward pass did at one position.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The position of the token, counted from 0.
    pub position: usize,
    /// The token that was read.
    pub token: Token,
    /// The residual stream at boundary 0, `d_model` numbers.
    pub embedding: Vec<f64>,
    /// The layers in order.
    pub layers: Vec<LayerExplanation>,
    /// Generable tokens with the greatest scores, the best first and the first token on a tie: the first
    /// is what follows.
    pub top: Vec<Scored>,
}

/// What one layer did.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerExplanation {
    /// The first half.
    pub attention: AttentionExplanation,
    /// The second half.
    pub feed_forward: FeedForwardExplanation,
}

/// What the heads of a layer did.
#[derive(Debug, Clone, PartialEq)]
pub struct AttentionExplanation {
    /// Every head in order.
    pub heads: Vec<HeadExplanation>,
    /// The residual stream after this half, `d_model` numbers.
    pub residual: Vec<f64>,
}

/// What one head did.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadExplanation {
    /// How it selects values by their scores.
    pub kind: Selection,
    /// Whether it is a `latest` head with weights for a key; without any it attends to its own position.
    pub has_key: bool,
    /// Its query at this position.
    pub query: [f64; 2],
    /// Its key at this position.
    pub key: [f64; 2],
    /// The latest of the positions with the greatest score; `None` for a mean.
    pub attended: Option<Attended>,
    /// The two values there, or the means of all positions.
    pub fetched: [f64; 2],
    /// What this added to the residual stream.
    pub writes: Vec<Write>,
}

/// A position that was attended to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attended {
    /// The position.
    pub position: usize,
    /// The token there.
    pub token: Token,
}

/// A key that a head remembers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Key {
    /// The key.
    pub point: [f64; 2],
    /// The position that it is of.
    pub of: Attended,
}

/// What the neurons of a layer did.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedForwardExplanation {
    /// How many neurons there are.
    pub neurons: usize,
    /// Those with a positive gate, in order.
    pub active: Vec<ActiveNeuron>,
    /// The residual stream after this half, `d_model` numbers.
    pub residual: Vec<f64>,
}

/// What one neuron did.
#[derive(Debug, Clone, PartialEq)]
pub struct ActiveNeuron {
    /// Which neuron of its layer.
    pub neuron: usize,
    /// Its gate, above 0.
    pub gate: f64,
    /// Its value.
    pub value: f64,
    /// `gate * value`.
    pub product: f64,
    /// What this added to the residual stream.
    pub writes: Vec<Write>,
}

/// An amount that was added to a slot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Write {
    /// The slot.
    pub slot: usize,
    /// A weight of the output matrix times what was fetched, or times a product.
    pub amount: f64,
}

/// A token with its score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// The token.
    pub token: Token,
    /// Its row of the unembedding times the residual stream.
    pub score: f64,
}

impl Explanation {
    /// The residual stream at a boundary: 0 is the embedding, `b` the end of the `b`-th half-layer.
    pub fn residual(&self, boundary: usize) -> Option<&[f64]> {
        let Some(half) = boundary.checked_sub(1) else { return Some(&self.embedding) };
        let layer = self.layers.get(half / 2)?;
        Some(if half % 2 == 0 { &layer.attention.residual } else { &layer.feed_forward.residual })
    }
}
