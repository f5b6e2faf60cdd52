//! Instruction sets with steps of arithmetic in floating point that no machine has yet, by name and type:
//! those of a machine with the steps that it lacks.

use tvm_program::ValueType::{self, F32, F64, I32, I64};
use tvm_program::{Code, InstructionSet, Mnemonic};

/// A step: its name, what it reads, and what it leaves there.
type Step = (&'static str, &'static [ValueType], &'static [ValueType]);

/// All of them.
const STEPS: [Step; 22] = [
    ("f32.scale_ceil", &[F32], &[F32, I32]),
    ("f32.scale_floor", &[F32], &[F32, I32]),
    ("f32.scale_trunc", &[F32], &[F32, I32]),
    ("f32.scale_nearest", &[F32], &[F32, I32]),
    ("f64.scale_ceil", &[F64], &[F64, I32]),
    ("f64.scale_floor", &[F64], &[F64, I32]),
    ("f64.scale_trunc", &[F64], &[F64, I32]),
    ("f64.scale_nearest", &[F64], &[F64, I32]),
    ("f32.whole", &[F32, I32], &[F32, I32, I64]),
    ("f64.whole", &[F64, I32], &[F64, I32, I64]),
    ("i32.truncation_s", &[I32, I64], &[I32, I64, I32]),
    ("i32.truncation_u", &[I32, I64], &[I32, I64, I32]),
    ("i32.truncation_sat_s", &[I32, I64], &[I32, I64, I32]),
    ("i32.truncation_sat_u", &[I32, I64], &[I32, I64, I32]),
    ("i64.truncation_s", &[I32, I64], &[I32, I64, I32]),
    ("i64.truncation_u", &[I32, I64], &[I32, I64, I32]),
    ("i64.truncation_sat_s", &[I32, I64], &[I32, I64, I32]),
    ("i64.truncation_sat_u", &[I32, I64], &[I32, I64, I32]),
    ("i32.truncated1", &[I32, I32, I64, I32], &[I32]),
    ("i32.truncated2", &[I64, I32, I64, I32], &[I32]),
    ("i64.truncated1", &[I32, I32, I64, I32], &[I64]),
    ("i64.truncated2", &[I64, I32, I64, I32], &[I64]),
];

/// A set and the steps that it lacks, with codes that are free.
pub fn with_steps(set: &InstructionSet) -> InstructionSet {
    let mut free = (0..=u8::MAX).map(Code).filter(|&code| set.by_code(code).is_none());
    let lacking = STEPS.iter().filter(|(name, ..)| set.by_name(name).is_none());
    let steps: Vec<Mnemonic> =
        lacking.map(|step| mnemonic(step, free.next().expect("a code is free"))).collect();
    let with_steps = InstructionSet::new([set.mnemonics(), &steps].concat());
    if set.traps() { with_steps.with_traps() } else { with_steps }
}

fn mnemonic((name, operands, results): &Step, code: Code) -> Mnemonic {
    Mnemonic {
        name: (*name).to_owned(),
        code,
        operands: operands.to_vec(),
        results: results.to_vec(),
        declaration: (*name).to_owned(),
        parameter: None,
        opposite: None,
        stores_to_stack: true,
        documentation: String::new(),
    }
}
