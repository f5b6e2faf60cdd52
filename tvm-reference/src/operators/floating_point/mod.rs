//! The steps of arithmetic in floating point. An operator of WebAssembly is a sequence of them: its
//! scale, its significand, how that is rounded, and the result. What the first ones compute lies above
//! the operands, which the last one takes away with it.
//!
//! 1. `format`: the types, and the fields of a number
//! 2. `scale`: sign, exponent and classes of a result
//! 3. `significand`: sums, products and magnitudes as integers, with what is lost of them
//! 4. `rounding`: where a significand is cut, and the result
//! 5. `integral`: the significand of the integral number next to a number
//! 6. `truncation`: the integer part of a number as an integer

mod format;
mod integral;
mod rounding;
mod scale;
mod significand;
mod truncation;

use crate::error::Fault;
use crate::flow::Flow;
use crate::outcome::Outcome;
use crate::state::{Operands, State};
use crate::trace::Trace;
use crate::trap::Trap;
use crate::values::{typed, typed_float};
use format::Format;
use scale::{Direction, Scale};
use truncation::Truncation;
use tvm_program::ValueType::{self, I32, I64};

/// A step, with the type that its name begins with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FloatingPoint {
    /// `f32.scale_sum`, `f64.scale_sum`
    ScaleSum(Format),
    /// `f32.scale_difference`, `f64.scale_difference`
    ScaleDifference(Format),
    /// `f32.scale_product`, `f64.scale_product`
    ScaleProduct(Format),
    /// `f32.scale`, `f64.scale`
    Scale(Format),
    /// `i32.scale_s`, `i64.scale_s`
    ScaleInteger(ValueType),
    /// `f32.sum`, `f64.sum`
    Sum(Format),
    /// `f32.product`, `f64.product`
    Product(Format),
    /// `f64.product_high`
    ProductHigh(Format),
    /// `f32.significand`, `f64.significand`
    Significand(Format),
    /// `i32.magnitude`, `i64.magnitude`
    Magnitude(ValueType),
    /// `f32.rounding`, `f64.rounding`
    Rounding(Format),
    /// `f32.round1`, `f64.round4` and others: a result, and the words of the operands below the scale.
    Round(Format, u8),
    /// `f32.scale_ceil`, `f64.scale_nearest` and others
    ScaleIntegral(Format, Direction),
    /// `f32.whole`, `f64.whole`
    Whole(Format),
    /// `i32.truncation_s`, `i64.truncation_sat_u` and others
    Truncation(Truncation),
    /// `i32.truncated1`, `i64.truncated2` and others: a result, and the words of the operand below the
    /// scale.
    Truncated(ValueType, u8),
}

impl FloatingPoint {
    /// The step with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        if let Some((of, step)) = typed(name) {
            return Some(match step {
                "scale_s" => FloatingPoint::ScaleInteger(of),
                "magnitude" => FloatingPoint::Magnitude(of),
                "truncated1" => FloatingPoint::Truncated(of, 1),
                "truncated2" => FloatingPoint::Truncated(of, 2),
                _ => FloatingPoint::Truncation(Truncation::named(of, step)?),
            });
        }
        let (of, step) = typed_float(name)?;
        let format = Format::of(of);
        Some(match step {
            "scale_sum" => FloatingPoint::ScaleSum(format),
            "scale_difference" => FloatingPoint::ScaleDifference(format),
            "scale_product" => FloatingPoint::ScaleProduct(format),
            "scale" => FloatingPoint::Scale(format),
            "sum" => FloatingPoint::Sum(format),
            "product" => FloatingPoint::Product(format),
            "product_high" if of == ValueType::F64 => FloatingPoint::ProductHigh(format),
            "significand" => FloatingPoint::Significand(format),
            "rounding" => FloatingPoint::Rounding(format),
            "round1" => FloatingPoint::Round(format, 1),
            "round2" => FloatingPoint::Round(format, 2),
            "round4" if of == ValueType::F64 => FloatingPoint::Round(format, 4),
            "whole" => FloatingPoint::Whole(format),
            _ => FloatingPoint::ScaleIntegral(
                format,
                Direction::named(step.strip_prefix("scale_")?)?,
            ),
        })
    }

    /// Executes one instruction.
    pub(crate) fn execute(self, state: &mut State, trace: &mut Trace<'_>) -> Result<Flow, Fault> {
        if let Some(kind) = self.trap(&state.operands)? {
            return Flow::trap(kind, trace);
        }
        let popped = self.popped();
        let below = state.operands.below_words(popped.into())?;
        let outcome = self.outcome(&state.operands)?;
        state.operands.truncate(below);
        state.push(outcome, popped, trace)?;
        Ok(Flow::Next)
    }

    /// What it traps with.
    fn trap(self, operands: &Operands) -> Result<Option<Trap>, Fault> {
        let FloatingPoint::Truncation(truncation) = self else { return Ok(None) };
        let [x, s] = operands.top([I32, I64])?;
        Ok(truncation.trap(Scale::read(x), s.unsigned()))
    }

    /// What it pushes.
    fn outcome(self, operands: &Operands) -> Result<Outcome, Fault> {
        Ok(match self {
            FloatingPoint::ScaleSum(format) => {
                let [a, b] = operands.top([format.of; 2])?.map(|one| format.number(one));
                Scale::of_sum(a, b).outcome()
            }
            FloatingPoint::ScaleDifference(format) => {
                let [a, b] = operands.top([format.of; 2])?.map(|one| format.number(one));
                Scale::of_sum(a, b.negated()).outcome()
            }
            FloatingPoint::ScaleProduct(format) => {
                let [a, b] = operands.top([format.of; 2])?.map(|one| format.number(one));
                Scale::of_product(a, b).outcome()
            }
            FloatingPoint::Scale(format) => {
                let [a] = operands.top([format.of])?;
                Scale::of_number(format.number(a)).outcome()
            }
            FloatingPoint::ScaleInteger(of) => {
                let [integer] = operands.top([of])?;
                Scale::of_integer(integer.signed()).outcome()
            }
            FloatingPoint::Sum(format) => {
                let [a, b, x] = operands.top([format.of, format.of, I32])?;
                significand::sum(format.number(a), format.number(b), Scale::read(x))
            }
            FloatingPoint::Product(format) => {
                let [a, b, x] = operands.top([format.of, format.of, I32])?;
                significand::product(format.number(a), format.number(b), Scale::read(x))
            }
            FloatingPoint::ProductHigh(format) => {
                let [a, b, x, low] = operands.top([format.of, format.of, I32, I64])?;
                let (a, b) = (format.number(a), format.number(b));
                significand::product_high(a, b, Scale::read(x), low.unsigned())
            }
            FloatingPoint::Significand(format) => {
                let [a, x] = operands.top([format.of, I32])?;
                significand::of_number(format.number(a), Scale::read(x))
            }
            FloatingPoint::Magnitude(of) => {
                let [integer, x] = operands.top([of, I32])?;
                significand::magnitude(integer, Scale::read(x))
            }
            FloatingPoint::Rounding(format) => {
                let [x, s] = operands.top([I32, I64])?;
                let sticky = operands.ticks_below(1);
                rounding::of(format, Scale::read(x), s.unsigned(), sticky)
            }
            FloatingPoint::Round(format, _) => {
                let [s, y] = operands.top([I64, I32])?;
                rounding::result(format, s.unsigned(), y)
            }
            FloatingPoint::ScaleIntegral(format, direction) => {
                let [a] = operands.top([format.of])?;
                let number = format.number(a);
                let scale = Scale::of_integral(number, direction);
                let tie = direction == Direction::Nearest && number.is_halfway(scale.distance);
                Outcome::ticking(I32, scale.outcome().value.unsigned(), |_| tie)
            }
            FloatingPoint::Whole(format) => {
                let [a, x] = operands.top([format.of, I32])?;
                integral::whole(format.number(a), Scale::read(x))
            }
            FloatingPoint::Truncation(truncation) => {
                let [x, s] = operands.top([I32, I64])?;
                truncation.outcome(Scale::read(x), s.unsigned())
            }
            FloatingPoint::Truncated(of, _) => {
                let [s, y] = operands.top([I64, I32])?;
                truncation::result(of, s.unsigned(), y)
            }
        })
    }

    /// How many words it takes away. Most leave all that they read where it is.
    fn popped(self) -> u8 {
        match self {
            FloatingPoint::ProductHigh(_) => I64.words(),
            FloatingPoint::Round(_, operands) | FloatingPoint::Truncated(_, operands) => {
                operands + 2 * I32.words() + I64.words()
            }
            _ => 0,
        }
    }
}
