//! The runtime: operators that are no opcodes but routines, written in WebAssembly text and
//! compiled by this front end into the programs that use them.
//!
//! A routine is a module with one function. It has two imports of its own: `trap.KIND` ends the
//! program, and `words.join` and `words.split` see two words as an i64 and back, which is no
//! instruction at all. A routine may declare an i64 parameter as its two words for the same reason.

use wasmparser::Operator;

use super::CompileError;
use super::decode::decode;
use super::function::{self, Context, Routine};
use super::host::{HostBody, HostModule, Hosts};
use super::module::{FunctionIndex, Origin};
use super::value::ValueType::{self, I32, I64};
use crate::InstructionSet;

/// A routine of the runtime, called like the operator it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum RuntimeRoutine {
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

impl RuntimeRoutine {
    /// The routine that stands for an operator.
    pub(super) fn of(operator: &Operator<'_>) -> Option<Self> {
        match operator {
            Operator::I64DivS => Some(RuntimeRoutine::DivideSigned),
            Operator::I64DivU => Some(RuntimeRoutine::DivideUnsigned),
            Operator::I64RemS => Some(RuntimeRoutine::RemainderSigned),
            Operator::I64RemU => Some(RuntimeRoutine::RemainderUnsigned),
            Operator::MemoryCopy { .. } => Some(RuntimeRoutine::MemoryCopy),
            Operator::MemoryFill { .. } => Some(RuntimeRoutine::MemoryFill),
            _ => None,
        }
    }

    /// How many values it takes, and the types of those it gives.
    pub(super) fn types(self) -> (usize, &'static [ValueType]) {
        match self {
            RuntimeRoutine::MemoryCopy | RuntimeRoutine::MemoryFill => (3, &[]),
            _ => (2, &[I64]),
        }
    }

    /// Has the set the opcodes that the routines are made of?
    pub(super) fn is_expressible(self, set: &InstructionSet) -> bool {
        NEEDED.iter().all(|name| set.by_name(name).is_some())
    }

    fn text(self) -> &'static str {
        match self {
            RuntimeRoutine::DivideSigned => include_str!("runtime/divide_signed.wat"),
            RuntimeRoutine::DivideUnsigned => include_str!("runtime/divide_unsigned.wat"),
            RuntimeRoutine::RemainderSigned => include_str!("runtime/remainder_signed.wat"),
            RuntimeRoutine::RemainderUnsigned => include_str!("runtime/remainder_unsigned.wat"),
            RuntimeRoutine::MemoryCopy => include_str!("runtime/memory_copy.wat"),
            RuntimeRoutine::MemoryFill => include_str!("runtime/memory_fill.wat"),
        }
    }
}

/// What the routines import.
fn hosts() -> [HostModule; 2] {
    let traps = HostModule::new("trap")
        .with_body("divide_by_zero", &[], &[], HostBody::Trap("trap.divide_by_zero"))
        .with_body("integer_overflow", &[], &[], HostBody::Trap("trap.integer_overflow"))
        .with_body("out_of_bounds", &[], &[], HostBody::Trap("trap.out_of_bounds"));
    let words = HostModule::new("words")
        .with_body("join", &[I32, I32], &[I64], HostBody::Retype)
        .with_body("split", &[I64], &[I32, I32], HostBody::Retype);
    [traps, words]
}

/// Compiles a routine.
pub(super) fn lower(
    context: &Context<'_>,
    routine: RuntimeRoutine,
) -> Result<Routine, CompileError> {
    let bytes = wat::parse_str(routine.text()).expect("the runtime is WebAssembly text");
    let hosts = hosts();
    let module = decode(&bytes, Hosts(&hosts))?;
    let defined = (0..).zip(&module.functions).find_map(|(index, one)| match &one.origin {
        Origin::Defined(body) => Some((FunctionIndex(index), body)),
        Origin::Imported { .. } => None,
    });
    let (index, body) = defined.expect("a routine of the runtime is one function");
    let context = Context { module: &module, hosts: Hosts(&hosts), ..*context };
    function::lower(&context, index, body)
}
