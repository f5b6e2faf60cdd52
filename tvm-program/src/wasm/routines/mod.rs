//! Operators that are no opcodes but routines, written in WebAssembly text and compiled by this front
//! end into the programs that use them.
//!
//! In comes an operator; out go the text of its routine, its type, and what the text imports. Nothing
//! here lowers anything: the text is a module, and takes the way that all modules take.
//!
//! A routine is a module with one function. It has two imports of its own: `trap.KIND` ends the
//! program, and `words.join` and `words.split` see two words as an i64 and back, which is no
//! instruction at all. A routine may declare an i64 parameter as its two words for the same reason.

use wasmparser::Operator;

use crate::InstructionSet;
use crate::ValueType::{self, I32, I64};
use crate::wasm::module::{HostBody, HostModule};

/// A routine, called like the operator it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum OperatorRoutine {
    DivideSigned,
    DivideUnsigned,
    RemainderSigned,
    RemainderUnsigned,
    MemoryCopy,
    MemoryFill,
}

/// What the routines are made of that not every instruction set has.
const NEEDED: [&str; 8] = [
    "trap.divide_by_zero",
    "memory.size",
    "i32.div_u",
    "i64.mul",
    "i64.shl",
    "i64.load",
    "i64.store",
    "local.get64",
];

impl OperatorRoutine {
    /// The routine that stands for an operator.
    pub(crate) fn of(operator: &Operator<'_>) -> Option<Self> {
        match operator {
            Operator::I64DivS => Some(OperatorRoutine::DivideSigned),
            Operator::I64DivU => Some(OperatorRoutine::DivideUnsigned),
            Operator::I64RemS => Some(OperatorRoutine::RemainderSigned),
            Operator::I64RemU => Some(OperatorRoutine::RemainderUnsigned),
            Operator::MemoryCopy { .. } => Some(OperatorRoutine::MemoryCopy),
            Operator::MemoryFill { .. } => Some(OperatorRoutine::MemoryFill),
            _ => None,
        }
    }

    /// How many values it takes, and the types of those it gives.
    pub(crate) fn types(self) -> (usize, &'static [ValueType]) {
        match self {
            OperatorRoutine::MemoryCopy | OperatorRoutine::MemoryFill => (3, &[]),
            _ => (2, &[I64]),
        }
    }

    /// Has the set the opcodes that the routines are made of?
    pub(crate) fn is_expressible(self, set: &InstructionSet) -> bool {
        NEEDED.iter().all(|name| set.by_name(name).is_some())
    }

    /// The module that it is, in WebAssembly text.
    pub(crate) fn text(self) -> &'static str {
        match self {
            OperatorRoutine::DivideSigned => include_str!("divide_signed.wat"),
            OperatorRoutine::DivideUnsigned => include_str!("divide_unsigned.wat"),
            OperatorRoutine::RemainderSigned => include_str!("remainder_signed.wat"),
            OperatorRoutine::RemainderUnsigned => include_str!("remainder_unsigned.wat"),
            OperatorRoutine::MemoryCopy => include_str!("memory_copy.wat"),
            OperatorRoutine::MemoryFill => include_str!("memory_fill.wat"),
        }
    }
}

/// What the routines import.
pub(crate) fn hosts() -> [HostModule; 2] {
    let traps = HostModule::new("trap")
        .with_body("divide_by_zero", &[], &[], HostBody::Trap("trap.divide_by_zero"))
        .with_body("integer_overflow", &[], &[], HostBody::Trap("trap.integer_overflow"))
        .with_body("out_of_bounds", &[], &[], HostBody::Trap("trap.out_of_bounds"));
    let words = HostModule::new("words")
        .with_body("join", &[I32, I32], &[I64], HostBody::Retype)
        .with_body("split", &[I64], &[I32, I32], HostBody::Retype);
    [traps, words]
}
