//! What a model consists of: its dimensions, the numbers of non-zero weights by matrix, the kinds of its
//! heads, and its largest weights with their meaning.

mod largest;
#[cfg(test)]
mod tests;
mod text;

use largest::place;

pub use largest::LargeWeight;

use std::collections::BTreeMap;

use serde::Serialize;

use tvm_model::{Matrix, Model};
use tvm_runtime::plan::{Digest, HeadKind, head_kinds};

/// A model at a glance. It serialises to an object with these fields.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inspection {
    /// The instruction set: `classic`, `full`, or a user's name.
    pub instruction_set: String,
    /// The program in the weights; `None` for a universal model.
    pub program: Option<String>,
    /// Whether the program in the weights reads an input.
    pub reads_input: bool,
    /// The digest of the matrices, 32 hex digits.
    pub digest: String,
    /// The width of the residual stream.
    pub d_model: usize,
    /// Heads of all layers.
    pub heads: usize,
    /// Neurons of all layers.
    pub neurons: usize,
    /// Tokens.
    pub vocabulary: usize,
    /// Tokens that can be generated.
    pub generable: usize,
    /// All weights.
    pub weights: Weights,
    /// The weights by matrix; those of all layers together under one name.
    pub matrices: Vec<MatrixInspection>,
    /// The layers in order.
    pub layers: Vec<LayerInspection>,
    /// The weights of the greatest magnitude, the greatest first.
    pub largest: Vec<LargeWeight>,
}

/// How many weights there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Weights {
    /// All of them.
    pub all: usize,
    /// Those that are not 0.
    pub non_zero: usize,
    /// The share of zeros, in percent.
    pub sparsity: f64,
}

/// A matrix, or the matrices of one name of all layers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MatrixInspection {
    /// Its name in the model file, without the layer.
    pub name: String,
    /// Its weights.
    pub weights: Weights,
}

/// A layer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LayerInspection {
    /// Its heads by what they need to remember.
    pub heads: BTreeMap<HeadKind, usize>,
    /// Its neurons.
    pub neurons: usize,
    /// Its weights.
    pub weights: Weights,
    /// Its weights by matrix.
    pub matrices: Vec<MatrixInspection>,
}

impl Weights {
    fn of(matrix: &Matrix) -> Weights {
        Weights::new(matrix.rows() * matrix.columns(), matrix.non_zero())
    }

    fn new(all: usize, non_zero: usize) -> Weights {
        let sparsity = match all {
            0 => 0.0,
            all => 100.0 * (all - non_zero) as f64 / all as f64,
        };
        Weights { all, non_zero, sparsity }
    }

    fn and(self, other: Weights) -> Weights {
        Weights::new(self.all + other.all, self.non_zero + other.non_zero)
    }
}

impl Inspection {
    /// Inspects a model; `largest` says how many of its largest weights to name.
    pub fn of(model: &Model, largest: usize) -> Inspection {
        let (description, weights) = (&model.description, &model.weights);
        let mut matrices: Vec<MatrixInspection> = Vec::new();
        let mut layers: Vec<LayerInspection> = head_kinds(weights)
            .into_iter()
            .zip(&weights.layers)
            .map(|(kinds, layer)| LayerInspection {
                heads: counted(kinds),
                neurons: layer.feed_forward.gate.rows(),
                weights: Weights::default(),
                matrices: Vec::new(),
            })
            .collect();
        for (name, matrix) in model.tensors() {
            let (layer, name) = place(&name);
            let weights = Weights::of(matrix);
            if let Some(layer) = layer.map(|layer| &mut layers[layer]) {
                layer.weights = layer.weights.and(weights);
                layer.matrices.push(MatrixInspection { name: name.to_string(), weights });
            }
            match matrices.iter_mut().find(|known| known.name == name) {
                Some(known) => known.weights = known.weights.and(weights),
                None => matrices.push(MatrixInspection { name: name.to_string(), weights }),
            }
        }
        Inspection {
            instruction_set: description.instruction_set.clone(),
            program: description.program.clone(),
            reads_input: description.reads_input,
            digest: Digest::of(weights).to_string(),
            d_model: weights.d_model(),
            heads: weights.heads(),
            neurons: layers.iter().map(|layer| layer.neurons).sum(),
            vocabulary: model.vocabulary.len(),
            generable: weights.generable().count(),
            weights: matrices.iter().fold(Weights::default(), |sum, one| sum.and(one.weights)),
            matrices,
            layers,
            largest: largest::largest(model, largest),
        }
    }
}

fn counted(kinds: Vec<HeadKind>) -> BTreeMap<HeadKind, usize> {
    let mut counts = BTreeMap::new();
    for kind in kinds {
        *counts.entry(kind).or_insert(0) += 1;
    }
    counts
}
