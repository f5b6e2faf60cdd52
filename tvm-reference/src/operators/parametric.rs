//! Opcodes that take values from the stack whatever they mean: drop, select and output.

use crate::error::Fault;
use crate::outcome::Outcome;
use crate::state::State;
use crate::trace::Trace;
use tvm_program::ValueType::{self, I32, I64};

/// An opcode of the parametric family.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Parametric {
    /// `drop`, `drop64`
    Drop(ValueType),
    /// `select`, `select64`
    Select(ValueType),
    /// `output`
    Output,
}

impl Parametric {
    /// The parametric opcode with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "drop" => Parametric::Drop(I32),
            "drop64" => Parametric::Drop(I64),
            "select" => Parametric::Select(I32),
            "select64" => Parametric::Select(I64),
            "output" => Parametric::Output,
            _ => return None,
        })
    }

    /// Executes one instruction.
    pub(crate) fn execute(self, state: &mut State, trace: &mut Trace<'_>) -> Result<(), Fault> {
        match self {
            Parametric::Drop(of) => {
                let [_] = state.operands.pop([of])?;
                trace.commit(-of.words().cast_signed(), false)
            }
            Parametric::Select(of) => {
                let [first, second, condition] = state.operands.pop([of, of, I32])?;
                let chosen = if condition.unsigned() != 0 { first } else { second };
                state.push(Outcome::plain(chosen), 2 * of.words() + 1, trace)
            }
            Parametric::Output => {
                let [value] = state.operands.pop_words()?;
                let [low, ..] = value.to_le_bytes();
                trace.output(low)
            }
        }
    }
}
