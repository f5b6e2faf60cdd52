//! The traps: ends of a program that are its own fault and part of its trace.

use std::fmt;

use serde::{Serialize, Serializer};

/// Why a program trapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trap {
    /// `unreachable` was executed.
    Unreachable,
    /// A division or remainder by 0.
    DivideByZero,
    /// A signed division of the least integer by -1: the quotient is one more than the greatest. Also
    /// a conversion of a number whose integer part does not fit.
    IntegerOverflow,
    /// A conversion to an integer of a NaN.
    InvalidConversionToInteger,
    /// An access to memory that reaches beyond its end.
    OutOfBounds,
    /// An indirect call by an index beyond the end of the table.
    UndefinedElement,
    /// An indirect call of an element of the table that holds no function.
    UninitializedElement,
    /// An indirect call of a function that is not of the type it is called with.
    IndirectCallTypeMismatch,
    /// An exception that nothing catches.
    UncaughtException,
    /// Too many calls inside each other, or too many operands below a call.
    CallStackExhausted,
}

/// Every trap and the name inside its token `trap(kind)`.
const NAMES: [(Trap, &str); 10] = [
    (Trap::Unreachable, "unreachable"),
    (Trap::DivideByZero, "divide_by_zero"),
    (Trap::IntegerOverflow, "integer_overflow"),
    (Trap::InvalidConversionToInteger, "invalid_conversion_to_integer"),
    (Trap::OutOfBounds, "out_of_bounds"),
    (Trap::UndefinedElement, "undefined_element"),
    (Trap::UninitializedElement, "uninitialized_element"),
    (Trap::IndirectCallTypeMismatch, "indirect_call_type_mismatch"),
    (Trap::UncaughtException, "uncaught_exception"),
    (Trap::CallStackExhausted, "call_stack_exhausted"),
];

impl Trap {
    /// The trap of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(trap, _)| *trap)
    }
}

impl fmt::Display for Trap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(trap, _)| trap == self).map(|(_, name)| *name);
        formatter.write_str(name.expect("every trap has a name"))
    }
}

impl Serialize for Trap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
