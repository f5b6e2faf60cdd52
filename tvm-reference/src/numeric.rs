//! Opcodes whose result is a function of their operands: constants, tests, comparisons, arithmetic.

use super::Fault;
use super::arithmetic;
use super::outcome::Outcome;
use super::state::State;
use super::trace::Trace;

/// An opcode of the numeric family.
#[derive(Debug, Clone, Copy)]
pub(super) enum Numeric {
    /// The immediate.
    Constant,
    /// A function of the top of the stack.
    Unary(fn(u32) -> Outcome),
    /// A function of two operands, the deeper one first.
    Binary(fn(u32, u32) -> Outcome),
}

impl Numeric {
    /// The numeric opcode with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "i32.const" => Some(Numeric::Constant),
            _ => arithmetic::unary(name)
                .map(Numeric::Unary)
                .or_else(|| arithmetic::comparison(name).map(Numeric::Binary))
                .or_else(|| arithmetic::binary(name).map(Numeric::Binary)),
        }
    }

    /// Executes one instruction.
    pub(super) fn execute(
        self,
        immediate: u32,
        state: &mut State,
        trace: &mut Trace<'_>,
    ) -> Result<(), Fault> {
        match self {
            Numeric::Constant => state.push(Outcome::plain(immediate), 1, trace),
            Numeric::Unary(function) => {
                let [operand] = state.operands.pop()?;
                state.push(function(operand), 0, trace)
            }
            Numeric::Binary(function) => {
                let [left, right] = state.operands.pop()?;
                state.push(function(left, right), -1, trace)
            }
        }
    }
}
