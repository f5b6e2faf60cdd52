//! The largest weights, and what a weight means.

use std::cmp::Reverse;

use serde::Serialize;

use tvm_model::Model;

/// A weight and where it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LargeWeight {
    /// The matrix, by its name in the model file.
    pub matrix: String,
    /// The row.
    pub row: usize,
    /// The column.
    pub column: usize,
    /// The weight.
    #[serde(serialize_with = "crate::number::serialize")]
    pub weight: f64,
    /// What it is a weight of, by name where the model has names.
    pub meaning: String,
}

/// The weights of the greatest magnitude; of equals those that come first in the file.
pub(super) fn largest(model: &Model, number: usize) -> Vec<LargeWeight> {
    let tensors = model.tensors();
    let mut found: Vec<(u64, usize, usize)> = Vec::new();
    for (tensor, (_, matrix)) in tensors.iter().enumerate() {
        // Magnitudes are in the order of their bits.
        found.extend(matrix.iter().map(|(row, column, entry)| {
            (entry.abs().to_bits(), tensor, row * matrix.columns() + column)
        }));
    }
    found.sort_unstable_by_key(|&(size, tensor, at)| (Reverse(size), tensor, at));
    let meanings = Meanings { model };
    let described = found.into_iter().take(number).map(|(_, tensor, at)| {
        let (name, matrix) = &tensors[tensor];
        let (row, column) = (at / matrix.columns(), at % matrix.columns());
        LargeWeight {
            matrix: name.clone(),
            row,
            column,
            weight: matrix.get(row, column),
            meaning: meanings.of(name, row, column),
        }
    });
    described.collect()
}

struct Meanings<'a> {
    model: &'a Model<'a>,
}

impl Meanings<'_> {
    fn of(&self, matrix: &str, row: usize, column: usize) -> String {
        let token = |token: usize| format!("token `{}`", self.model.vocabulary.names()[token]);
        let (layer, name) = place(matrix);
        let layer = layer.unwrap_or(self.model.weights.layers.len());
        let [before, between, after] = [0, 1, 2].map(|half| 2 * layer + half);
        let head = |row: usize| format!("{} of {}", row % 2, self.head(layer, row / 2));
        match name {
            "embedding" => format!("what {} sets in {}", token(row), self.value(column, 0)),
            "position.linear" => {
                format!("what every earlier position adds to {}", self.value(column, 0))
            }
            "position.periodic" => {
                let period = self.model.weights.position_periodic.rows();
                format!("what positions {row} mod {period} set in {}", self.value(column, 0))
            }
            "unembedding" => {
                format!("{} in the score of {}", self.value(column, before), token(row))
            }
            "attention.query" => format!("{} in query {}", self.value(column, before), head(row)),
            "attention.key" => format!("{} in key {}", self.value(column, before), head(row)),
            "attention.value" => format!("{} in value {}", self.value(column, before), head(row)),
            "attention.output" => {
                format!("value {} in {}", head(column), self.value(row, between))
            }
            "ffn.gate" => {
                let (value, neuron) = (self.value(column, between), self.neuron(layer, row));
                format!("{value} in the gate of {neuron}")
            }
            "ffn.value" => {
                let (value, neuron) = (self.value(column, between), self.neuron(layer, row));
                format!("{value} in the value of {neuron}")
            }
            _ => format!("{} in {}", self.neuron(layer, column), self.value(row, after)),
        }
    }

    fn value(&self, slot: usize, boundary: usize) -> String {
        let names = self.model.description.names.as_ref();
        let value = names.and_then(|names| names.value(slot, boundary));
        value.map_or_else(|| format!("slot {slot}"), |value| format!("`{}`", value.name))
    }

    fn head(&self, layer: usize, head: usize) -> String {
        let names = self.model.description.names.as_ref();
        let name = names.and_then(|names| names.head(layer, head));
        name.map_or_else(|| format!("head {head}"), |name| format!("head `{name}`"))
    }

    fn neuron(&self, layer: usize, neuron: usize) -> String {
        let names = self.model.description.names.as_ref();
        let name = names.and_then(|names| names.neuron(layer, neuron));
        name.map_or_else(|| format!("neuron {neuron}"), |name| format!("neuron `{name}`"))
    }
}

/// The layer of a tensor, and its name there.
pub(super) fn place(name: &str) -> (Option<usize>, &str) {
    let in_layer = name.strip_prefix("layers.").and_then(|rest| rest.split_once('.'));
    match in_layer.and_then(|(layer, name)| Some((layer.parse().ok()?, name))) {
        Some((layer, name)) => (Some(layer), name),
        None => (None, name),
    }
}
