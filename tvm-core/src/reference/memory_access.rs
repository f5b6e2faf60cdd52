//! Loads and stores. The effective address is the operand plus the immediate.

use super::Fault;
use super::memory::Address;
use super::outcome::Outcome;
use super::state::State;
use super::trace::Trace;

/// An opcode of the memory family.
#[derive(Debug, Clone, Copy)]
pub(super) enum MemoryAccess {
    /// A load of some bytes, made a value by a function of them.
    Load {
        /// How many bytes are read.
        bytes: u8,
        /// What the value is, given the bytes as a number.
        extend: fn(u32) -> Outcome,
    },
    /// A store of the low bytes of a value.
    Store {
        /// How many bytes are written.
        bytes: u8,
    },
}

impl MemoryAccess {
    /// The load or store with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        let load = |bytes, extend| MemoryAccess::Load { bytes, extend };
        Some(match name {
            "i32.load" => load(4, Outcome::plain),
            "i32.load8_s" => load(1, Outcome::sign_extended_byte),
            "i32.load8_u" => load(1, Outcome::plain),
            "i32.load16_s" => load(2, Outcome::sign_extended_half),
            "i32.load16_u" => load(2, Outcome::plain),
            "i32.store" => MemoryAccess::Store { bytes: 4 },
            "i32.store8" => MemoryAccess::Store { bytes: 1 },
            "i32.store16" => MemoryAccess::Store { bytes: 2 },
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
            MemoryAccess::Load { bytes, extend } => {
                let [operand] = state.operands.pop()?;
                let read = state.memory.load(Address::effective(operand, immediate), bytes);
                state.push(extend(read), 0, trace)
            }
            MemoryAccess::Store { bytes } => {
                let [operand, value] = state.operands.pop()?;
                let written = &value.to_le_bytes()[..usize::from(bytes)];
                state.memory.store(Address::effective(operand, immediate), written);
                trace.bytes(Outcome::plain(value), bytes)?;
                trace.commit(-2, false)
            }
        }
    }
}
