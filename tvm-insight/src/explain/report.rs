//! An explanation with the names that a model has: as text it is for people, serialised it is for
//! programs. Both say the same, from one [`View`].

use std::fmt::{self, Display, Formatter};

use serde::{Serialize, Serializer};

use super::Explanation;
use super::text;
use super::view::View;
use tvm_model::Names;
use tvm_model::token::Vocabulary;

/// An explanation to be printed or serialised. Without names it speaks of slots, heads and neurons by number.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// What happened.
    pub explanation: &'a Explanation,
    /// The names of the same model.
    pub names: Option<&'a Names>,
    /// The tokens of the same model.
    pub vocabulary: &'a Vocabulary,
}

impl Display for Report<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        text::write(f, &View::of(self))
    }
}

impl Serialize for Report<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        View::of(self).serialize(serializer)
    }
}
