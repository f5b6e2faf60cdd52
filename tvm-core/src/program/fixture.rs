//! What the tests of the front end share: the instruction sets of the token language, written out
//! (the real ones are built from the opcode declarations of a machine), and whether there is a clang.

use super::ValueType::{self, I32, I64};
use super::clang::{self, CompileOptions};
use super::{Code, InstructionSet, Mnemonic};
use crate::machine::Machine;

#[path = "../../../tests/tools/mod.rs"]
mod tools;

type Row = (&'static str, u8, &'static [ValueType], &'static [ValueType]);

/// Name, code, operands, results.
const CLASSIC: &[Row] = &[
    ("halt", 0x00, &[], &[]),
    ("return", 0x0f, &[], &[]),
    ("call", 0x10, &[], &[]),
    ("br", 0x0c, &[], &[]),
    ("br_if", 0x0d, &[I32], &[]),
    ("drop", 0x1a, &[I32], &[]),
    ("select", 0x1b, &[I32, I32, I32], &[I32]),
    ("local.get", 0x20, &[], &[I32]),
    ("local.set", 0x21, &[I32], &[]),
    ("local.tee", 0x22, &[I32], &[I32]),
    ("global.get", 0x23, &[], &[I32]),
    ("global.set", 0x24, &[I32], &[]),
    ("i32.load", 0x28, &[I32], &[I32]),
    ("i32.load8_s", 0x2c, &[I32], &[I32]),
    ("i32.load8_u", 0x2d, &[I32], &[I32]),
    ("i32.load16_s", 0x2e, &[I32], &[I32]),
    ("i32.load16_u", 0x2f, &[I32], &[I32]),
    ("i32.store", 0x36, &[I32, I32], &[]),
    ("i32.store8", 0x3a, &[I32, I32], &[]),
    ("i32.store16", 0x3b, &[I32, I32], &[]),
    ("i32.const", 0x41, &[], &[I32]),
    ("i32.eqz", 0x45, &[I32], &[I32]),
    ("i32.eq", 0x46, &[I32, I32], &[I32]),
    ("i32.ne", 0x47, &[I32, I32], &[I32]),
    ("i32.lt_s", 0x48, &[I32, I32], &[I32]),
    ("i32.lt_u", 0x49, &[I32, I32], &[I32]),
    ("i32.gt_s", 0x4a, &[I32, I32], &[I32]),
    ("i32.gt_u", 0x4b, &[I32, I32], &[I32]),
    ("i32.le_s", 0x4c, &[I32, I32], &[I32]),
    ("i32.le_u", 0x4d, &[I32, I32], &[I32]),
    ("i32.ge_s", 0x4e, &[I32, I32], &[I32]),
    ("i32.ge_u", 0x4f, &[I32, I32], &[I32]),
    ("i32.add", 0x6a, &[I32, I32], &[I32]),
    ("i32.sub", 0x6b, &[I32, I32], &[I32]),
    ("output", 0xff, &[I32], &[]),
    ("input_base", 0xfe, &[], &[]),
];

const HARD: &[Row] = &[
    ("i32.mul", 0x6c, &[I32, I32], &[I32]),
    ("i32.div_s", 0x6d, &[I32, I32], &[I32]),
    ("i32.div_u", 0x6e, &[I32, I32], &[I32]),
    ("i32.rem_s", 0x6f, &[I32, I32], &[I32]),
    ("i32.rem_u", 0x70, &[I32, I32], &[I32]),
    ("i32.and", 0x71, &[I32, I32], &[I32]),
    ("i32.or", 0x72, &[I32, I32], &[I32]),
    ("i32.xor", 0x73, &[I32, I32], &[I32]),
    ("i32.shl", 0x74, &[I32, I32], &[I32]),
    ("i32.shr_s", 0x75, &[I32, I32], &[I32]),
    ("i32.shr_u", 0x76, &[I32, I32], &[I32]),
    ("i32.rotl", 0x77, &[I32, I32], &[I32]),
    ("i32.rotr", 0x78, &[I32, I32], &[I32]),
    ("i32.clz", 0x67, &[I32], &[I32]),
    ("i32.ctz", 0x68, &[I32], &[I32]),
    ("i32.popcnt", 0x69, &[I32], &[I32]),
    ("i32.extend8_s", 0xc0, &[I32], &[I32]),
    ("i32.extend16_s", 0xc1, &[I32], &[I32]),
    ("unreachable", 0xfd, &[], &[]),
];

/// Control, memory and 64-bit integers.
const REST: &[Row] = &[
    ("br_table", 0x0e, &[I32], &[]),
    ("trap.divide_by_zero", 0xf5, &[], &[]),
    ("trap.integer_overflow", 0xf6, &[], &[]),
    ("trap.out_of_bounds", 0xf7, &[], &[]),
    ("trap.undefined_element", 0xf8, &[], &[]),
    ("trap.uninitialized_element", 0xf9, &[], &[]),
    ("trap.indirect_call_type_mismatch", 0xfa, &[], &[]),
    ("memory.declare", 0xfb, &[], &[]),
    ("memory.size", 0x3f, &[], &[I32]),
    ("memory.grow", 0x40, &[I32], &[I32]),
    ("drop64", 0xd0, &[I64], &[]),
    ("select64", 0xd1, &[I64, I64, I32], &[I64]),
    ("local.get64", 0xd2, &[], &[I64]),
    ("local.set64", 0xd3, &[I64], &[]),
    ("local.tee64", 0xd4, &[I64], &[I64]),
    ("global.get64", 0xd5, &[], &[I64]),
    ("global.set64", 0xd6, &[I64], &[]),
    ("i64.const", 0x42, &[], &[I64]),
    ("i64.load", 0x29, &[I32], &[I64]),
    ("i64.load8_s", 0x30, &[I32], &[I64]),
    ("i64.load8_u", 0x31, &[I32], &[I64]),
    ("i64.load16_s", 0x32, &[I32], &[I64]),
    ("i64.load16_u", 0x33, &[I32], &[I64]),
    ("i64.load32_s", 0x34, &[I32], &[I64]),
    ("i64.load32_u", 0x35, &[I32], &[I64]),
    ("i64.store", 0x37, &[I32, I64], &[]),
    ("i64.store8", 0x3c, &[I32, I64], &[]),
    ("i64.store16", 0x3d, &[I32, I64], &[]),
    ("i64.store32", 0x3e, &[I32, I64], &[]),
    ("i64.eqz", 0x50, &[I64], &[I32]),
    ("i64.eq", 0x51, &[I64, I64], &[I32]),
    ("i64.ne", 0x52, &[I64, I64], &[I32]),
    ("i64.lt_s", 0x53, &[I64, I64], &[I32]),
    ("i64.lt_u", 0x54, &[I64, I64], &[I32]),
    ("i64.gt_s", 0x55, &[I64, I64], &[I32]),
    ("i64.gt_u", 0x56, &[I64, I64], &[I32]),
    ("i64.le_s", 0x57, &[I64, I64], &[I32]),
    ("i64.le_u", 0x58, &[I64, I64], &[I32]),
    ("i64.ge_s", 0x59, &[I64, I64], &[I32]),
    ("i64.ge_u", 0x5a, &[I64, I64], &[I32]),
    ("i64.clz", 0x79, &[I64], &[I64]),
    ("i64.ctz", 0x7a, &[I64], &[I64]),
    ("i64.popcnt", 0x7b, &[I64], &[I64]),
    ("i64.add", 0x7c, &[I64, I64], &[I64]),
    ("i64.sub", 0x7d, &[I64, I64], &[I64]),
    ("i64.mul", 0x7e, &[I64, I64], &[I64]),
    ("i64.and", 0x83, &[I64, I64], &[I64]),
    ("i64.or", 0x84, &[I64, I64], &[I64]),
    ("i64.xor", 0x85, &[I64, I64], &[I64]),
    ("i64.shl", 0x86, &[I64, I64], &[I64]),
    ("i64.shr_s", 0x87, &[I64, I64], &[I64]),
    ("i64.shr_u", 0x88, &[I64, I64], &[I64]),
    ("i64.rotl", 0x89, &[I64, I64], &[I64]),
    ("i64.rotr", 0x8a, &[I64, I64], &[I64]),
    ("i64.extend_i32_s", 0xac, &[I32], &[I32, I32]),
    ("i64.extend8_s", 0xc2, &[I64], &[I64]),
    ("i64.extend16_s", 0xc3, &[I64], &[I64]),
];

fn mnemonic(&(name, code, operands, results): &Row) -> Mnemonic {
    Mnemonic {
        name: name.to_owned(),
        code: Code(code),
        operands: operands.to_vec(),
        results: results.to_vec(),
        stores_to_stack: !results.is_empty() && !name.starts_with("local.tee"),
        documentation: String::new(),
    }
}

/// The 36 classic opcodes.
pub(crate) fn classic() -> InstructionSet {
    InstructionSet::new(CLASSIC.iter().map(mnemonic).collect())
}

/// All opcodes.
pub(crate) fn full() -> InstructionSet {
    InstructionSet::new(CLASSIC.iter().chain(HARD).chain(REST).map(mnemonic).collect()).with_traps()
}

/// Is there a clang? In continuous integration there must be.
pub(crate) fn has_clang() -> bool {
    tools::is_here("clang", clang::find(&CompileOptions::default()).is_ok())
}

#[test]
fn these_are_the_opcodes_that_the_machines_declare() {
    for (set, machine) in [(classic(), Machine::classic()), (full(), Machine::full())] {
        let declared = machine.instruction_set();
        assert_eq!(set.mnemonics().len(), declared.mnemonics().len());
        for one in declared.mnemonics() {
            let undocumented = Mnemonic { documentation: String::new(), ..one.clone() };
            assert_eq!(set.by_name(&one.name), Some(&undocumented));
        }
    }
}
