//! A model: weights, and beside them what people and the loop that runs it read.

use crate::token::Vocabulary;
use crate::{Listing, Names};
use tvm_weights::Weights;

/// A transformer, and what its tokens and parts are called.
#[derive(Debug, Clone, PartialEq)]
pub struct Model<'bytes> {
    /// What the model is of.
    pub description: Description,
    /// The names of the tokens.
    pub vocabulary: Vocabulary,
    /// All that is computed with.
    pub weights: Weights<'bytes>,
}

/// What a model is of, as its file says it.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// The instruction set: `classic`, `full`, or a user's name.
    pub instruction_set: String,
    /// The program that is baked in; `None` for a universal model.
    pub program: Option<String>,
    /// Whether the program that is baked in reads an input section.
    pub reads_input: bool,
    /// Names for the program that is baked in; messages are the better for it, nothing else is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<Listing>,
    /// Names for values, heads and neurons; explanations are the better for it, nothing else is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<Names>,
}
