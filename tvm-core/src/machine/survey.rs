//! What each opcode uses, found by running its body once in a scope that builds nothing. So it is known
//! which parts of the machine are needed, and by which opcodes, before any is built.

use std::collections::BTreeSet;

use super::{Attribute, Context, Field, Opcode, Scope};
use crate::graph::Graph;

/// What the body of one opcode reads and assigns.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    /// What it reads of the machine.
    pub contexts: BTreeSet<Context>,
    /// What it reads of its last operand.
    pub of_top: BTreeSet<Attribute>,
    /// The parts of tokens it assigns.
    pub fields: BTreeSet<Field>,
}

impl Usage {
    /// Does it read this of the machine?
    pub fn reads(&self, context: Context) -> bool {
        self.contexts.contains(&context)
    }

    /// Does it read its last operand byte by byte only, each byte not later than that of the result is emitted?
    pub fn takes_top_bytewise(&self) -> bool {
        use Attribute::{Byte, SpreadHigh, SpreadLow};
        use Context::{Carry, Emitted, First, ImmediateByte, ImmediateValue, Index};
        let contexts = [Carry, Index, First, Emitted, ImmediateByte, ImmediateValue];
        self.contexts.iter().all(|context| contexts.contains(context))
            && self.of_top.iter().all(|part| [Byte, SpreadLow, SpreadHigh].contains(part))
    }

    /// Does it divide?
    pub fn divides(&self) -> bool {
        self.reads(Context::DivisionKnown)
    }

    /// Does it shift or rotate?
    pub fn shifts(&self) -> bool {
        use Context::{RotateLeft, RotateRight, ShiftFill, ShiftLeft, ShiftRight};
        let shifts = [ShiftLeft, ShiftRight, RotateLeft, RotateRight, ShiftFill];
        shifts.into_iter().any(|context| self.reads(context))
    }

    /// How many bytes of memory it accesses, if it accesses memory.
    pub fn accesses(&self) -> Option<u8> {
        self.contexts.iter().find_map(|context| match context {
            Context::MemoryByte(bytes) | Context::MemoryOutside(bytes) => Some(*bytes),
            _ => None,
        })
    }
}

/// The usage of an opcode.
pub fn survey(opcode: &Opcode) -> Usage {
    let mut usage = Usage::default();
    let mut graph = Graph::new();
    (opcode.build)(&mut Scope::surveying(&mut graph, &mut usage));
    usage
}
