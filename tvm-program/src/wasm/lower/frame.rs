//! The open blocks of a function, and what a branch to each carries.

use wasmparser::Catch;

use super::assembly::Label;
use crate::ValueType;

/// What the end of a block has to do.
pub(crate) enum Kind {
    Function,
    Block,
    Loop,
    /// An `if` whose `else` has not been met; the label is where a false condition goes.
    If {
        otherwise: Label,
    },
    /// A block whose exceptions go to the label, and from there to what its clauses say.
    TryTable {
        landing: Label,
        clauses: Vec<Catch>,
    },
    /// The body of a `try`; its exceptions go to the label.
    Try {
        landing: Label,
    },
    /// A handler of a `try`.
    Catch(Handler),
}

/// A handler of a `try` that is open.
pub(crate) struct Handler {
    /// Where the exceptions are that neither this handler nor those before it catch; nowhere behind one
    /// that catches all.
    pub(crate) others: Option<Label>,
    /// Is the end of the body reached?
    pub(crate) body_ends: bool,
    /// The exception, if `rethrow` needs it.
    pub(crate) caught: Option<Caught>,
}

/// Where a handler keeps its exception.
#[derive(Clone, Copy)]
pub(crate) struct Caught {
    /// The number of its tag, if only one is caught; else the first of the words has it.
    pub(crate) number: Option<u32>,
    /// The first local of its words.
    pub(crate) word: u32,
    /// How many words it carries.
    pub(crate) words: u32,
}

/// What leads to the next block that catches: operands that have to be dropped, then a branch to the
/// label, or `return`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WayOut {
    pub(crate) landing: Option<Label>,
    pub(crate) surplus: u32,
}

/// An open block.
pub(crate) struct Frame {
    pub(crate) kind: Kind,
    /// Where a branch to the block goes: the beginning of a loop, the end of any other.
    pub(crate) target: Label,
    /// How many operands there are below the block's parameters.
    pub(crate) height: usize,
    /// How many words these are.
    pub(crate) words: u32,
    /// Which of the open blocks, this one or one around it, is the innermost whose body catches exceptions.
    pub(crate) catcher: Option<usize>,
    pub(crate) parameters: Vec<ValueType>,
    pub(crate) results: Vec<ValueType>,
}

impl Frame {
    /// The frame of the function itself.
    pub(crate) fn function(end: Label, results: Vec<ValueType>) -> Self {
        Frame {
            kind: Kind::Function,
            target: end,
            height: 0,
            words: 0,
            catcher: None,
            parameters: Vec::new(),
            results,
        }
    }

    /// Where exceptions in the block go, if it catches any.
    pub(crate) fn landing(&self) -> Option<Label> {
        match self.kind {
            Kind::TryTable { landing, .. } | Kind::Try { landing } => Some(landing),
            _ => None,
        }
    }

    /// The values that a branch to the block carries: to a loop, its parameters.
    pub(crate) fn carried(&self) -> &[ValueType] {
        match self.kind {
            Kind::Loop => &self.parameters,
            _ => &self.results,
        }
    }
}
