//! The readable definition of the forward pass.

use super::{AttentionKind, Best, Engine};
use crate::attention::{Memory, coordinate};
use tvm_weights::{Attention, FeedForward, Selection, Token, Weights};

/// Every matrix times every vector, as written.
pub struct Dense<'weights> {
    weights: &'weights Weights<'weights>,
    heads: Vec<Vec<Head>>,
    position: u64,
    stream: Vec<f64>,
}

enum Head {
    Latest(Memory),
    Mean([f64; 2]),
}

impl<'weights> Dense<'weights> {
    /// An engine that has read nothing.
    pub fn new(weights: &'weights Weights<'weights>, kind: AttentionKind) -> Self {
        let head = |selection: &Selection| match selection {
            Selection::Latest => Head::Latest(kind.memory(2, false)),
            Selection::Mean => Head::Mean([0.0; 2]),
        };
        let heads = weights.layers.iter().map(|layer| &layer.attention.selection);
        let heads = heads.map(|selection| selection.iter().map(head).collect()).collect();
        Dense { weights, heads, position: 0, stream: Vec::new() }
    }

    /// The residual stream after the last token read.
    pub fn residual(&self) -> &[f64] {
        &self.stream
    }

    fn embed(&self, token: Token) -> Vec<f64> {
        let weights = self.weights;
        let period = weights.position_periodic.rows() as u64;
        let periodic = weights.position_periodic.full_row((self.position % period) as usize);
        let linear = weights.position_linear.full_row(0);
        let own = weights.embedding.full_row(token.0 as usize);
        let position = self.position as f64;
        (0..own.len()).map(|slot| own[slot] + position * linear[slot] + periodic[slot]).collect()
    }
}

impl Engine for Dense<'_> {
    fn feed(&mut self, token: Token) {
        let mut stream = self.embed(token);
        for (layer, heads) in self.weights.layers.iter().zip(&mut self.heads) {
            let change = attend(&layer.attention, heads, &stream, self.position);
            add(&mut stream, &change);
            let change = feed_forward(&layer.feed_forward, &stream);
            add(&mut stream, &change);
        }
        self.stream = stream;
        self.position += 1;
    }

    fn predict(&mut self) -> Token {
        let scores = self.weights.unembedding.times(&self.stream);
        let mut best = Best::default();
        for token in self.weights.generable() {
            best.challenge(token, scores[token.0 as usize]);
        }
        best.token()
    }

    fn memory(&self) -> usize {
        let head = |head: &Head| match head {
            Head::Latest(memory) => memory.memory(),
            Head::Mean(sums) => size_of_val(sums),
        };
        self.heads.iter().flatten().map(head).sum()
    }
}

fn attend(attention: &Attention, heads: &mut [Head], stream: &[f64], position: u64) -> Vec<f64> {
    let (queries, keys) = (attention.query.times(stream), attention.key.times(stream));
    let values = attention.value.times(stream);
    let mut outputs = Vec::with_capacity(values.len());
    for (index, head) in heads.iter_mut().enumerate() {
        let pair = |vector: &[f64]| [vector[2 * index], vector[2 * index + 1]];
        match head {
            Head::Latest(memory) => {
                memory.insert(pair(&keys).map(coordinate), &pair(&values));
                outputs.extend_from_slice(memory.query(pair(&queries).map(coordinate)));
            }
            Head::Mean(sums) => {
                for (sum, value) in sums.iter_mut().zip(pair(&values)) {
                    *sum += value;
                    outputs.push(*sum / (position + 1) as f64);
                }
            }
        }
    }
    attention.output.times(&outputs)
}

fn feed_forward(neurons: &FeedForward, stream: &[f64]) -> Vec<f64> {
    let (gates, values) = (neurons.gate.times(stream), neurons.value.times(stream));
    let open: Vec<f64> = gates.iter().zip(&values).map(|(g, v)| g.max(0.0) * v).collect();
    neurons.output.times(&open)
}

fn add(stream: &mut [f64], change: &[f64]) {
    for (slot, change) in stream.iter_mut().zip(change) {
        *slot += change;
    }
}
