//! The parts of a model, as they are shown when one is chosen: the weights of a neuron or a head, and who writes and reads a
//! slot.

use std::ops::Range;

use serde::Serialize;

use super::error::SessionError;
use super::subject::Subject;
use tvm_model::{Layer, Matrix, Names};

/// A weight of a row or a column: of which slot.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Weight {
    /// The slot.
    pub slot: usize,
    /// The value that the slot holds there.
    pub name: String,
    /// The weight.
    #[serde(serialize_with = "crate::number::serialize")]
    pub weight: f64,
}

/// The weights of a neuron. There are no biases: a slot is always 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NeuronWeights {
    /// The name of the neuron.
    pub name: String,
    /// What its gate reads.
    pub gate: Vec<Weight>,
    /// What its value reads.
    pub value: Vec<Weight>,
    /// What it writes, for each unit of gate times value.
    pub output: Vec<Weight>,
}

/// The weights of a head: two rows each for query, key and value, and what it writes for each unit of its two values.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HeadWeights {
    /// The name of the head.
    pub name: String,
    /// What its query reads.
    pub query: [Vec<Weight>; 2],
    /// What its key reads.
    pub key: [Vec<Weight>; 2],
    /// What its values read.
    pub value: [Vec<Weight>; 2],
    /// What it writes.
    pub output: [Vec<Weight>; 2],
}

/// What a slot holds at a boundary, and who uses it as long as it holds that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SlotUse {
    /// The name of the value.
    pub name: String,
    /// The first boundary at which it lives.
    pub first: usize,
    /// The boundary after the last at which it lives.
    pub end: usize,
    /// Who writes it.
    pub written: Vec<User>,
    /// Who reads it.
    pub read: Vec<User>,
}

/// A head, or neighbouring neurons that serve one operation, that use a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct User {
    /// The layer; for the embedding the first, for the unembedding the last.
    pub layer: usize,
    /// Which half of the layer.
    pub half: Half,
    /// The head, or the first of the neurons that use it; none for the embedding and the unembedding.
    pub index: Option<usize>,
    /// The name of the head or of the operation.
    pub name: String,
}

/// A part of the forward pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Half {
    /// Before the first layer.
    Embedding,
    /// The heads of a layer.
    Attention,
    /// The neurons of a layer.
    FeedForward,
    /// After the last layer.
    Unembedding,
}

impl Subject {
    /// The weights of a neuron.
    ///
    /// # Errors
    /// When there is no such neuron.
    pub fn neuron(&self, layer: usize, neuron: usize) -> Result<NeuronWeights, SessionError> {
        let neurons = &self.layer(layer)?.feed_forward;
        check("neuron", neuron, neurons.gate.rows())?;
        let row = |matrix: &Matrix<'_>| self.named(matrix.row(neuron), 2 * layer + 1);
        let (gate, value) = (row(&neurons.gate), row(&neurons.value));
        let output = self.named(neurons.output.column(neuron), 2 * layer + 2);
        let name = self.neuron_name(layer, neuron);
        Ok(NeuronWeights { name, gate, value, output })
    }

    /// The weights of a head.
    ///
    /// # Errors
    /// When there is no such head.
    pub fn head(&self, layer: usize, head: usize) -> Result<HeadWeights, SessionError> {
        let heads = &self.layer(layer)?.attention;
        check("head", head, heads.selection.len())?;
        let pair = [2 * head, 2 * head + 1];
        let rows = |matrix: &Matrix<'_>| pair.map(|row| self.named(matrix.row(row), 2 * layer));
        Ok(HeadWeights {
            name: self.head_name(layer, head),
            query: rows(&heads.query),
            key: rows(&heads.key),
            value: rows(&heads.value),
            output: pair.map(|row| self.named(heads.output.column(row), 2 * layer + 1)),
        })
    }

    /// What a slot holds at a boundary, and who uses it. Boundary 0 is the embedding, boundary `b` the end of the `b`-th
    /// half-layer.
    ///
    /// # Errors
    /// When there is no such slot or boundary.
    pub fn slot(&self, boundary: usize, slot: usize) -> Result<SlotUse, SessionError> {
        let weights = &self.model.weights;
        let boundaries = 2 * weights.layers.len() + 1;
        check("boundary", boundary, boundaries)?;
        check("slot", slot, weights.d_model())?;
        let value = self.names().and_then(|names| names.value(slot, boundary));
        let (first, end) = value.map_or((0, boundaries), |value| (value.first, value.end));
        let mut written = Vec::new();
        if first == 0 {
            written.push(self.outside(Half::Embedding));
        }
        for half in first.saturating_sub(1)..end.saturating_sub(1) {
            written.extend(self.users(half, |layer| Users::writing(layer, half, slot)));
        }
        let mut read = Vec::new();
        for half in first..end.min(boundaries - 1) {
            read.extend(self.users(half, |layer| Users::reading(layer, half, slot)));
        }
        if end == boundaries && weights.unembedding.iter().any(|(_, column, _)| column == slot) {
            read.push(self.outside(Half::Unembedding));
        }
        let name = self.slot_name(slot, boundary);
        Ok(SlotUse { name, first, end, written, read })
    }

    pub(super) fn names(&self) -> Option<&Names> {
        self.model.description.names.as_ref()
    }

    pub(super) fn slot_name(&self, slot: usize, boundary: usize) -> String {
        let value = self.names().and_then(|names| names.value(slot, boundary));
        value.map_or_else(|| format!("slot {slot}"), |value| value.name.clone())
    }

    pub(super) fn head_name(&self, layer: usize, head: usize) -> String {
        let member = self.names().and_then(|names| names.head(layer, head));
        member.map_or_else(|| format!("head {head}"), |member| member.to_string())
    }

    pub(super) fn neuron_name(&self, layer: usize, neuron: usize) -> String {
        let member = self.names().and_then(|names| names.neuron(layer, neuron));
        member.map_or_else(|| format!("neuron {neuron}"), |member| member.to_string())
    }

    /// The operations of a layer by name, each with its neighbouring neurons; without names, every neuron by itself.
    pub(super) fn operations(&self, layer: usize) -> Vec<(String, Range<usize>)> {
        let neurons = self.model.weights.layers[layer].feed_forward.gate.rows();
        let Some(named) = self.names().and_then(|names| names.layer(layer)) else {
            return (0..neurons)
                .map(|neuron| (self.neuron_name(layer, neuron), neuron..neuron + 1))
                .collect();
        };
        let runs = &named.neurons;
        let ends = runs.iter().skip(1).map(|(first, _)| *first).chain([neurons]);
        runs.iter().zip(ends).map(|((first, name), end)| (name.clone(), *first..end)).collect()
    }

    pub(super) fn layer(&self, layer: usize) -> Result<&Layer<'static>, SessionError> {
        let layers = &self.model.weights.layers;
        check("layer", layer, layers.len())?;
        Ok(&layers[layer])
    }

    fn named(&self, row: impl IntoIterator<Item = (usize, f64)>, boundary: usize) -> Vec<Weight> {
        let named = row.into_iter().map(|(slot, weight)| {
            let name = self.slot_name(slot, boundary);
            Weight { slot, name, weight }
        });
        named.collect()
    }

    /// The parts of a half-layer that use a slot; of neurons that serve one operation, one.
    fn users(&self, half: usize, users: impl Fn(&Layer<'static>) -> Vec<usize>) -> Vec<User> {
        let layer = half / 2;
        let mut parts: Vec<User> = Vec::new();
        for index in users(&self.model.weights.layers[layer]) {
            let user = if half % 2 == 0 {
                let name = self.head_name(layer, index);
                User { layer, half: Half::Attention, index: Some(index), name }
            } else {
                let member = self.names().and_then(|names| names.neuron(layer, index));
                let name = member.map(|member| member.name.to_owned());
                let name = name.unwrap_or_else(|| format!("neuron {index}"));
                User { layer, half: Half::FeedForward, index: Some(index), name }
            };
            if parts.last().is_none_or(|last| last.name != user.name) {
                parts.push(user);
            }
        }
        parts
    }

    fn outside(&self, half: Half) -> User {
        let last = self.model.weights.layers.len().saturating_sub(1);
        let (layer, name) = match half {
            Half::Unembedding => (last, "unembedding"),
            _ => (0, "embedding"),
        };
        User { layer, half, index: None, name: name.to_owned() }
    }
}

/// Heads and neurons that use a slot.
struct Users;

impl Users {
    fn writing(layer: &Layer<'_>, half: usize, slot: usize) -> Vec<usize> {
        match half % 2 {
            0 => in_order(layer.attention.output.row(slot).map(|(value, _)| value / 2)),
            _ => in_order(layer.feed_forward.output.row(slot).map(|(neuron, _)| neuron)),
        }
    }

    fn reading(layer: &Layer<'_>, half: usize, slot: usize) -> Vec<usize> {
        let (attention, neurons) = (&layer.attention, &layer.feed_forward);
        let rows = |matrix: &Matrix<'_>| -> Vec<usize> {
            matrix.column(slot).map(|(row, _)| row).collect()
        };
        match half % 2 {
            0 => {
                let heads = [&attention.query, &attention.key, &attention.value];
                in_order(heads.into_iter().flat_map(rows).map(|row| row / 2))
            }
            _ => in_order([&neurons.gate, &neurons.value].into_iter().flat_map(rows)),
        }
    }
}

fn in_order(indices: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut indices: Vec<usize> = indices.collect();
    indices.sort_unstable();
    indices.dedup();
    indices
}

pub(super) fn check(part: &'static str, index: usize, number: usize) -> Result<(), SessionError> {
    match index < number {
        true => Ok(()),
        false => Err(SessionError::Part { part, index, number }),
    }
}
