//! What the opcodes contribute to the next token: to its byte, its tick and its kind. Contributions add up,
//! since at most one opcode is executed.

use std::collections::BTreeMap;

use super::Field;
use crate::graph::Form;

/// Sums of what the opcodes contribute.
#[derive(Debug, Default)]
pub(super) struct Emission {
    fields: BTreeMap<Field, Form>,
    pub(super) kinds: Kinds,
}

/// For every kind of token, a sum that is 1 where it is next.
#[derive(Debug, Default)]
pub(super) struct Kinds {
    pub(super) branch: Form,
    pub(super) jump: Form,
    pub(super) call_commit: Form,
    pub(super) return_commit: Form,
    pub(super) halt: Form,
    pub(super) request: Form,
    pub(super) awaits: Form,
    pub(super) divided: Form,
    pub(super) traps: BTreeMap<&'static str, Form>,
}

impl Emission {
    pub(super) fn add(&mut self, field: Field, neuron: Form) {
        let sum = self.fields.entry(field).or_default();
        *sum = std::mem::take(sum) + neuron;
    }

    /// The sum for a field, which is no longer here.
    pub(super) fn take(&mut self, field: Field) -> Form {
        self.fields.remove(&field).unwrap_or_default()
    }
}
