//! A model: weights, and beside them what people and the loop that runs it read.

use crate::token::{Token, UnknownToken, Vocabulary};
use crate::{Listing, Names, Section};
use tvm_interface::Interface;
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

impl Model<'_> {
    /// The prompt of a model with a program in its weights: the empty program, its data, then the input section
    /// if the program reads one.
    ///
    /// # Errors
    /// When the model lacks a token of it.
    pub fn prompt(&self, input: &[u8]) -> Result<Vec<Token>, UnknownToken> {
        let mut prompt = self.vocabulary.tokens(["{", "}"])?;
        for Section(bytes) in &self.description.data {
            prompt.extend(self.vocabulary.section(bytes)?);
        }
        if self.description.reads_input {
            prompt.extend(self.vocabulary.input_section(input)?);
        }
        Ok(prompt)
    }

    /// The same model, which borrows nothing of the bytes that it was read from.
    pub fn into_owned(self) -> Model<'static> {
        let Model { description, vocabulary, weights } = self;
        Model { description, vocabulary, weights: weights.into_owned() }
    }
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
    /// The data of the program that is baked in: sections of the prompt, before the input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<Section>,
    /// What the program that is baked in and its host ask of each other. A program that only computes has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface: Option<Interface>,
    /// Names for the program that is baked in; messages are the better for it, nothing else is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<Listing>,
    /// Names for values, heads and neurons; explanations are the better for it, nothing else is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<Names>,
}
