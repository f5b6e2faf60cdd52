//! Locals and globals. The immediate is the variable's index.

use super::Fault;
use super::outcome::Outcome;
use super::state::State;
use super::trace::Trace;

/// An opcode of the variable family.
#[derive(Debug, Clone, Copy)]
pub(super) enum Variable {
    /// `local.get`
    LocalGet,
    /// `local.set`
    LocalSet,
    /// `local.tee`
    LocalTee,
    /// `global.get`
    GlobalGet,
    /// `global.set`
    GlobalSet,
}

impl Variable {
    /// The variable opcode with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "local.get" => Variable::LocalGet,
            "local.set" => Variable::LocalSet,
            "local.tee" => Variable::LocalTee,
            "global.get" => Variable::GlobalGet,
            "global.set" => Variable::GlobalSet,
            _ => return None,
        })
    }

    /// Executes one instruction.
    pub(super) fn execute(
        self,
        index: u32,
        state: &mut State,
        trace: &mut Trace<'_>,
    ) -> Result<(), Fault> {
        match self {
            Variable::LocalGet => get(state.frames.local(index), state, trace),
            Variable::GlobalGet => get(state.global(index), state, trace),
            Variable::LocalSet => {
                let [value] = state.operands.pop()?;
                state.frames.set_local(index, value, state.step);
                set(value, -1, trace)
            }
            Variable::LocalTee => {
                let [value] = state.operands.pop()?;
                state.operands.push(value);
                state.frames.set_local(index, value, state.step);
                set(value, 0, trace)
            }
            Variable::GlobalSet => {
                let [value] = state.operands.pop()?;
                state.globals.insert(index, value);
                set(value, -1, trace)
            }
        }
    }
}

fn get(value: u32, state: &mut State, trace: &mut Trace<'_>) -> Result<(), Fault> {
    state.push(Outcome::plain(value), 1, trace)
}

/// The trace of a write: the value's bytes, which are not a new stack entry.
fn set(value: u32, stack_delta: i8, trace: &mut Trace<'_>) -> Result<(), Fault> {
    trace.bytes(Outcome::plain(value), 4)?;
    trace.commit(stack_delta, false)
}
