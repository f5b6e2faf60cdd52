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
mod neurons;
mod unembedding;
mod vector;

use super::{AttentionKind, Engine};
use crate::patterns::constant_slot;
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
    position: usize,
}

impl<'weights> Sparse<'weights> {
    /// An engine that has read nothing.
    pub fn new(weights: &'weights Weights<'weights>, kind: AttentionKind) -> Self {
        let one = constant_slot(weights);
        let layers = weights.layers.iter().map(|layer| {
            let attention = SparseAttention::new(&layer.attention, one, kind);
            (attention, SparseNeurons::new(&layer.feed_forward, one))
        });
        Sparse {
            weights,
            linear: weights.position_linear.non_zeros(0).collect(),
            layers: layers.collect(),
            unembedding: SparseUnembedding::new(weights, one),
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
        let periodic =
            weights.position_periodic.row(self.position % weights.position_periodic.rows());
        let own = weights.embedding.row(token.0 as usize);
        for ((slot, own), periodic) in self.stream.entries_mut().iter_mut().zip(own).zip(periodic) {
            *slot = own + periodic;
        }
        for &(slot, step) in &self.linear {
            self.stream.entries_mut()[slot] += self.position as f64 * step;
        }
        let positions = (self.position + 1) as f64;
        for (attention, neurons) in &mut self.layers {
            attention.apply(&mut self.stream, positions);
            neurons.apply(&mut self.stream);
        }
        self.position += 1;
    }

    fn predict(&mut self) -> Token {
        self.unembedding.best(&self.stream)
    }

    fn memory(&self) -> usize {
        self.layers.iter().map(|(attention, _)| attention.memory()).sum()
    }
}
