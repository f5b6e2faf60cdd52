//! The forward pass, one token at a time, that keeps what an explanation needs.

use super::attention::AttentionHalf;
use super::explanation::{
    Attended, AttentionExplanation, Explanation, FeedForwardExplanation, Key, LayerExplanation,
    Scored,
};
use super::feed_forward::FeedForwardHalf;
use super::rows::Rows;
use tvm_model::{Token, Weights};
use tvm_runtime::engine::{AttentionKind, Best, Engine};
use tvm_runtime::patterns::constant_slot;

/// A forward pass that can be explained. A copy goes on from the same tokens.
#[derive(Clone)]
pub struct Explainer<'weights> {
    weights: &'weights Weights<'weights>,
    layers: Vec<(AttentionHalf, FeedForwardHalf)>,
    unembedding: Rows,
    /// How many tokens were read.
    tokens: usize,
    stream: Vec<f64>,
}

impl<'weights> Explainer<'weights> {
    /// An explainer that has read nothing, and whose heads remember hulls.
    pub fn new(weights: &'weights Weights<'weights>) -> Self {
        Explainer::with_attention(weights, AttentionKind::Hull)
    }

    /// An explainer that has read nothing, and whose heads remember in a way that is given. The
    /// answers are those of [`Explainer::new`].
    pub fn with_attention(weights: &'weights Weights<'weights>, kind: AttentionKind) -> Self {
        let one = constant_slot(weights);
        let layers = weights.layers.iter().map(|layer| {
            let attention = AttentionHalf::new(&layer.attention, one, kind);
            (attention, FeedForwardHalf::new(&layer.feed_forward))
        });
        Explainer {
            weights,
            layers: layers.collect(),
            unembedding: Rows::of(&weights.unembedding),
            tokens: 0,
            stream: Vec::new(),
        }
    }

    /// Reads a token and explains the forward pass, with the `top` best next tokens, the best first.
    ///
    /// # Panics
    /// When the token is not of the model's vocabulary.
    pub fn explain(&mut self, token: Token, top: usize) -> Explanation {
        let here = self.begin(token);
        let embedding = self.stream.clone();
        let mut layers = Vec::with_capacity(self.layers.len());
        for (attention, feed_forward) in &mut self.layers {
            attention.apply(&mut self.stream, here);
            let (heads, residual) = (attention.explain(), self.stream.clone());
            let attention = AttentionExplanation { heads, residual };
            feed_forward.apply(&mut self.stream);
            let (active, residual) = (feed_forward.explain(), self.stream.clone());
            let neurons = feed_forward.neurons();
            let feed_forward = FeedForwardExplanation { neurons, active, residual };
            layers.push(LayerExplanation { attention, feed_forward });
        }
        Explanation { position: here.position, token, embedding, layers, top: self.best(top) }
    }

    /// How many tokens were read: the position of the next one.
    pub fn position(&self) -> usize {
        self.tokens
    }

    /// The keys that a head remembers, in order of their positions: all that any query can find, and some that none can
    /// find any more. Nothing for a head without a key.
    pub fn keys(&self, layer: usize, head: usize) -> Vec<Key> {
        self.layers.get(layer).map_or_else(Vec::new, |(attention, _)| attention.keys(head))
    }

    /// The residual stream after the last token read.
    pub fn residual(&self) -> &[f64] {
        &self.stream
    }

    /// The token is embedded at the next position.
    fn begin(&mut self, token: Token) -> Attended {
        let (weights, position) = (self.weights, self.tokens);
        let periodic =
            weights.position_periodic.full_row(position % weights.position_periodic.rows());
        let linear = weights.position_linear.full_row(0);
        let own = weights.embedding.full_row(token.0 as usize);
        self.stream.clear();
        let slots = own.iter().zip(linear).zip(periodic);
        let slots =
            slots.map(|((own, linear), periodic)| own + position as f64 * linear + periodic);
        self.stream.extend(slots);
        self.tokens += 1;
        Attended { position, token }
    }

    /// The generable tokens of the greatest scores; the first tokens on a tie.
    fn best(&self, top: usize) -> Vec<Scored> {
        let score = |token: Token| self.unembedding.times(token.0 as usize, &self.stream);
        let mut scored: Vec<Scored> =
            self.weights.generable().map(|token| Scored { token, score: score(token) }).collect();
        scored.sort_by(|one, other| other.score.total_cmp(&one.score));
        scored.truncate(top);
        scored
    }
}

impl Engine for Explainer<'_> {
    fn feed(&mut self, token: Token) {
        let here = self.begin(token);
        for (attention, feed_forward) in &mut self.layers {
            attention.apply(&mut self.stream, here);
            feed_forward.apply(&mut self.stream);
        }
    }

    fn predict(&mut self) -> Token {
        let mut best = Best::default();
        for token in self.weights.generable() {
            best.challenge(token, self.unembedding.times(token.0 as usize, &self.stream));
        }
        best.token()
    }

    fn memory(&self) -> usize {
        self.layers.iter().map(|(attention, _)| attention.memory()).sum()
    }
}
