//! The feed-forward half of a layer. A neuron that is shut adds nothing, so only its gate is computed.

use super::explanation::{OpenNeuron, Write};
use super::rows::Rows;
use tvm_model::FeedForward;

/// The neurons, with those that were open last.
pub(super) struct FeedForwardHalf {
    gate: Rows,
    value: Rows,
    /// What each neuron is added to.
    output: Rows,
    change: Vec<f64>,
    open: Vec<Open>,
}

struct Open {
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
            open: Vec::new(),
        }
    }

    /// How many neurons there are.
    pub(super) fn neurons(&self) -> usize {
        self.gate.len()
    }

    /// Adds what the neurons let through to the stream.
    pub(super) fn apply(&mut self, stream: &mut [f64]) {
        self.change.fill(0.0);
        self.open.clear();
        for neuron in 0..self.gate.len() {
            let gate = self.gate.times(neuron, stream);
            if gate > 0.0 {
                let value = self.value.times(neuron, stream);
                for &(slot, weight) in self.output.row(neuron) {
                    self.change[slot as usize] += weight * (gate * value);
                }
                self.open.push(Open { neuron, gate, value });
            }
        }
        for (slot, change) in stream.iter_mut().zip(&self.change) {
            *slot += change;
        }
    }

    /// The neurons that were open last.
    pub(super) fn explain(&self) -> Vec<OpenNeuron> {
        let explained = self.open.iter().map(|&Open { neuron, gate, value }| {
            let product = gate * value;
            let column = self.output.row(neuron).iter();
            let writes = column
                .map(|&(slot, weight)| Write { slot: slot.into(), amount: weight * product })
                .collect();
            OpenNeuron { neuron, gate, value, product, writes }
        });
        explained.collect()
    }
}
