//! Operators that are no opcodes but routines, written in WebAssembly text and compiled by this front
//! end into the programs that use them.
//!
//! In comes an operator's name; out go the text of its routine, its type, and what the text imports.
//! Nothing here lowers anything: the text is a module, and takes the way that all modules take.
//!
//! A routine is a module with one function. It has five kinds of imports: `trap.KIND` ends the program,
//! `words.join` and `words.split` see two words as an i64 and back, which is no instruction at all,
//! `step.NAME` and `reserved.NAME` are an opcode or two that WebAssembly has not, and `routine.NAME` is a routine that is no
//! operator but a part of several. A routine may declare an i64 parameter as its two words, and one of
//! floating point as an integer, for the same reason.

mod float;
mod tables;

use crate::InstructionSet;
use crate::ValueType::{self, I32, I64};
use crate::wasm::module::{HostBody, HostModule};

/// A routine, called like the operator it stands for. In a program routines lie in order of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct OperatorRoutine {
    name: &'static str,
    /// How many values it takes.
    pub(crate) parameters: usize,
    /// The types of those it gives.
    pub(crate) results: &'static [ValueType],
    text: &'static str,
    /// The opcodes that it is made of beside those that all are.
    needed: &'static [&'static str],
}

/// What the routines are made of that not every instruction set has.
const NEEDED: [&str; 19] = [
    "trap.divide_by_zero",
    "memory.size",
    "select64",
    "i32.clz",
    "i32.div_u",
    "i32.mul",
    "i32.shl",
    "i32.shr_u",
    "i32.xor",
    "i64.and",
    "i64.clz",
    "i64.lt_u",
    "i64.mul",
    "i64.shl",
    "i64.shr_u",
    "i64.xor",
    "i64.load",
    "i64.store",
    "local.get64",
];

/// The routines of integers, and of memory.
const OF_INTEGERS: [OperatorRoutine; 6] = [
    plain("i64.div_s", 2, &[I64], include_str!("divide_signed.wat")),
    plain("i64.div_u", 2, &[I64], include_str!("divide_unsigned.wat")),
    plain("i64.rem_s", 2, &[I64], include_str!("remainder_signed.wat")),
    plain("i64.rem_u", 2, &[I64], include_str!("remainder_unsigned.wat")),
    plain("memory.copy", 3, &[], include_str!("memory_copy.wat")),
    plain("memory.fill", 3, &[], include_str!("memory_fill.wat")),
];

/// A routine.
const fn plain(
    name: &'static str,
    parameters: usize,
    results: &'static [ValueType],
    text: &'static str,
) -> OperatorRoutine {
    OperatorRoutine { name, parameters, results, text, needed: &[] }
}

impl OperatorRoutine {
    /// The routine of this name: that of an operator, or a part of several.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let all = OF_INTEGERS.iter().chain(float::ROUTINES).chain(tables::ROUTINES);
        all.copied().find(|routine| routine.name == name)
    }

    /// Has the set the opcodes that the routines are made of?
    pub(crate) fn is_expressible(self, set: &InstructionSet) -> bool {
        NEEDED.iter().chain(self.needed).all(|name| set.by_name(name).is_some())
    }

    /// The module that it is, in WebAssembly text.
    pub(crate) fn text(self) -> &'static str {
        self.text
    }
}

/// What the routines import.
pub(crate) fn hosts() -> [HostModule; 5] {
    let traps = HostModule::new("trap")
        .with_body("divide_by_zero", &[], &[], HostBody::Trap("trap.divide_by_zero"))
        .with_body("integer_overflow", &[], &[], HostBody::Trap("trap.integer_overflow"))
        .with_body("out_of_bounds", &[], &[], HostBody::Trap("trap.out_of_bounds"));
    let words = HostModule::new("words")
        .with_body("join", &[I32, I32], &[I64], HostBody::Retype)
        .with_body("split", &[I64], &[I32, I32], HostBody::Retype);
    [traps, words, float::parts(), float::steps(), tables::reserved()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_has_a_place_left_to_fill_in() {
        for routine in OF_INTEGERS.iter().chain(float::ROUTINES).chain(tables::ROUTINES) {
            let text = routine.text();
            assert!(!text.contains(['{', '}']), "{text}");
            wat::parse_str(text).unwrap_or_else(|error| panic!("{}: {error}", routine.name));
        }
    }
}
