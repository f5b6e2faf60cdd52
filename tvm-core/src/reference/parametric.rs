//! Opcodes that take values from the stack whatever they mean: drop, select and output.

use super::Fault;
use super::outcome::Outcome;
use super::state::State;
use super::trace::Trace;

/// An opcode of the parametric family.
#[derive(Debug, Clone, Copy)]
pub(super) enum Parametric {
    /// `drop`
    Drop,
    /// `select`
    Select,
    /// `output`
    Output,
}

impl Parametric {
    /// The parametric opcode with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "drop" => Parametric::Drop,
            "select" => Parametric::Select,
            "output" => Parametric::Output,
            _ => return None,
        })
    }

    /// Executes one instruction.
    pub(super) fn execute(self, state: &mut State, trace: &mut Trace<'_>) -> Result<(), Fault> {
        match self {
            Parametric::Drop => {
                let [_] = state.operands.pop()?;
                trace.commit(-1, false)
            }
            Parametric::Select => {
                let [first, second, condition] = state.operands.pop()?;
                let chosen = if condition != 0 { first } else { second };
                state.push(Outcome::plain(chosen), -2, trace)
            }
            Parametric::Output => {
                let [value] = state.operands.pop()?;
                let [low, ..] = value.to_le_bytes();
                trace.output(low)
            }
        }
    }
}
