//! Locals and globals of 64 bits: the word that the immediate names, and above it the next one.

use super::Fault;
use super::state::State;
use super::trace::Trace;
use super::wide_outcome::WideOutcome;
use super::words::joined;

/// An opcode of the wide variable family.
#[derive(Debug, Clone, Copy)]
pub(super) enum WideVariable {
    /// `local.get64`
    LocalGet,
    /// `local.set64`
    LocalSet,
    /// `local.tee64`
    LocalTee,
    /// `global.get64`
    GlobalGet,
    /// `global.set64`
    GlobalSet,
}

impl WideVariable {
    /// The wide variable opcode with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "local.get64" => WideVariable::LocalGet,
            "local.set64" => WideVariable::LocalSet,
            "local.tee64" => WideVariable::LocalTee,
            "global.get64" => WideVariable::GlobalGet,
            "global.set64" => WideVariable::GlobalSet,
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
        let indices = [index, index.wrapping_add(1)];
        match self {
            WideVariable::LocalGet => {
                get(indices.map(|index| state.frames.local(index)), state, trace)
            }
            WideVariable::GlobalGet => get(indices.map(|index| state.global(index)), state, trace),
            WideVariable::LocalSet => {
                let words = state.operands.pop()?;
                set_local(indices, words, state);
                set(words, -2, trace)
            }
            WideVariable::LocalTee => {
                let words = state.operands.pop()?;
                state.operands.push_wide(words);
                set_local(indices, words, state);
                set(words, 0, trace)
            }
            WideVariable::GlobalSet => {
                let words = state.operands.pop()?;
                state.globals.extend(indices.into_iter().zip(words));
                set(words, -2, trace)
            }
        }
    }
}

fn get(words: [u32; 2], state: &mut State, trace: &mut Trace<'_>) -> Result<(), Fault> {
    state.push_wide(WideOutcome::plain(joined(words)), 2, trace)
}

fn set_local(indices: [u32; 2], words: [u32; 2], state: &mut State) {
    for (index, word) in indices.into_iter().zip(words) {
        state.frames.set_local(index, word, state.step);
    }
}

/// The trace of a write: the value's bytes, which are not new stack entries.
fn set(words: [u32; 2], stack_delta: i8, trace: &mut Trace<'_>) -> Result<(), Fault> {
    trace.wide_bytes(WideOutcome::plain(joined(words)), 8)?;
    trace.commit(stack_delta, false)
}
