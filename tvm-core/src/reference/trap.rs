//! The traps: ends of a program that are its own fault and part of its trace.

use std::fmt;

/// Why a program trapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trap {
    /// `unreachable` was executed.
    Unreachable,
    /// A division or remainder by 0.
    DivideByZero,
    /// `i32.div_s` of -2^31 by -1: the quotient 2^31 is no signed 32-bit value.
    IntegerOverflow,
}

/// The name inside the token `trap(kind)`.
impl fmt::Display for Trap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Trap::Unreachable => "unreachable",
            Trap::DivideByZero => "divide_by_zero",
            Trap::IntegerOverflow => "integer_overflow",
        })
    }
}
