//! Opcodes about the size of linear memory, which counts in pages of 65,536 bytes.

use super::Fault;
use super::outcome::Outcome;
use super::state::State;
use super::trace::Trace;

/// What `memory.grow` gives when memory cannot grow.
const REFUSED: u32 = u32::MAX;

/// An opcode of the family of memory's size.
#[derive(Debug, Clone, Copy)]
pub(super) enum MemorySize {
    /// `memory.declare`
    Declare,
    /// `memory.size`
    Size,
    /// `memory.grow`
    Grow,
}

impl MemorySize {
    /// The opcode about memory's size with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "memory.declare" => MemorySize::Declare,
            "memory.size" => MemorySize::Size,
            "memory.grow" => MemorySize::Grow,
            _ => return None,
        })
    }

    /// Executes one instruction.
    pub(super) fn execute(
        self,
        immediate: u32,
        state: &mut State,
        trace: &mut Trace<'_>,
    ) -> Result<(), Fault> {
        match self {
            MemorySize::Declare => {
                state.memory.size_in_pages = immediate;
                trace.bytes(Outcome::plain(immediate), 4)?;
                trace.commit(0, false)
            }
            MemorySize::Size => state.push(Outcome::plain(state.memory.size_in_pages), 1, trace),
            MemorySize::Grow => {
                let [delta] = state.operands.pop()?;
                let old = state.memory.grow(delta, immediate).unwrap_or(REFUSED);
                state.push(Outcome::plain(old), 0, trace)
            }
        }
    }
}
