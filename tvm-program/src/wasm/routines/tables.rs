//! The operators of tables and of passive segments that are loops over reserved memory. Besides the operands of
//! the operator, a routine takes the places that it is about, each the address of a length.

use super::{OperatorRoutine, plain};
use crate::ValueType::{self, I32};
use crate::wasm::module::{HostBody, HostModule};

/// A routine over reserved memory.
const fn over_reserved(
    name: &'static str,
    parameters: usize,
    results: &'static [ValueType],
    text: &'static str,
) -> OperatorRoutine {
    OperatorRoutine { needed: &NEEDED, ..plain(name, parameters, results, text) }
}

/// What the routines are made of.
const NEEDED: [&str; 4] = ["reserved.load", "reserved.store", "trap.out_of_bounds", "memory.data"];

/// The routines.
pub(super) const ROUTINES: &[OperatorRoutine] = &[
    over_reserved("memory.init", 4, &[], include_str!("memory_init.wat")),
    over_reserved("table.copy", 5, &[], include_str!("table_copy.wat")),
    over_reserved("table.fill", 4, &[], include_str!("table_fill.wat")),
    over_reserved("table.grow", 4, &[I32], include_str!("table_grow.wat")),
];

/// Accesses to reserved memory, as imports.
pub(super) fn reserved() -> HostModule {
    let opcode = HostBody::Opcodes;
    HostModule::new("reserved")
        .with_body("load", &[I32], &[I32], opcode(&["reserved.load"]))
        .with_body("store", &[I32, I32], &[], opcode(&["reserved.store"]))
}
