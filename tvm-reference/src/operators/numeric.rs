//! Opcodes whose result is a function of their operands: constants, tests, comparisons, arithmetic.

use super::arithmetic::{self, Binary, Unary};
use crate::error::Fault;
use crate::outcome::Outcome;
use crate::state::State;
use crate::trace::Trace;
use crate::values::{typed, typed_float, value};
use tvm_program::Value;
use tvm_program::ValueType::{self, I32, I64};

/// An opcode of the numeric family.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Numeric {
    /// `i32.const`, `i64.const`: the immediate with its sign extended.
    Constant(ValueType),
    /// `i64.extend_i32_s`: the word of signs above the operand, which is one word and stays.
    ExtendWord,
    /// A function of an operand of a type.
    Unary(ValueType, Unary),
    /// A function of two operands of a type, the deeper one first.
    Binary(ValueType, Binary),
}

impl Numeric {
    /// The numeric opcode with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        if let Some((of, operator)) = typed_float(name) {
            return arithmetic::unary_of_floats(operator)
                .map(|function| Numeric::Unary(of, function))
                .or_else(|| Some(Numeric::Binary(of, arithmetic::binary_of_floats(operator)?)));
        }
        let (of, operator) = typed(name)?;
        match operator {
            "const" => Some(Numeric::Constant(of)),
            "extend_i32_s" if of == I64 => Some(Numeric::ExtendWord),
            _ => arithmetic::unary(operator)
                .map(|function| Numeric::Unary(of, function))
                .or_else(|| Some(Numeric::Binary(of, arithmetic::binary(operator)?))),
        }
    }

    /// The test or comparison of integers with this name.
    pub(crate) fn comparison(name: &str) -> Option<Self> {
        let (_, operator) = typed(name)?;
        let relation = operator.split('_').next()?;
        let compares = ["eqz", "eq", "ne", "lt", "gt", "le", "ge"].contains(&relation);
        if compares { Numeric::named(name) } else { None }
    }

    /// Does it hold for the operands that it pops? And how many words are these?
    pub(crate) fn holds(self, state: &mut State) -> Result<(bool, u8), Fault> {
        let (outcome, words) = match self {
            Numeric::Unary(of, function) => {
                let [operand] = state.operands.pop([of])?;
                (function(operand), of.words())
            }
            Numeric::Binary(of, function) => {
                let [left, right] = state.operands.pop([of, of])?;
                (function(left, right), 2 * of.words())
            }
            Numeric::Constant(_) | Numeric::ExtendWord => unreachable!("it is no comparison"),
        };
        Ok((outcome.value.unsigned() != 0, words))
    }

    /// Executes one instruction.
    pub(crate) fn execute(
        self,
        immediate: u32,
        state: &mut State,
        trace: &mut Trace<'_>,
    ) -> Result<(), Fault> {
        match self {
            Numeric::Constant(of) => {
                let extended = i64::from(immediate.cast_signed()).cast_unsigned();
                state.push(Outcome::plain(value(of, extended)), 0, trace)
            }
            Numeric::ExtendWord => {
                let [word] = state.operands.top([I32])?;
                state.push(Outcome::plain(signs(word)), 0, trace)
            }
            Numeric::Unary(of, function) => {
                let [operand] = state.operands.pop([of])?;
                state.push(function(operand), of.words(), trace)
            }
            Numeric::Binary(of, function) => {
                let [left, right] = state.operands.pop([of, of])?;
                state.push(function(left, right), 2 * of.words(), trace)
            }
        }
    }
}

/// A word of nothing but copies of a word's sign bit.
fn signs(word: Value) -> Value {
    value(I32, (word.signed() >> 31).cast_unsigned())
}
