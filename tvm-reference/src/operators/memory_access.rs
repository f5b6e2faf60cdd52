//! Loads and stores. The effective address is the operand plus the immediate. One that traps reads
//! and writes nothing. Those of reserved words are not bounded.

use crate::error::Fault;
use crate::flow::Flow;
use crate::outcome::Outcome;
use crate::state::{Address, State};
use crate::trace::Trace;
use crate::trap::Trap;
use crate::values::{size, typed, value};
use tvm_program::Value;
use tvm_program::ValueType::{self, I32};
use tvm_program::limits::GREATEST_MEMORY;

/// What a load makes of the bytes that it reads.
#[derive(Debug, Clone, Copy)]
enum Extension {
    /// The bytes above them are 0.
    Unsigned,
    /// The bytes above them are copies of the sign.
    Signed,
}

/// What is done with memory.
#[derive(Debug, Clone, Copy)]
enum Access {
    Load(Extension),
    Store,
}

/// An opcode of the memory family: a value of a type from or to the bytes at an address.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MemoryAccess {
    access: Access,
    of: ValueType,
    /// How many bytes are read or written.
    bytes: u8,
    /// Does it trap outside memory?
    bounded: bool,
}

impl MemoryAccess {
    /// The load or store with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let load = Access::Load(Extension::Unsigned);
        let reserved = |access| MemoryAccess { access, of: I32, bytes: size(I32), bounded: false };
        match name {
            "reserved.load" => return Some(reserved(load)),
            "reserved.store" => return Some(reserved(Access::Store)),
            _ => {}
        }
        let (of, operator) = typed(name)?;
        let load_signed = Access::Load(Extension::Signed);
        let all = |access, bytes| MemoryAccess { access, of, bytes, bounded: true };
        let whole = |access| Some(all(access, size(of)));
        let part = |access, bytes| (bytes < size(of)).then_some(all(access, bytes));
        match operator {
            "load" => whole(load),
            "load8_s" => part(load_signed, 1),
            "load8_u" => part(load, 1),
            "load16_s" => part(load_signed, 2),
            "load16_u" => part(load, 2),
            "load32_s" => part(load_signed, 4),
            "load32_u" => part(load, 4),
            "store" => whole(Access::Store),
            "store8" => part(Access::Store, 1),
            "store16" => part(Access::Store, 2),
            "store32" => part(Access::Store, 4),
            _ => None,
        }
    }

    /// Executes one instruction.
    pub(crate) fn execute(
        self,
        immediate: u32,
        state: &mut State,
        trace: &mut Trace<'_>,
    ) -> Result<Flow, Fault> {
        match self.access {
            Access::Load(extension) => self.load(extension, immediate, state, trace),
            Access::Store => self.store(immediate, state, trace),
        }
    }

    fn load(
        self,
        extension: Extension,
        immediate: u32,
        state: &mut State,
        trace: &mut Trace<'_>,
    ) -> Result<Flow, Fault> {
        let [operand] = state.operands.pop_words()?;
        let Some(at) = self.place(operand, immediate, state)? else {
            return Flow::trap(Trap::OutOfBounds, trace);
        };
        let read = state.memory.load(at, self.bytes);
        let outcome = match extension {
            Extension::Unsigned => Outcome::plain(value(self.of, read)),
            Extension::Signed => Outcome::sign_extended(self.of, read, self.bytes),
        };
        state.push(outcome, I32.words(), trace)?;
        Ok(Flow::Next)
    }

    fn store(
        self,
        immediate: u32,
        state: &mut State,
        trace: &mut Trace<'_>,
    ) -> Result<Flow, Fault> {
        let [operand, value] = state.operands.pop([I32, self.of])?;
        let Some(at) = self.place(low_word(operand), immediate, state)? else {
            return Flow::trap(Trap::OutOfBounds, trace);
        };
        let bytes = value.unsigned().to_le_bytes();
        state.memory.store(at, &bytes[..usize::from(self.bytes)]);
        trace.low_bytes(Outcome::plain(value), self.bytes)?;
        trace.commit(-(I32.words() + self.of.words()).cast_signed(), false)?;
        Ok(Flow::Next)
    }

    /// Where the access lies; nowhere, if it traps.
    fn place(self, operand: u32, immediate: u32, state: &State) -> Result<Option<Address>, Fault> {
        let address = Address::effective(operand, immediate);
        if self.bounded {
            let is_inside = !state.traps || state.memory.contains(address, self.bytes);
            return Ok(is_inside.then_some(address));
        }
        match address.0 + u64::from(self.bytes) <= GREATEST_MEMORY {
            true => Ok(Some(address)),
            false => Err(Fault::ReservedAddress(address.0)),
        }
    }
}

/// The lowest word of a value.
fn low_word(value: Value) -> u32 {
    value.unsigned() as u32
}
