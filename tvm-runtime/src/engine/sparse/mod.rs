//! The same forward pass from the non-zero weights. Everything here is read off the matrices:
//!
//! - heads of equal key and query rows share one cache and one search;
//! - a head without a key reads its own position, a mean head keeps a sum: neither has a cache;
//! - neurons that share a gate direction and let a constant through are a table;
//! - neurons whose gates are an arithmetic progression are summed in closed form;
//! - forms of equal weights are evaluated once, in rows of few lengths ([`forms`]);
//! - tokens that differ in one slot only are found by the interval it lies in.

mod attention;
mod forms;
mod limits;
mod neurons;
mod unembedding;
mod vector;

use super::{AttentionKind, Engine, Refusal, Watch};
use crate::plan::Derivation;
use attention::SparseAttention;
use neurons::SparseNeurons;
use tvm_weights::{Token, Weights};
use unembedding::SparseUnembedding;
use vector::Vector;

/// Non-zero weights only.
pub struct Sparse<'weights> {
    weights: &'weights Weights<'weights>,
    linear: Vec<(usize, f64)>,
    layers: Vec<(SparseAttention, SparseNeurons)>,
    unembedding: SparseUnembedding,
    stream: Vector,
    position: u64,
    watch: Watch,
}

impl<'weights> Sparse<'weights> {
    /// An engine that has read nothing.
    pub fn new(weights: &'weights Weights<'weights>, kind: AttentionKind) -> Self {
        let mut stream = Derivation::new(weights);
        let mut layers = Vec::new();
        for layer in &weights.layers {
            let attention = SparseAttention::new(&layer.attention, &mut stream, kind);
            layers.push((attention, SparseNeurons::new(&layer.feed_forward, &mut stream)));
        }
        Sparse {
            weights,
            linear: weights.position_linear.row(0).collect(),
            layers,
            unembedding: SparseUnembedding::new(weights, &stream),
            watch: Watch::default(),
            stream: Vector::zeros(),
            position: 0,
        }
    }

    /// The residual stream after the last token read.
    pub fn residual(&self) -> &[f64] {
        &self.stream.entries()[..self.weights.d_model()]
    }
}

impl Engine for Sparse<'_> {
    fn feed(&mut self, token: Token) {
        let weights = self.weights;
        self.watch.position(self.position);
        let period = weights.position_periodic.rows() as u64;
        let periodic = weights.position_periodic.row((self.position % period) as usize);
        let own = weights.embedding.row(token.0 as usize);
        let stream = self.stream.entries_mut();
        stream[..weights.d_model()].fill(0.0);
        own.for_each(|(slot, entry)| stream[slot] = entry);
        for &(slot, step) in &self.linear {
            self.stream.entries_mut()[slot] += self.position as f64 * step;
        }
        for (slot, entry) in periodic {
            self.stream.entries_mut()[slot] += entry;
        }
        let positions = (self.position + 1) as f64;
        for (attention, neurons) in &mut self.layers {
            attention.apply(&mut self.stream, positions, &mut self.watch);
            neurons.apply(&mut self.stream, &mut self.watch);
        }
        self.position += 1;
    }

    fn predict(&mut self) -> Token {
        self.watch.token(self.unembedding.best(&self.stream))
    }

    fn refusal(&self) -> Option<Refusal> {
        self.watch.refusal()
    }

    fn memory(&self) -> usize {
        self.layers.iter().map(|(attention, _)| attention.memory()).sum()
    }
}
