//! A family of neurons as a piecewise linear function. With one gate direction `x` and thresholds
//! `c_i`, the family adds `sum_i w_i * max(0, x - c_i)` to a slot; for `x` between two thresholds
//! that is `a + b x`, where `b` sums the weights below `x` and `a` their products with thresholds.
//!
//! The same number as neuron by neuron: weights, thresholds and `x` are integers, and a family is
//! only made a table when every sum of absolute terms it can meet is exact.

use super::rows::SparseRow;
use super::steps::Steps;
use crate::model::FeedForward;

/// Integers of f64 are exact below this.
const EXACT: f64 = (1_u64 << 53) as f64;

/// Weights, thresholds and sums stay below this, and so does every `x` a table answers.
const MODERATE: f64 = (1_u64 << 51) as f64;

/// The gate without its constant, when the neuron can be part of a table.
pub(super) fn direction(neurons: &FeedForward, neuron: usize, one: u16) -> Option<SparseRow> {
    let value = SparseRow::of(&neurons.value, neuron);
    let constant = matches!(value.weights(), [(slot, _)] if *slot == one);
    let direction = SparseRow::of(&neurons.gate, neuron).without(one);
    (constant && !direction.is_empty()).then_some(direction)
}

/// A family of neurons that let a constant through.
pub(super) struct Table {
    steps: Steps,
    /// The slots that the family writes.
    pub(super) slots: Vec<u16>,
    /// For every interval, the lowest first, and every slot: `a` and `b`.
    pieces: Vec<(f64, f64)>,
}

impl Table {
    /// The table of some neurons of one direction; `None` when it would not be exact.
    pub(super) fn new(neurons: &FeedForward, members: &[usize], one: u16) -> Option<Table> {
        let one = usize::from(one);
        let mut steps: Vec<(f64, usize)> =
            members.iter().map(|&neuron| (-neurons.gate.get(neuron, one), neuron)).collect();
        steps.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let width = neurons.output.rows();
        let written = |slot: &usize| members.iter().any(|&n| neurons.output.get(*slot, n) != 0.0);
        let slots: Vec<usize> = (0..width).filter(written).collect();
        let mut pieces = vec![(0.0, 0.0); slots.len()];
        for (index, &(threshold, neuron)) in steps.iter().enumerate() {
            let value = neurons.value.get(neuron, one);
            for (place, &slot) in slots.iter().enumerate() {
                let weight = neurons.output.get(slot, neuron) * value;
                let (a, b) = pieces[index * slots.len() + place];
                let piece = (a - weight * threshold, b + weight);
                let moderate = [weight, threshold, weight * threshold, piece.0, piece.1]
                    .iter()
                    .all(|number| number.fract() == 0.0 && number.abs() < MODERATE);
                if !moderate {
                    return None;
                }
                pieces.push(piece);
            }
        }
        Some(Table {
            steps: Steps::new(steps.into_iter().map(|(threshold, _)| threshold).collect()),
            slots: slots.into_iter().map(|slot| slot as u16).collect(),
            pieces,
        })
    }

    /// What the family adds to each of its slots.
    pub(super) fn evaluate(&self, x: f64, sums: &mut [f64]) {
        let pieces = &self.pieces[self.steps.below(x) * self.slots.len()..];
        for (sum, &(a, b)) in sums.iter_mut().zip(pieces) {
            debug_assert!(a.abs() + (b * x).abs() < EXACT, "a table is exact");
            *sum = a + b * x;
        }
    }
}
