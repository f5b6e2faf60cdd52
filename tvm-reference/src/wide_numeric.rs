//! Opcodes of 64 bits whose result is a function of their operands. An operand is two words.

use super::Fault;
use super::outcome::Outcome;
use super::state::State;
use super::trace::Trace;
use super::wide_arithmetic;
use super::wide_outcome::WideOutcome;
use super::words::joined;

/// An opcode of the wide numeric family.
#[derive(Debug, Clone, Copy)]
pub(super) enum WideNumeric {
    /// The immediate with its sign extended.
    Constant,
    /// The word of signs above the operand, which is one word and stays.
    ExtendWord,
    /// Is the top of the stack 0?
    IsZero,
    /// A function of the top of the stack.
    Unary(fn(u64) -> WideOutcome),
    /// A truth about two operands, the deeper one first.
    Comparison(fn(u64, u64) -> Outcome),
    /// A function of two operands, the deeper one first.
    Binary(fn(u64, u64) -> WideOutcome),
}

impl WideNumeric {
    /// The wide numeric opcode with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "i64.const" => Some(WideNumeric::Constant),
            "i64.extend_i32_s" => Some(WideNumeric::ExtendWord),
            "i64.eqz" => Some(WideNumeric::IsZero),
            _ => wide_arithmetic::unary(name)
                .map(WideNumeric::Unary)
                .or_else(|| wide_arithmetic::comparison(name).map(WideNumeric::Comparison))
                .or_else(|| wide_arithmetic::binary(name).map(WideNumeric::Binary)),
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
            WideNumeric::Constant => {
                let extended = i64::from(immediate as i32) as u64;
                state.push_wide(WideOutcome::plain(extended), 2, trace)
            }
            WideNumeric::ExtendWord => {
                let [word] = state.operands.pop()?;
                state.operands.push(word);
                state.push(Outcome::plain(signs(word)), 1, trace)
            }
            WideNumeric::IsZero => {
                let operand = joined(state.operands.pop()?);
                state.push(Outcome::truth(operand == 0), -1, trace)
            }
            WideNumeric::Unary(function) => {
                let operand = joined(state.operands.pop()?);
                state.push_wide(function(operand), 0, trace)
            }
            WideNumeric::Comparison(function) => {
                let [left, right] = pair(state)?;
                state.push(function(left, right), -3, trace)
            }
            WideNumeric::Binary(function) => {
                let [left, right] = pair(state)?;
                state.push_wide(function(left, right), -2, trace)
            }
        }
    }
}

/// Takes two operands, the deeper one first.
fn pair(state: &mut State) -> Result<[u64; 2], Fault> {
    let [left_low, left_high, right_low, right_high] = state.operands.pop()?;
    Ok([joined([left_low, left_high]), joined([right_low, right_high])])
}

/// A word of nothing but copies of a word's sign bit.
fn signs(word: u32) -> u32 {
    (word as i32 >> 31) as u32
}
