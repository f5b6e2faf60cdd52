//! The steps of arithmetic in floating point by name and type, in instruction sets that have them: those
//! of the machines with the steps that they lack.

use tvm_program::ValueType::{self, F32, F64, I32, I64};
use tvm_program::{Code, InstructionSet, Mnemonic};

/// A step: its name, what it reads, and what it leaves there.
type Step = (&'static str, &'static [ValueType], &'static [ValueType]);

/// All of them.
const STEPS: [Step; 26] = [
    ("f32.scale_sum", &[F32, F32], &[F32, F32, I32]),
    ("f64.scale_sum", &[F64, F64], &[F64, F64, I32]),
    ("f32.scale_difference", &[F32, F32], &[F32, F32, I32]),
    ("f64.scale_difference", &[F64, F64], &[F64, F64, I32]),
    ("f32.scale_product", &[F32, F32], &[F32, F32, I32]),
    ("f64.scale_product", &[F64, F64], &[F64, F64, I32]),
    ("f32.scale", &[F32], &[F32, I32]),
    ("f64.scale", &[F64], &[F64, I32]),
    ("i32.scale_s", &[I32], &[I32, I32]),
    ("i64.scale_s", &[I64], &[I64, I32]),
    ("f32.sum", &[F32, F32, I32], &[F32, F32, I32, I64]),
    ("f64.sum", &[F64, F64, I32], &[F64, F64, I32, I64]),
    ("f32.product", &[F32, F32, I32], &[F32, F32, I32, I64]),
    ("f64.product", &[F64, F64, I32], &[F64, F64, I32, I64]),
    ("f64.product_high", &[F64, F64, I32, I64], &[F64, F64, I32, I64]),
    ("f32.significand", &[F32, I32], &[F32, I32, I64]),
    ("f64.significand", &[F64, I32], &[F64, I32, I64]),
    ("i32.magnitude", &[I32, I32], &[I32, I32, I64]),
    ("i64.magnitude", &[I64, I32], &[I64, I32, I64]),
    ("f32.rounding", &[I32, I64], &[I32, I64, I32]),
    ("f64.rounding", &[I32, I64], &[I32, I64, I32]),
    ("f32.round1", &[I32, I32, I64, I32], &[F32]),
    ("f32.round2", &[I64, I32, I64, I32], &[F32]),
    ("f64.round1", &[I32, I32, I64, I32], &[F64]),
    ("f64.round2", &[I64, I32, I64, I32], &[F64]),
    ("f64.round4", &[F64, F64, I32, I64, I32], &[F64]),
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
