//! Loads and stores. The effective address is the operand plus the immediate. One that traps reads
//! and writes nothing.

use super::control::trap;
use super::memory::Address;
use super::operation::Flow;
use super::outcome::Outcome;
use super::state::State;
use super::trace::Trace;
use super::wide_outcome::WideOutcome;
use super::words::joined;
use super::{Fault, Trap};

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
    /// A load of some bytes, made a value of two words.
    WideLoad {
        /// How many bytes are read.
        bytes: u8,
        /// What the value is, given the bytes as a number.
        extend: fn(u64) -> WideOutcome,
    },
    /// A store of the low bytes of a value.
    Store {
        /// How many bytes are written.
        bytes: u8,
    },
    /// A store of the low bytes of a value of two words.
    WideStore {
        /// How many bytes are written.
        bytes: u8,
    },
}

impl MemoryAccess {
    /// The load or store with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        let load = |bytes, extend| MemoryAccess::Load { bytes, extend };
        let wide_load = |bytes, extend| MemoryAccess::WideLoad { bytes, extend };
        Some(match name {
            "i32.load" => load(4, Outcome::plain),
            "i32.load8_s" => load(1, Outcome::sign_extended_byte),
            "i32.load8_u" => load(1, Outcome::plain),
            "i32.load16_s" => load(2, Outcome::sign_extended_half),
            "i32.load16_u" => load(2, Outcome::plain),
            "i64.load" => wide_load(8, WideOutcome::plain),
            "i64.load8_s" => wide_load(1, WideOutcome::sign_extended_byte),
            "i64.load8_u" => wide_load(1, WideOutcome::plain),
            "i64.load16_s" => wide_load(2, WideOutcome::sign_extended_half),
            "i64.load16_u" => wide_load(2, WideOutcome::plain),
            "i64.load32_s" => wide_load(4, WideOutcome::sign_extended_word),
            "i64.load32_u" => wide_load(4, WideOutcome::plain),
            "i32.store" => MemoryAccess::Store { bytes: 4 },
            "i32.store8" => MemoryAccess::Store { bytes: 1 },
            "i32.store16" => MemoryAccess::Store { bytes: 2 },
            "i64.store" => MemoryAccess::WideStore { bytes: 8 },
            "i64.store8" => MemoryAccess::WideStore { bytes: 1 },
            "i64.store16" => MemoryAccess::WideStore { bytes: 2 },
            "i64.store32" => MemoryAccess::WideStore { bytes: 4 },
            _ => return None,
        })
    }

    /// Executes one instruction.
    pub(super) fn execute(
        self,
        immediate: u32,
        state: &mut State,
        trace: &mut Trace<'_>,
    ) -> Result<Flow, Fault> {
        match self {
            MemoryAccess::Load { bytes, extend } => {
                let [operand] = state.operands.pop()?;
                let Some(at) = place(operand, immediate, bytes, state) else {
                    return trap(Trap::OutOfBounds, trace);
                };
                let read = state.memory.load(at, bytes) as u32;
                state.push(extend(read), 0, trace)?;
            }
            MemoryAccess::WideLoad { bytes, extend } => {
                let [operand] = state.operands.pop()?;
                let Some(at) = place(operand, immediate, bytes, state) else {
                    return trap(Trap::OutOfBounds, trace);
                };
                state.push_wide(extend(state.memory.load(at, bytes)), 1, trace)?;
            }
            MemoryAccess::Store { bytes } => {
                let [operand, value] = state.operands.pop()?;
                let Some(at) = place(operand, immediate, bytes, state) else {
                    return trap(Trap::OutOfBounds, trace);
                };
                state.memory.store(at, &value.to_le_bytes()[..usize::from(bytes)]);
                trace.bytes(Outcome::plain(value), bytes)?;
                trace.commit(-2, false)?;
            }
            MemoryAccess::WideStore { bytes } => {
                let [operand, low, high] = state.operands.pop()?;
                let Some(at) = place(operand, immediate, bytes, state) else {
                    return trap(Trap::OutOfBounds, trace);
                };
                let value = joined([low, high]);
                state.memory.store(at, &value.to_le_bytes()[..usize::from(bytes)]);
                trace.wide_bytes(WideOutcome::plain(value), bytes)?;
                trace.commit(-3, false)?;
            }
        }
        Ok(Flow::Next)
    }
}

/// Where an access of some bytes lies; nowhere, if it traps.
fn place(operand: u32, immediate: u32, bytes: u8, state: &State) -> Option<Address> {
    let address = Address::effective(operand, immediate);
    (!state.traps || state.memory.contains(address, bytes)).then_some(address)
}
