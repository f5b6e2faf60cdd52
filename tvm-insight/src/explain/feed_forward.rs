//! The feed-forward half of a layer. A neuron whose gate is not positive is inactive: it adds nothing,
//! so its value is not computed.

use std::ops::Range;

use super::explanation::{ActiveNeuron, Write};
use super::rows::Rows;
use tvm_model::FeedForward;

/// The neurons, with those that were active at the last token.
#[derive(Clone)]
pub(super) struct FeedForwardHalf {
    gate: Rows,
    value: Rows,
    /// What each neuron is added to.
    output: Rows,
    change: Vec<f64>,
    active: Vec<Active>,
}

#[derive(Clone)]
struct Active {
    neuron: usize,
    gate: f64,
    value: f64,
}

impl FeedForwardHalf {
    pub(super) fn new(neurons: &FeedForward) -> Self {
        FeedForwardHalf {
            gate: Rows::of(&neurons.gate),
            value: Rows::of(&neurons.value),
            output: Rows::of_columns(&neurons.output),
            change: vec![0.0; neurons.output.rows()],
            active: Vec::new(),
        }
    }

    /// How many neurons there are.
    pub(super) fn neurons(&self) -> usize {
        self.gate.len()
    }

    /// Adds the products of the active neurons to the stream.
    pub(super) fn apply(&mut self, stream: &mut [f64]) {
        self.apply_without(stream, 0..0);
    }

    /// As [`apply`](Self::apply), but some neurons are inactive whatever their gates are.
    pub(super) fn apply_without(&mut self, stream: &mut [f64], inactive: Range<usize>) {
        self.change.fill(0.0);
        self.active.clear();
        for neuron in (0..self.gate.len()).filter(|neuron| !inactive.contains(neuron)) {
            let gate = self.gate.times(neuron, stream);
            if gate > 0.0 {
                let value = self.value.times(neuron, stream);
                for &(slot, weight) in self.output.row(neuron) {
                    self.change[slot as usize] += weight * (gate * value);
                }
                self.active.push(Active { neuron, gate, value });
            }
        }
        for (slot, change) in stream.iter_mut().zip(&self.change) {
            *slot += change;
        }
    }

    /// The neurons that were active at the last token.
    pub(super) fn explain(&self) -> Vec<ActiveNeuron> {
        let explained = self.active.iter().map(|&Active { neuron, gate, value }| {
            let product = gate * value;
            let column = self.output.row(neuron).iter();
            let writes = column
                .map(|&(slot, weight)| Write { slot: slot.into(), amount: weight * product })
                .collect();
            ActiveNeuron { neuron, gate, value, product, writes }
        });
        explained.collect()
    }
}
