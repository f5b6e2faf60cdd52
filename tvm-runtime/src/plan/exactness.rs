//! Where sums of a model may be added in any order, and how large its numbers get: what an exporter has to know
//! whose target adds in an order of its own. Read off the weights, by the bounds that plans rest on
//! ([`bounds`](super::bounds)).
//!
//! - A row that is not listed gives integers, and no order of additions rounds its sum. A row that is listed must be
//!   added in the order of the definition.
//! - The bounds hold for sequences shorter than [`POSITIONS`](super::POSITIONS), while every slot is within its
//!   [`Limit`], and every product of a watched neuron and every sum that is added in order is at most [`WATCHED`](super::WATCHED).
//!   Whoever computes looks at these at every position.
//! - Scores of a head whose bound is below `2^53` are exact. Those of another head are compared correctly while its
//!   products are exact and the magnitude of the greatest score is below `2^53`: rounding keeps the order of sums, and
//!   the greatest one and the integer below it are exact, so that no lesser score is rounded to the greatest.

use std::collections::BTreeSet;

use tvm_weights::{Attention, FeedForward, Matrix, Selection, Weights};

use super::bounds::{EXACT, Interval};
use super::derive::Derivation;
use crate::patterns::{SparseRow, written_slots};

/// What must be added in the order of the definition, and what must be looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Exactness {
    /// The layers in order.
    pub layers: Vec<LayerExactness>,
    /// Rows of the unembedding that must be added in order.
    pub unembedding: Vec<usize>,
}

/// The same for one layer. Lists of numbers are rows of its matrices that must be added in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LayerExactness {
    /// For every slot the least and the greatest number before attention, as far as is known.
    pub before_attention: Vec<(f64, f64)>,
    /// Rows of queries.
    pub query: Vec<usize>,
    /// Rows of keys.
    pub key: Vec<usize>,
    /// Rows of values.
    pub value: Vec<usize>,
    /// Rows of the output of attention: slots.
    pub attention_output: Vec<usize>,
    /// The heads.
    pub heads: Vec<HeadExactness>,
    /// What slots may hold after attention.
    pub after_attention: Vec<Limit>,
    /// For every slot the least and the greatest number before the neurons, as far as is known.
    pub before_neurons: Vec<(f64, f64)>,
    /// Rows of gates.
    pub gate: Vec<usize>,
    /// Rows of what neurons let through.
    pub neuron_value: Vec<usize>,
    /// Rows of the output of the neurons: slots.
    pub neuron_output: Vec<usize>,
    /// Neurons whose products are watched.
    pub watched: Vec<usize>,
    /// What slots may hold after the neurons.
    pub after_neurons: Vec<Limit>,
}

/// What is known of the numbers of a head.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeadExactness {
    /// What it compares, or adds up, are integers.
    pub integers: bool,
    /// At most the sum of the magnitudes of both products of a score; 0 for a mean. It may be infinite.
    pub greatest: f64,
    /// Up to which magnitude the product of each coordinate is exact: `2^53`, and twice that where it is always even.
    pub exact_products: [f64; 2],
}

/// What a slot may hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// The slot.
    pub slot: usize,
    /// The least number.
    pub low: f64,
    /// The greatest number.
    pub high: f64,
}

impl Exactness {
    /// That of a model.
    pub fn of(model: &Weights) -> Exactness {
        let mut stream = Derivation::new(model);
        let layers = model.layers.iter().map(|layer| {
            let mut exactness = LayerExactness::default();
            exactness.read_attention(&layer.attention, &mut stream);
            exactness.read_neurons(&layer.feed_forward, &mut stream);
            exactness
        });
        let layers = layers.collect();
        Exactness { layers, unembedding: rows_in_order(&stream, &model.unembedding) }
    }
}

impl LayerExactness {
    fn read_attention(&mut self, attention: &Attention, stream: &mut Derivation) {
        self.before_attention = stream.ranges();
        self.query = rows_in_order(stream, &attention.query);
        self.key = rows_in_order(stream, &attention.key);
        self.value = rows_in_order(stream, &attention.value);
        let heads = attention.selection.iter().enumerate();
        self.heads = heads
            .map(|(head, selection)| match selection {
                Selection::Latest => HeadExactness::that_compares(attention, head, stream),
                Selection::Mean => HeadExactness::that_adds(attention, head, stream),
            })
            .collect();
        let slots = written_slots(&attention.output);
        stream.attention(attention);
        let rounds = |&&slot: &&usize| !stream.is_written_exactly(slot as u16);
        self.attention_output = slots.iter().filter(rounds).copied().collect();
        self.after_attention = limits(stream, &slots);
    }

    fn read_neurons(&mut self, neurons: &FeedForward, stream: &mut Derivation) {
        self.before_neurons = stream.ranges();
        self.gate = rows_in_order(stream, &neurons.gate);
        self.neuron_value = rows_in_order(stream, &neurons.value);
        let slots = written_slots(&neurons.output);
        let exact = stream.slots_in_any_order(neurons);
        let rounds = |&&slot: &&usize| !exact.contains(&(slot as u16));
        self.neuron_output = slots.iter().filter(rounds).copied().collect();
        stream.feed_forward(neurons);
        self.watched = stream.watched_neurons.iter().copied().collect();
        self.after_neurons = limits(stream, &slots);
    }
}

impl HeadExactness {
    fn that_compares(attention: &Attention, head: usize, stream: &Derivation) -> HeadExactness {
        let (mut integers, mut greatest, mut exact_products) = (true, 0.0, [EXACT; 2]);
        for (axis, exact) in exact_products.iter_mut().enumerate() {
            let [query, key] = [&attention.query, &attention.key].map(|matrix| {
                let row = SparseRow::of(matrix, 2 * head + axis);
                integers &= stream.reads_integer(&row);
                *exact *= common_power(&row);
                stream.row_interval(&row)
            });
            greatest = Interval::up_to(greatest).plus(query.product(key)).magnitude();
        }
        HeadExactness { integers, greatest, exact_products }
    }

    fn that_adds(attention: &Attention, head: usize, stream: &Derivation) -> HeadExactness {
        let rows = [2 * head, 2 * head + 1].map(|row| SparseRow::of(&attention.value, row));
        let integers = rows.iter().all(|row| stream.reads_integer(row));
        HeadExactness { integers, greatest: 0.0, exact_products: [EXACT; 2] }
    }
}

/// The greatest power of two, up to a thousand, that all weights of a row of integers are multiples of.
fn common_power(row: &SparseRow) -> f64 {
    let divides = |power: &f64| row.weights().iter().all(|(_, weight)| weight % power == 0.0);
    (0..10).map(|exponent| f64::from(1 << exponent)).take_while(divides).last().unwrap_or(1.0)
}

fn rows_in_order(stream: &Derivation, matrix: &Matrix) -> Vec<usize> {
    let matrix = matrix.stored_by(tvm_weights::Lines::Rows);
    let rounds = |row: &usize| !stream.reads_exactly(&SparseRow::of(&matrix, *row));
    (0..matrix.rows()).filter(rounds).collect()
}

fn limits(stream: &Derivation, slots: &BTreeSet<usize>) -> Vec<Limit> {
    let limit = |&slot: &usize| {
        let (low, high) = stream.limits_of_slot(slot as u16)?;
        Some(Limit { slot, low, high })
    };
    slots.iter().filter_map(limit).collect()
}
