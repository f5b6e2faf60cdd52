//! The open blocks of a function, and what a branch to each carries.

use super::assembly::Label;
use crate::ValueType;

/// What the end of a block has to do.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Function,
    Block,
    Loop,
    /// An `if` whose `else` has not been met; the label is where a false condition goes.
    If {
        otherwise: Label,
    },
}

/// An open block.
pub(crate) struct Frame {
    pub(crate) kind: Kind,
    /// Where a branch to the block goes: the beginning of a loop, the end of any other.
    pub(crate) target: Label,
    /// How many operands there are below the block's parameters.
    pub(crate) height: usize,
    pub(crate) parameters: Vec<ValueType>,
    pub(crate) results: Vec<ValueType>,
}

impl Frame {
    /// The frame of the function itself.
    pub(crate) fn function(end: Label, results: Vec<ValueType>) -> Self {
        Frame { kind: Kind::Function, target: end, height: 0, parameters: Vec::new(), results }
    }

    /// The values that a branch to the block carries: to a loop, its parameters.
    pub(crate) fn carried(&self) -> &[ValueType] {
        match self.kind {
            Kind::Loop => &self.parameters,
            _ => &self.results,
        }
    }
}
