//! Opcodes about the size of linear memory, which counts in pages of 65,536 bytes.

use crate::error::Fault;
use crate::outcome::Outcome;
use crate::state::State;
use crate::trace::Trace;
use tvm_program::Value;

/// What `memory.grow` gives when memory cannot grow.
const REFUSED: u32 = u32::MAX;

/// An opcode of the family of memory's size.
#[derive(Debug, Clone, Copy)]
pub(crate) enum MemorySize {
    /// `memory.declare`
    Declare,
    /// `memory.size`
    Size,
    /// `memory.grow`
    Grow,
}

impl MemorySize {
    /// The opcode about memory's size with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "memory.declare" => MemorySize::Declare,
            "memory.size" => MemorySize::Size,
            "memory.grow" => MemorySize::Grow,
            _ => return None,
        })
    }

    /// Executes one instruction.
    pub(crate) fn execute(
        self,
        immediate: u32,
        state: &mut State,
        trace: &mut Trace<'_>,
    ) -> Result<(), Fault> {
        match self {
            MemorySize::Declare => {
                state.memory.size_in_pages = immediate;
                trace.value(Outcome::plain(Value::I32(immediate)))?;
                trace.commit(0, false)
            }
            MemorySize::Size => {
                let pages = Value::I32(state.memory.size_in_pages);
                state.push(Outcome::plain(pages), 0, trace)
            }
            MemorySize::Grow => {
                let [delta] = state.operands.pop_words()?;
                let old = state.memory.grow(delta, immediate).unwrap_or(REFUSED);
                state.push(Outcome::plain(Value::I32(old)), 1, trace)
            }
        }
    }
}
