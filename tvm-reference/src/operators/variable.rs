//! Locals and globals. The immediate is the index of the variable's lowest word.

use crate::error::Fault;
use crate::outcome::Outcome;
use crate::state::State;
use crate::trace::Trace;
use tvm_program::ValueType::{self, I32, I64};

/// What is done with a variable.
#[derive(Debug, Clone, Copy)]
enum Access {
    LocalGet,
    LocalSet,
    LocalTee,
    GlobalGet,
    GlobalSet,
}

/// An opcode of the variable family: an access to a variable of a type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variable {
    access: Access,
    of: ValueType,
}

impl Variable {
    /// The variable opcode with this name; that of an i64 ends in `64`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let (name, of) = match name.strip_suffix("64") {
            Some(name) => (name, I64),
            None => (name, I32),
        };
        let access = match name {
            "local.get" => Access::LocalGet,
            "local.set" => Access::LocalSet,
            "local.tee" => Access::LocalTee,
            "global.get" => Access::GlobalGet,
            "global.set" => Access::GlobalSet,
            _ => return None,
        };
        Some(Variable { access, of })
    }

    /// Executes one instruction.
    pub(crate) fn execute(
        self,
        index: u32,
        state: &mut State,
        trace: &mut Trace<'_>,
    ) -> Result<(), Fault> {
        let of = self.of;
        match self.access {
            Access::LocalGet => state.push(Outcome::plain(state.local(index, of)?), 0, trace),
            Access::GlobalGet => state.push(Outcome::plain(state.global(index, of)?), 0, trace),
            Access::LocalSet | Access::LocalTee | Access::GlobalSet => {
                self.set(index, state, trace)
            }
        }
    }

    /// Writes a variable. The trace has the value's bytes, which are no new stack entry.
    fn set(self, index: u32, state: &mut State, trace: &mut Trace<'_>) -> Result<(), Fault> {
        let stays = matches!(self.access, Access::LocalTee);
        let operands = &mut state.operands;
        let [value] = if stays { operands.top([self.of]) } else { operands.pop([self.of]) }?;
        match self.access {
            Access::GlobalSet => state.set_global(index, value),
            _ => state.set_local(index, value),
        }
        trace.value(Outcome::plain(value))?;
        trace.commit(if stays { 0 } else { -self.of.words().cast_signed() }, false)
    }
}
