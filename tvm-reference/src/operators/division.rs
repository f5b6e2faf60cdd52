//! Divisions and remainders of 32 bits: those of 64 are routines. The machine first finds the quotient of the magnitudes, digit by
//! digit from the most significant one, and then writes the result.

use crate::error::Fault;
use crate::flow::Flow;
use crate::outcome::Outcome;
use crate::state::State;
use crate::token::TraceToken;
use crate::trace::Trace;
use crate::trap::Trap;
use tvm_program::Value;

/// An opcode of the division family.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Division {
    /// `i32.div_s`
    QuotientSigned,
    /// `i32.div_u`
    QuotientUnsigned,
    /// `i32.rem_s`
    RemainderSigned,
    /// `i32.rem_u`
    RemainderUnsigned,
}

impl Division {
    /// The division with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "i32.div_s" => Division::QuotientSigned,
            "i32.div_u" => Division::QuotientUnsigned,
            "i32.rem_s" => Division::RemainderSigned,
            "i32.rem_u" => Division::RemainderUnsigned,
            _ => return None,
        })
    }

    /// Executes one instruction.
    pub(crate) fn execute(self, state: &mut State, trace: &mut Trace<'_>) -> Result<Flow, Fault> {
        let [dividend, divisor] = state.operands.pop_words()?;
        if let Some(kind) = self.trap(dividend, divisor) {
            return Flow::trap(kind, trace);
        }
        trace.digits(self.quotient_of_magnitudes(dividend, divisor))?;
        trace.write(TraceToken::Divided)?;
        state.push(self.result(dividend, divisor), 2, trace)?;
        Ok(Flow::Next)
    }

    fn trap(self, dividend: u32, divisor: u32) -> Option<Trap> {
        let overflows = (dividend as i32).checked_div(divisor as i32).is_none();
        match self {
            _ if divisor == 0 => Some(Trap::DivideByZero),
            Division::QuotientSigned if overflows => Some(Trap::IntegerOverflow),
            _ => None,
        }
    }

    /// The divisor is not 0.
    fn quotient_of_magnitudes(self, dividend: u32, divisor: u32) -> u32 {
        match self {
            Division::QuotientSigned | Division::RemainderSigned => {
                (dividend as i32).unsigned_abs() / (divisor as i32).unsigned_abs()
            }
            Division::QuotientUnsigned | Division::RemainderUnsigned => dividend / divisor,
        }
    }

    /// The divisor is not 0, and a signed quotient does not overflow.
    fn result(self, dividend: u32, divisor: u32) -> Outcome {
        let signs_differ = ((dividend ^ divisor) as i32) < 0;
        let quotient = self.quotient_of_magnitudes(dividend, divisor);
        match self {
            Division::QuotientSigned if signs_differ => {
                Outcome::difference(Value::I32(0), Value::I32(quotient))
            }
            Division::QuotientSigned | Division::QuotientUnsigned => plain(quotient),
            Division::RemainderSigned => {
                plain((dividend as i32).wrapping_rem(divisor as i32) as u32)
            }
            Division::RemainderUnsigned => plain(dividend % divisor),
        }
    }
}

fn plain(value: u32) -> Outcome {
    Outcome::plain(Value::I32(value))
}
