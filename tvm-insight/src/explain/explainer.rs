//! The forward pass, one token at a time, that keeps what an explanation needs.

use super::attention::AttentionHalf;
use super::explanation::{
    Attended, AttentionExplanation, Explanation, FeedForwardExplanation, Key, LayerExplanation,
    Scored,
};
use super::feed_forward::FeedForwardHalf;
use super::intervention::{Intervention, Observation, Observed};
use super::recalled::Recalled;
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

    /// What would come of the next forward pass with a change. Nothing is remembered of it.
    ///
    /// # Panics
    /// When a token is not of the model's vocabulary, or a part is not in the model.
    pub fn attempt(
        &mut self,
        token: Token,
        intervention: Option<&Intervention>,
        observed: Observed,
    ) -> Observation {
        let token = match intervention {
            Some(&Intervention::Token(other)) => other,
            _ => token,
        };
        let here = Attended { position: self.tokens, token };
        self.embed(here);
        for (layer, (attention, feed_forward)) in self.layers.iter_mut().enumerate() {
            if let Observed::Value { layer: at, head, value } = observed
                && at == layer
            {
                return Observation::Value(attention.value(head, value, &self.stream));
            }
            let replaced = intervention.and_then(|intervention| intervention.fetched_in(layer));
            attention.attempt(&mut self.stream, here, replaced);
            let inactive = intervention.map_or(0..0, |change| change.inactive_in(layer));
            feed_forward.apply_without(&mut self.stream, inactive);
        }
        Observation::NextToken(self.predict())
    }

    /// Whether each of the two values that a head fetches is added to any slot.
    pub fn writes(&self, layer: usize, head: usize) -> [bool; 2] {
        self.layers.get(layer).map_or([false; 2], |(attention, _)| attention.writes(head))
    }

    /// A head remembers what another engine has, instead of what it did.
    pub(super) fn recall(&mut self, layer: usize, head: usize, recalled: Recalled) {
        self.layers[layer].0.recall(head, recalled);
    }

    /// So many tokens were read by the engine that all heads have recalled.
    pub(super) fn go_on_from(&mut self, tokens: usize) {
        self.tokens = tokens;
    }

    /// The token is embedded at the next position.
    fn begin(&mut self, token: Token) -> Attended {
        let here = Attended { position: self.tokens, token };
        self.embed(here);
        self.tokens += 1;
        here
    }

    fn embed(&mut self, Attended { position, token }: Attended) {
        let weights = self.weights;
        let periodic =
            weights.position_periodic.full_row(position % weights.position_periodic.rows());
        let linear = weights.position_linear.full_row(0);
        let own = weights.embedding.full_row(token.0 as usize);
        self.stream.clear();
        let slots = own.iter().zip(linear).zip(periodic);
        let slots =
            slots.map(|((own, linear), periodic)| own + position as f64 * linear + periodic);
        self.stream.extend(slots);
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
