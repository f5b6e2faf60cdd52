//! What each opcode uses, found by building its body once against nothing: which parts of the
//! machine are needed at all, and by whom, is known before any of it is built.

use std::collections::BTreeSet;

use super::{Context, Field, Opcode, Scope};
use crate::graph::Graph;

/// What the body of one opcode reads and assigns.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    /// What it reads of the machine.
    pub contexts: BTreeSet<Context>,
    /// The parts of tokens it assigns.
    pub fields: BTreeSet<Field>,
}

impl Usage {
    /// Does it read this of the machine?
    pub fn reads(&self, context: Context) -> bool {
        self.contexts.contains(&context)
    }
}

/// The usage of an opcode.
pub fn survey(opcode: &Opcode) -> Usage {
    let mut usage = Usage::default();
    let mut graph = Graph::new();
    (opcode.build)(&mut Scope::surveying(&mut graph, &mut usage));
    usage
}
