//! What one forward pass did: the residual stream after every half-layer, what every head asked, where
//! it looked and what it fetched, which neurons were open, and what the tokens score.
//!
//! The numbers are those of [`tvm_runtime::engine::Dense`], bit for bit, as long as none of them is infinite:
//! sums are added in the order of the definition, and what is left out is a weight that is 0 or a neuron
//! that is shut. Only non-zero weights are kept and heads remember hulls, so that a position far into a
//! run is reached in time.
//!
//! [`Report`] is an [`Explanation`] for people, or as JSON, with the names that the model has.

mod attention;
mod explanation;
mod feed_forward;
mod report;
mod rows;
#[cfg(test)]
mod tests;
mod text;
mod view;

pub use explanation::{
    Attended, AttentionExplanation, Explanation, FeedForwardExplanation, HeadExplanation,
    LayerExplanation, OpenNeuron, Scored, Write,
};
pub use report::Report;

use attention::AttentionHalf;
use feed_forward::FeedForwardHalf;
use rows::Rows;

use tvm_model::Model;
use tvm_model::Token;
use tvm_runtime::engine::AttentionKind;
use tvm_runtime::patterns::constant_slot;

/// A forward pass that can say what it did.
pub struct Explainer<'model> {
    model: &'model Model<'model>,
    layers: Vec<(AttentionHalf, FeedForwardHalf)>,
    unembedding: Rows,
    tokens: Vec<Token>,
    stream: Vec<f64>,
}

impl<'model> Explainer<'model> {
    /// An explainer that has read nothing, and whose heads remember hulls.
    pub fn new(model: &'model Model<'model>) -> Self {
        Explainer::with_attention(model, AttentionKind::Hull)
    }

    /// The same with another memory; the answers are equal.
    pub fn with_attention(model: &'model Model<'model>, kind: AttentionKind) -> Self {
        let one = constant_slot(model);
        let layers = model.layers.iter().map(|layer| {
            let attention = AttentionHalf::new(&layer.attention, one, kind);
            (attention, FeedForwardHalf::new(&layer.feed_forward))
        });
        Explainer {
            model,
            layers: layers.collect(),
            unembedding: Rows::of(&model.unembedding),
            tokens: Vec::new(),
            stream: Vec::new(),
        }
    }

    /// Reads a token.
    ///
    /// # Panics
    /// When the token is not of the model's vocabulary.
    pub fn feed(&mut self, token: Token) {
        let position = self.begin(token);
        for (attention, feed_forward) in &mut self.layers {
            attention.apply(&mut self.stream, position);
            feed_forward.apply(&mut self.stream);
        }
    }

    /// Reads a token and says what happened, with as many of the tokens that may follow as are asked
    /// for, the best first.
    ///
    /// # Panics
    /// When the token is not of the model's vocabulary.
    pub fn explain(&mut self, token: Token, top: usize) -> Explanation {
        let position = self.begin(token);
        let embedding = self.stream.clone();
        let mut layers = Vec::with_capacity(self.layers.len());
        for (attention, feed_forward) in &mut self.layers {
            attention.apply(&mut self.stream, position);
            let (heads, residual) = (attention.explain(&self.tokens), self.stream.clone());
            let attention = AttentionExplanation { heads, residual };
            feed_forward.apply(&mut self.stream);
            let (open, residual) = (feed_forward.explain(), self.stream.clone());
            let neurons = feed_forward.neurons();
            let feed_forward = FeedForwardExplanation { neurons, open, residual };
            layers.push(LayerExplanation { attention, feed_forward });
        }
        Explanation { position, token, embedding, layers, top: self.best(top) }
    }

    /// How many tokens were read: the position of the next one.
    pub fn position(&self) -> usize {
        self.tokens.len()
    }

    /// The residual stream after the last token read.
    pub fn residual(&self) -> &[f64] {
        &self.stream
    }

    /// The token is embedded, at the position that is given.
    fn begin(&mut self, token: Token) -> usize {
        let (model, position) = (self.model, self.tokens.len());
        let periodic = model.position_periodic.row(position % model.position_periodic.rows());
        let linear = model.position_linear.row(0);
        let own = model.embedding.row(token.0 as usize);
        self.stream.clear();
        let slots = own.iter().zip(linear).zip(periodic);
        let slots =
            slots.map(|((own, linear), periodic)| own + position as f64 * linear + periodic);
        self.stream.extend(slots);
        self.tokens.push(token);
        position
    }

    /// The generable tokens of the greatest scores; the first tokens on a tie.
    fn best(&self, top: usize) -> Vec<Scored> {
        let tokens = (0..self.model.vocabulary.len() as u32).map(Token);
        let generable = tokens.filter(|&token| self.model.vocabulary.is_generable(token));
        let score = |token: Token| self.unembedding.times(token.0 as usize, &self.stream);
        let mut scored: Vec<Scored> =
            generable.map(|token| Scored { token, score: score(token) }).collect();
        scored.sort_by(|one, other| other.score.total_cmp(&one.score));
        scored.truncate(top);
        scored
    }
}
