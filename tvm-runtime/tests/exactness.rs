//! [`Exactness`] against the definition: a forward pass that adds the terms of every row that is not listed from right
//! to left, with products that are not rounded, gives the residual stream of the dense engine, as long as its
//! limits hold.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use tvm_runtime::engine::{AttentionKind, Dense, Engine};
use tvm_runtime::plan::{Exactness, LayerExactness, Limit, WATCHED};
use tvm_test_support::models::{AVERAGES, Numbers, TOKENS, model};
use tvm_weights::{Attention, FeedForward, Matrix, Selection, Token, Weights};

/// Integers below are exact.
const EXACT: f64 = (1_u64 << 53) as f64;

struct Reordered<'weights> {
    weights: &'weights Weights<'weights>,
    exactness: Exactness,
    keys: Vec<Vec<Vec<[f64; 2]>>>,
    values: Vec<Vec<Vec<[f64; 2]>>>,
    position: usize,
    /// A limit was passed.
    refused: bool,
}

impl<'weights> Reordered<'weights> {
    fn new(weights: &'weights Weights<'weights>) -> Self {
        let heads = |layer: &tvm_weights::Layer| vec![Vec::new(); layer.attention.selection.len()];
        let caches: Vec<Vec<Vec<[f64; 2]>>> = weights.layers.iter().map(heads).collect();
        let exactness = Exactness::of(weights);
        let (keys, values) = (caches.clone(), caches);
        Reordered { weights, exactness, keys, values, position: 0, refused: false }
    }

    fn times(&mut self, matrix: &Matrix, vector: &[f64], in_order: &[usize]) -> Vec<f64> {
        let row = |row: usize| {
            let entries = matrix.full_row(row);
            let terms = entries.iter().zip(vector);
            if !in_order.contains(&row) {
                return terms.rev().fold(0.0, |sum, (entry, x)| f64::mul_add(*entry, *x, sum));
            }
            let mut sum: f64 = 0.0;
            for (entry, x) in terms {
                sum += entry * x;
                self.refused |= sum.abs() > WATCHED || (entry * x).abs() > WATCHED;
            }
            sum
        };
        (0..matrix.rows()).map(row).collect()
    }

    fn feed(&mut self, token: Token) -> Vec<f64> {
        let weights = self.weights;
        let period = weights.position_periodic.rows();
        let [own, linear, periodic] = [
            weights.embedding.full_row(token.0 as usize),
            weights.position_linear.full_row(0),
            weights.position_periodic.full_row(self.position % period),
        ];
        let mut stream: Vec<f64> = (0..own.len())
            .map(|slot| own[slot] + self.position as f64 * linear[slot] + periodic[slot])
            .collect();
        for (index, layer) in weights.layers.iter().enumerate() {
            let exactness = self.exactness.layers[index].clone();
            self.attend(index, &layer.attention, &exactness, &mut stream);
            self.look(&exactness.after_attention, &stream);
            self.neurons(&layer.feed_forward, &exactness, &mut stream);
            self.look(&exactness.after_neurons, &stream);
        }
        self.position += 1;
        stream
    }

    fn look(&mut self, limits: &[Limit], stream: &[f64]) {
        let passed = |limit: &Limit| !(limit.low..=limit.high).contains(&stream[limit.slot]);
        self.refused |= limits.iter().any(passed);
    }

    fn attend(
        &mut self,
        layer: usize,
        attention: &Attention,
        exactness: &LayerExactness,
        stream: &mut [f64],
    ) {
        let query = self.times(&attention.query, stream, &exactness.query);
        let key = self.times(&attention.key, stream, &exactness.key);
        let value = self.times(&attention.value, stream, &exactness.value);
        let mut found = Vec::new();
        for (head, selection) in attention.selection.iter().enumerate() {
            let pair = |vector: &[f64]| [vector[2 * head], vector[2 * head + 1]];
            self.keys[layer][head].push(pair(&key));
            self.values[layer][head].push(pair(&value));
            let (keys, values) = (&self.keys[layer][head], &self.values[layer][head]);
            if *selection == Selection::Mean {
                let sum = |axis: usize| values.iter().rev().map(|value| value[axis]).sum::<f64>();
                found.extend([0, 1].map(|axis| sum(axis) / (self.position + 1) as f64));
                continue;
            }
            let [q0, q1] = pair(&query);
            let most = exactness.heads[head].exact_products;
            let (mut best, mut greatest) = (0, f64::NEG_INFINITY);
            for (position, [k0, k1]) in keys.iter().enumerate() {
                let score = q0 * k0 + q1 * k1;
                self.refused |= (q0 * k0).abs() > most[0] || (q1 * k1).abs() > most[1];
                if score >= greatest {
                    (best, greatest) = (position, score);
                }
            }
            self.refused |= greatest.abs() >= EXACT;
            found.extend(values[best]);
        }
        let change = self.times(&attention.output, &found, &exactness.attention_output);
        stream.iter_mut().zip(change).for_each(|(slot, change)| *slot += change);
    }

    fn neurons(&mut self, neurons: &FeedForward, exactness: &LayerExactness, stream: &mut [f64]) {
        let gate = self.times(&neurons.gate, stream, &exactness.gate);
        let value = self.times(&neurons.value, stream, &exactness.neuron_value);
        let open: Vec<f64> = gate.iter().zip(&value).map(|(gate, v)| gate.max(0.0) * v).collect();
        self.refused |= exactness.watched.iter().any(|&neuron| open[neuron].abs() > WATCHED);
        let change = self.times(&neurons.output, &open, &exactness.neuron_output);
        stream.iter_mut().zip(change).for_each(|(slot, change)| *slot += change);
    }
}

/// Does every head compare and add up integers?
fn is_integer(exactness: &Exactness) -> bool {
    exactness.layers.iter().flat_map(|layer| &layer.heads).all(|head| head.integers)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_that_are_not_listed_may_be_added_in_any_order(
        model in model(Numbers::Integers),
        tokens in prop::collection::vec(0..TOKENS as u32, 1..25),
        scale in prop_oneof![Just(0_i32), 20_i32..46],
    ) {
        let mut model = model;
        // Large numbers, of which some sums round.
        for row in 0..TOKENS {
            let entry = model.embedding.get(row, 2);
            model.embedding.add(row, 2, entry * (2_f64.powi(scale) - 1.0));
        }
        let mut reordered = Reordered::new(&model);
        prop_assert!(is_integer(&reordered.exactness));
        let mut defined = Dense::new(&model, AttentionKind::Brute);
        for token in tokens.into_iter().map(Token) {
            defined.feed(token);
            let stream = reordered.feed(token);
            if reordered.refused {
                break;
            }
            // What means leave may be rounded otherwise, where nothing but tokens reads it.
            prop_assert_eq!(&defined.residual()[..AVERAGES], &stream[..AVERAGES]);
        }
    }
}

#[test]
fn sums_that_round_are_listed_and_fractions_are_seen() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut some = || model(Numbers::Fractions).new_tree(&mut runner).unwrap().current();
    let models: Vec<Exactness> = (0..50).map(|_| Exactness::of(&some())).collect();
    assert!(models.iter().any(|exactness| !is_integer(exactness)));
    let listed = |layer: &LayerExactness| !layer.gate.is_empty() || !layer.neuron_output.is_empty();
    assert!(models.iter().flat_map(|exactness| &exactness.layers).any(listed));
}
