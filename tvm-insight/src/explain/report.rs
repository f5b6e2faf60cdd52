//! An explanation with the names that a model has, as text for people and as JSON for programs. Both
//! are made from one [`View`], so both say the same.

use std::fmt::{self, Display, Formatter};

use serde::{Serialize, Serializer};

use super::explanation::Explanation;
use super::text;
use super::view::View;
use tvm_model::Names;
use tvm_model::token::Vocabulary;

/// An explanation to be printed or serialised. Without names, slots, heads and neurons have numbers.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// What happened.
    pub explanation: &'a Explanation,
    /// The names of the same model.
    pub names: Option<&'a Names>,
    /// The tokens of the same model.
    pub vocabulary: &'a Vocabulary,
}

impl<'a> Report<'a> {
    fn view(&self) -> View<'a> {
        View::of(self.explanation, self.names, self.vocabulary)
    }
}

impl Display for Report<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        text::write(f, &self.view())
    }
}

impl Serialize for Report<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.view().serialize(serializer)
    }
}
