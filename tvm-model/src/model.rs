//! A transformer as plain matrices. Nothing here knows what the matrices compute.
//!
//! With residual stream `x` (one entry a slot, `d_model` in all), a layer is
//!
//! ```text
//! x += output * concatenation over heads of attention(query * x, key * x, value * x)
//! x += output * (max(0, gate * x) .* (value * x))
//! ```
//!
//! and the next token is the one whose row of the unembedding has the greatest product with `x`.

use crate::token::Vocabulary;
use crate::{Listing, Matrix, Names};

/// A transformer.
#[derive(Debug, Clone, PartialEq)]
pub struct Model<'bytes> {
    /// What the model is of.
    pub description: Description,
    /// The tokens.
    pub vocabulary: Vocabulary,
    /// `[vocabulary, d_model]`: what a token sets in the residual stream.
    pub embedding: Matrix<'bytes>,
    /// `[1, d_model]`: added once for every position before the token's own.
    pub position_linear: Matrix<'bytes>,
    /// `[period, d_model]`: row `position mod period` is added.
    pub position_periodic: Matrix<'bytes>,
    /// The layers in order.
    pub layers: Vec<Layer<'bytes>>,
    /// `[vocabulary, d_model]`: the score of each token; zero rows for tokens that are only read.
    pub unembedding: Matrix<'bytes>,
}

/// What a model is of, as its file says it.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// The instruction set: `classic`, `full`, or a user's name.
    pub instruction_set: String,
    /// The program that is baked in; `None` for a universal model.
    pub program: Option<String>,
    /// Whether the program that is baked in reads an input section.
    pub reads_input: bool,
    /// Names for the program that is baked in; messages are the better for it, nothing else is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<Listing>,
    /// Names for values, heads and neurons; explanations are the better for it, nothing else is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<Names>,
}

/// One layer: attention, then feed-forward.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer<'bytes> {
    /// The attention half.
    pub attention: Attention<'bytes>,
    /// The feed-forward half.
    pub feed_forward: FeedForward<'bytes>,
}

/// Heads of two dimensions: rows `2h` and `2h + 1` belong to head `h`.
#[derive(Debug, Clone, PartialEq)]
pub struct Attention<'bytes> {
    /// How each head chooses.
    pub selection: Vec<Selection>,
    /// `[2 heads, d_model]`.
    pub query: Matrix<'bytes>,
    /// `[2 heads, d_model]`.
    pub key: Matrix<'bytes>,
    /// `[2 heads, d_model]`.
    pub value: Matrix<'bytes>,
    /// `[d_model, 2 heads]`.
    pub output: Matrix<'bytes>,
}

/// How a head turns scores into a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Selection {
    /// The value at the latest of the positions with the greatest score.
    Latest,
    /// The mean of the values at all positions.
    Mean,
}

/// Gated neurons.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedForward<'bytes> {
    /// `[neurons, d_model]`: how far each neuron is open.
    pub gate: Matrix<'bytes>,
    /// `[neurons, d_model]`: what it lets through.
    pub value: Matrix<'bytes>,
    /// `[d_model, neurons]`.
    pub output: Matrix<'bytes>,
}

impl Model<'_> {
    /// The width of the residual stream.
    pub fn d_model(&self) -> usize {
        self.embedding.columns()
    }

    /// Heads of all layers.
    pub fn heads(&self) -> usize {
        self.layers.iter().map(|layer| layer.attention.selection.len()).sum()
    }

    /// Neurons of the widest layer.
    pub fn d_ffn(&self) -> usize {
        self.layers.iter().map(|layer| layer.feed_forward.gate.rows()).max().unwrap_or(0)
    }
}
