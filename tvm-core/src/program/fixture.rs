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

fn mnemonic(&(name, code, pops, pushes): &Row) -> Mnemonic {
    Mnemonic {
        name: name.to_owned(),
        code: Code(code),
        pops,
        pushes,
        stores_to_stack: pushes == 1 && name != "local.tee",
        documentation: String::new(),
    }
}

/// The 36 classic opcodes.
pub(crate) fn classic() -> InstructionSet {
    InstructionSet::new(CLASSIC.iter().map(mnemonic).collect())
}

/// The classic opcodes, the hard i32 operators and `unreachable`.
pub(crate) fn full() -> InstructionSet {
    InstructionSet::new(CLASSIC.iter().chain(HARD).map(mnemonic).collect())
}
