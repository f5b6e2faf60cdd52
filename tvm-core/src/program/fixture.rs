//! The instruction sets of the token language, written out for the tests of the front end. The
//! real ones are built from the opcode declarations of a machine.

use super::{Code, InstructionSet, Mnemonic};

type Row = (&'static str, u8, u8, u8);

/// Name, code, pops, pushes.
const CLASSIC: &[Row] = &[
    ("halt", 0x00, 0, 0),
    ("return", 0x0f, 0, 0),
    ("call", 0x10, 0, 0),
    ("br", 0x0c, 0, 0),
    ("br_if", 0x0d, 1, 0),
    ("drop", 0x1a, 1, 0),
    ("select", 0x1b, 3, 1),
    ("local.get", 0x20, 0, 1),
    ("local.set", 0x21, 1, 0),
    ("local.tee", 0x22, 1, 1),
    ("global.get", 0x23, 0, 1),
    ("global.set", 0x24, 1, 0),
    ("i32.load", 0x28, 1, 1),
    ("i32.load8_s", 0x2c, 1, 1),
    ("i32.load8_u", 0x2d, 1, 1),
    ("i32.load16_s", 0x2e, 1, 1),
    ("i32.load16_u", 0x2f, 1, 1),
    ("i32.store", 0x36, 2, 0),
    ("i32.store8", 0x3a, 2, 0),
    ("i32.store16", 0x3b, 2, 0),
    ("i32.const", 0x41, 0, 1),
    ("i32.eqz", 0x45, 1, 1),
    ("i32.eq", 0x46, 2, 1),
    ("i32.ne", 0x47, 2, 1),
    ("i32.lt_s", 0x48, 2, 1),
    ("i32.lt_u", 0x49, 2, 1),
    ("i32.gt_s", 0x4a, 2, 1),
    ("i32.gt_u", 0x4b, 2, 1),
    ("i32.le_s", 0x4c, 2, 1),
    ("i32.le_u", 0x4d, 2, 1),
    ("i32.ge_s", 0x4e, 2, 1),
    ("i32.ge_u", 0x4f, 2, 1),
    ("i32.add", 0x6a, 2, 1),
    ("i32.sub", 0x6b, 2, 1),
    ("output", 0xff, 1, 0),
    ("input_base", 0xfe, 0, 0),
];

const HARD: &[Row] = &[
    ("i32.mul", 0x6c, 2, 1),
    ("i32.div_s", 0x6d, 2, 1),
    ("i32.div_u", 0x6e, 2, 1),
    ("i32.rem_s", 0x6f, 2, 1),
    ("i32.rem_u", 0x70, 2, 1),
    ("i32.and", 0x71, 2, 1),
    ("i32.or", 0x72, 2, 1),
    ("i32.xor", 0x73, 2, 1),
    ("i32.shl", 0x74, 2, 1),
    ("i32.shr_s", 0x75, 2, 1),
    ("i32.shr_u", 0x76, 2, 1),
    ("i32.rotl", 0x77, 2, 1),
    ("i32.rotr", 0x78, 2, 1),
    ("i32.clz", 0x67, 1, 1),
    ("i32.ctz", 0x68, 1, 1),
    ("i32.popcnt", 0x69, 1, 1),
    ("i32.extend8_s", 0xc0, 1, 1),
    ("i32.extend16_s", 0xc1, 1, 1),
    ("unreachable", 0xfd, 0, 0),
];

/// Control, memory and 64-bit integers.
const REST: &[Row] = &[
    ("br_table", 0x0e, 1, 0),
    ("trap.divide_by_zero", 0xf5, 0, 0),
    ("trap.integer_overflow", 0xf6, 0, 0),
    ("trap.out_of_bounds", 0xf7, 0, 0),
    ("trap.undefined_element", 0xf8, 0, 0),
    ("trap.uninitialized_element", 0xf9, 0, 0),
    ("trap.indirect_call_type_mismatch", 0xfa, 0, 0),
    ("memory.declare", 0xfb, 0, 0),
    ("memory.size", 0x3f, 0, 1),
    ("memory.grow", 0x40, 1, 1),
    ("drop64", 0xd0, 2, 0),
    ("select64", 0xd1, 5, 2),
    ("local.get64", 0xd2, 0, 2),
    ("local.set64", 0xd3, 2, 0),
    ("local.tee64", 0xd4, 2, 2),
    ("global.get64", 0xd5, 0, 2),
    ("global.set64", 0xd6, 2, 0),
    ("i64.const", 0x42, 0, 2),
    ("i64.load", 0x29, 1, 2),
    ("i64.load8_s", 0x30, 1, 2),
    ("i64.load8_u", 0x31, 1, 2),
    ("i64.load16_s", 0x32, 1, 2),
    ("i64.load16_u", 0x33, 1, 2),
    ("i64.load32_s", 0x34, 1, 2),
    ("i64.load32_u", 0x35, 1, 2),
    ("i64.store", 0x37, 3, 0),
    ("i64.store8", 0x3c, 3, 0),
    ("i64.store16", 0x3d, 3, 0),
    ("i64.store32", 0x3e, 3, 0),
    ("i64.eqz", 0x50, 2, 1),
    ("i64.eq", 0x51, 4, 1),
    ("i64.ne", 0x52, 4, 1),
    ("i64.lt_s", 0x53, 4, 1),
    ("i64.lt_u", 0x54, 4, 1),
    ("i64.gt_s", 0x55, 4, 1),
    ("i64.gt_u", 0x56, 4, 1),
    ("i64.le_s", 0x57, 4, 1),
    ("i64.le_u", 0x58, 4, 1),
    ("i64.ge_s", 0x59, 4, 1),
    ("i64.ge_u", 0x5a, 4, 1),
    ("i64.clz", 0x79, 2, 2),
    ("i64.ctz", 0x7a, 2, 2),
    ("i64.popcnt", 0x7b, 2, 2),
    ("i64.add", 0x7c, 4, 2),
    ("i64.sub", 0x7d, 4, 2),
    ("i64.mul", 0x7e, 4, 2),
    ("i64.and", 0x83, 4, 2),
    ("i64.or", 0x84, 4, 2),
    ("i64.xor", 0x85, 4, 2),
    ("i64.shl", 0x86, 4, 2),
    ("i64.shr_s", 0x87, 4, 2),
    ("i64.shr_u", 0x88, 4, 2),
    ("i64.rotl", 0x89, 4, 2),
    ("i64.rotr", 0x8a, 4, 2),
    ("i64.extend_i32_s", 0xac, 1, 2),
    ("i64.extend8_s", 0xc2, 2, 2),
    ("i64.extend16_s", 0xc3, 2, 2),
];

fn mnemonic(&(name, code, pops, pushes): &Row) -> Mnemonic {
    Mnemonic {
        name: name.to_owned(),
        code: Code(code),
        pops,
        pushes,
        stores_to_stack: pushes > 0 && !name.starts_with("local.tee"),
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
