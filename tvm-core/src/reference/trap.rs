//! The traps: ends of a program that are its own fault and part of its trace.

use std::fmt;

/// Why a program trapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trap {
    /// `unreachable` was executed.
    Unreachable,
    /// A division or remainder by 0.
    DivideByZero,
    /// A signed division of the least integer by -1: the quotient is one more than the greatest.
    IntegerOverflow,
    /// An access to memory that reaches beyond its end.
    OutOfBounds,
    /// An indirect call by an index beyond the end of the table.
    UndefinedElement,
    /// An indirect call of an element of the table that holds no function.
    UninitializedElement,
    /// An indirect call of a function that is not of the type it is called with.
    IndirectCallTypeMismatch,
    /// Too many calls inside each other, or too many operands below a call.
    CallStackExhausted,
}

impl Trap {
    /// The trap that the opcode `trap` with this immediate ends in; none for other immediates.
    pub(super) fn by_immediate(immediate: u32) -> Option<Self> {
        Some(match immediate {
            1 => Trap::DivideByZero,
            2 => Trap::IntegerOverflow,
            3 => Trap::OutOfBounds,
            4 => Trap::UndefinedElement,
            5 => Trap::UninitializedElement,
            6 => Trap::IndirectCallTypeMismatch,
            _ => return None,
        })
    }
}

/// The name inside the token `trap(kind)`.
impl fmt::Display for Trap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Trap::Unreachable => "unreachable",
            Trap::DivideByZero => "divide_by_zero",
            Trap::IntegerOverflow => "integer_overflow",
            Trap::OutOfBounds => "out_of_bounds",
            Trap::UndefinedElement => "undefined_element",
            Trap::UninitializedElement => "uninitialized_element",
            Trap::IndirectCallTypeMismatch => "indirect_call_type_mismatch",
            Trap::CallStackExhausted => "call_stack_exhausted",
        })
    }
}
