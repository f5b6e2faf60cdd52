//! Who reads what a half-layer writes to a slot, until the slot is written again. Every half-layer is looked through
//! once: there may be as many slots as neurons, and then to look through the neurons for each slot takes too long.

use std::collections::BTreeSet;

use tvm_weights::{Attention, FeedForward, Matrix, Weights};

use super::super::bounds::LARGE_WEIGHT;
use crate::patterns::written_slots;

/// What all half-layers read and write, the first one first.
pub(super) struct Readers {
    half_layers: Vec<HalfLayer>,
    /// The slots that scores read with a large weight.
    large_scores: BTreeSet<usize>,
}

/// The slots that a half-layer reads and writes.
#[derive(Default)]
struct HalfLayer {
    written: BTreeSet<usize>,
    /// Those that a row reads with a large weight.
    large: BTreeSet<usize>,
    /// Those that the gates of neurons read which let through more than a constant.
    gates_of_values: BTreeSet<usize>,
}

impl Readers {
    /// Those of a model; `one` is the slot that is always one.
    pub(super) fn of(model: &Weights, one: Option<u16>) -> Self {
        let one = one.map(usize::from);
        let half_layers = model.layers.iter().flat_map(|layer| {
            [HalfLayer::attention(&layer.attention), HalfLayer::neurons(&layer.feed_forward, one)]
        });
        Readers { half_layers: half_layers.collect(), large_scores: large([&model.unembedding]) }
    }

    /// Does a row read a slot with a large weight, after so many half-layers and before it is written again?
    pub(super) fn is_multiplied(&self, slot: usize, after: usize) -> bool {
        let (readers, is_written) = self.until_written(slot, after);
        readers.iter().any(|reader| reader.large.contains(&slot))
            || !is_written && self.large_scores.contains(&slot)
    }

    /// Does the gate of a neuron that lets through more than a constant read a slot, after so many half-layers
    /// and before it is written again?
    pub(super) fn gates_values(&self, slot: usize, after: usize) -> bool {
        let (readers, _) = self.until_written(slot, after);
        readers.iter().any(|reader| reader.gates_of_values.contains(&slot))
    }

    /// The half-layers after so many, up to one that writes a slot, and whether one does. It reads first.
    fn until_written(&self, slot: usize, after: usize) -> (&[HalfLayer], bool) {
        let rest = &self.half_layers[after..];
        match rest.iter().position(|one| one.written.contains(&slot)) {
            Some(last) => (&rest[..=last], true),
            None => (rest, false),
        }
    }
}

impl HalfLayer {
    fn attention(attention: &Attention) -> Self {
        HalfLayer {
            written: written_slots(&attention.output),
            large: large([&attention.query, &attention.key, &attention.value]),
            gates_of_values: BTreeSet::new(),
        }
    }

    fn neurons(neurons: &FeedForward, one: Option<usize>) -> Self {
        let varies = |neuron: &usize| neurons.value.row(*neuron).any(|(slot, _)| Some(slot) != one);
        let varying = (0..neurons.gate.rows()).filter(varies);
        let gates = varying.flat_map(|neuron| neurons.gate.row(neuron));
        HalfLayer {
            written: written_slots(&neurons.output),
            large: large([&neurons.gate, &neurons.value]),
            gates_of_values: gates.map(|(slot, _)| slot).collect(),
        }
    }
}

/// The slots that rows read with a large weight.
fn large<const N: usize>(matrices: [&Matrix; N]) -> BTreeSet<usize> {
    let entries = matrices.into_iter().flat_map(Matrix::iter);
    entries.filter(|(.., weight)| weight.abs() > LARGE_WEIGHT).map(|(_, slot, _)| slot).collect()
}
