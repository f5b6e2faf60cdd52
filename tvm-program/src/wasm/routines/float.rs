//! The operators of floating point that are no opcodes, by integers.
//!
//! A number is the integer of its bits. A result that is a NaN is the canonical one: positive, quiet, and
//! nothing else in its mantissa. Results are rounded to nearest, ties to even, subnormal ones too.

use super::{OperatorRoutine, plain};
use crate::ValueType::{F32, F64, I32, I64};
use crate::wasm::module::{HostBody, HostModule};

/// The routines: the parts of several, then the operators.
pub(super) const ROUTINES: &[OperatorRoutine] = &[
    plain("round.f32", 3, &[F32], include_str!("float/round_f32.wat")),
    plain("round.f64", 3, &[F64], include_str!("float/round_f64.wat")),
    plain("normal.f32", 1, &[I32, I32], include_str!("float/normal_f32.wat")),
    plain("normal.f64", 1, &[I64, I32], include_str!("float/normal_f64.wat")),
    plain("f32.div", 2, &[F32], include_str!("float/divide_f32.wat")),
    plain("f64.div", 2, &[F64], include_str!("float/divide_f64.wat")),
    plain("f32.sqrt", 1, &[F32], include_str!("float/root_f32.wat")),
    plain("f64.sqrt", 1, &[F64], include_str!("float/root_f64.wat")),
];

/// The parts of several routines, as imports.
pub(super) fn parts() -> HostModule {
    let part = HostBody::Routine;
    HostModule::new("routine")
        .with_body("round.f32", &[I32, I32, I32], &[I32], part("round.f32"))
        .with_body("round.f64", &[I32, I32, I64], &[I64], part("round.f64"))
        .with_body("normal.f32", &[I32], &[I32, I32], part("normal.f32"))
        .with_body("normal.f64", &[I32, I32], &[I32, I32, I32], part("normal.f64"))
}
