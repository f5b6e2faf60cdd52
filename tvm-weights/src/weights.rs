//! A transformer as plain matrices. Nothing here knows what the matrices compute.
//!
//! With residual stream `x` (one entry a slot, `d_model` in all), a layer is
//!
//! ```text
//! x += output * concatenation over heads of attention(query * x, key * x, value * x)
//! x += output * (max(0, gate * x) .* (value * x))
//! ```
//!
//! and the next token is, of those that can be generated, the one whose row of the unembedding has the
//! greatest product with `x`.

use crate::{Matrix, Token};

/// All that an engine is given.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights<'bytes> {
    /// `[tokens, d_model]`: what a token sets in the residual stream.
    pub embedding: Matrix<'bytes>,
    /// `[1, d_model]`: added once for every position before the token's own.
    pub position_linear: Matrix<'bytes>,
    /// `[period, d_model]`: row `position mod period` is added.
    pub position_periodic: Matrix<'bytes>,
    /// The layers in order.
    pub layers: Vec<Layer<'bytes>>,
    /// `[tokens, d_model]`: the score of each token; zero rows for tokens that are only read.
    pub unembedding: Matrix<'bytes>,
    /// For every token whether it can be generated; the others are only read.
    pub generable: Vec<bool>,
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

impl Weights<'_> {
    /// The width of the residual stream.
    pub fn d_model(&self) -> usize {
        self.embedding.columns()
    }

    /// How many tokens there are.
    pub fn tokens(&self) -> usize {
        self.embedding.rows()
    }

    /// Heads of all layers.
    pub fn heads(&self) -> usize {
        self.layers.iter().map(|layer| layer.attention.selection.len()).sum()
    }

    /// Neurons of the widest layer.
    pub fn d_ffn(&self) -> usize {
        self.layers.iter().map(|layer| layer.feed_forward.gate.rows()).max().unwrap_or(0)
    }

    /// The tokens that can be generated, in order.
    pub fn generable(&self) -> impl Iterator<Item = Token> + '_ {
        (0..).map(Token).zip(&self.generable).filter_map(|(token, &can)| can.then_some(token))
    }

    /// Can the token be generated?
    pub fn is_generable(&self, token: Token) -> bool {
        self.generable.get(token.0 as usize).copied().unwrap_or(false)
    }

    /// The same weights, owning their entries.
    pub fn into_owned(self) -> Weights<'static> {
        Weights {
            embedding: self.embedding.into_owned(),
            position_linear: self.position_linear.into_owned(),
            position_periodic: self.position_periodic.into_owned(),
            layers: self.layers.into_iter().map(Layer::into_owned).collect(),
            unembedding: self.unembedding.into_owned(),
            generable: self.generable,
        }
    }
}

impl Layer<'_> {
    fn into_owned(self) -> Layer<'static> {
        let Attention { selection, query, key, value, output } = self.attention;
        let attention = Attention {
            selection,
            query: query.into_owned(),
            key: key.into_owned(),
            value: value.into_owned(),
            output: output.into_owned(),
        };
        let FeedForward { gate, value, output } = self.feed_forward;
        let feed_forward = FeedForward {
            gate: gate.into_owned(),
            value: value.into_owned(),
            output: output.into_owned(),
        };
        Layer { attention, feed_forward }
    }
}
