//! Opcodes that take values from the stack whatever they mean: drop, select and output.

use super::Fault;
use super::outcome::Outcome;
use super::state::State;
use super::trace::Trace;
use super::wide_outcome::WideOutcome;
use super::words::joined;

/// An opcode of the parametric family.
#[derive(Debug, Clone, Copy)]
pub(super) enum Parametric {
    /// `drop`
    Drop,
    /// `select`
    Select,
    /// `drop64`
    WideDrop,
    /// `select64`
    WideSelect,
    /// `output`
    Output,
}

impl Parametric {
    /// The parametric opcode with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "drop" => Parametric::Drop,
            "select" => Parametric::Select,
            "drop64" => Parametric::WideDrop,
            "select64" => Parametric::WideSelect,
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
            Parametric::WideDrop => {
                let [_, _] = state.operands.pop()?;
                trace.commit(-2, false)
            }
            Parametric::WideSelect => {
                let [first_low, first_high, second_low, second_high, condition] =
                    state.operands.pop()?;
                let first = joined([first_low, first_high]);
                let second = joined([second_low, second_high]);
                let chosen = if condition != 0 { first } else { second };
                state.push_wide(WideOutcome::plain(chosen), -3, trace)
            }
            Parametric::Output => {
                let [value] = state.operands.pop()?;
                let [low, ..] = value.to_le_bytes();
                trace.output(low)
            }
        }
    }
}
