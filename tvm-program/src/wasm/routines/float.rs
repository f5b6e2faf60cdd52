//! The operators of floating point that are no opcodes: quotients and roots, by integers and by steps of
//! arithmetic in floating point.
//!
//! A number is the integer of its bits. A result that is a NaN is the canonical one: positive, quiet, and
//! nothing else in its mantissa. Results are rounded to nearest, ties to even, subnormal ones too.

use super::{OperatorRoutine, plain};
use crate::ValueType::{self, F32, F64, I32, I64};
use crate::wasm::module::{HostBody, HostModule};

/// A routine that is made of steps.
const fn of_steps(
    name: &'static str,
    parameters: usize,
    results: &'static [ValueType],
    text: &'static str,
) -> OperatorRoutine {
    OperatorRoutine { needed: &NEEDED, ..plain(name, parameters, results, text) }
}

/// The steps in the routines.
const NEEDED: [&str; 13] = [
    "f32.scale_product",
    "f32.significand",
    "f32.product",
    "f32.rounding",
    "f32.round1",
    "f32.round2",
    "f64.scale_product",
    "f64.significand",
    "f64.product",
    "f64.product_high",
    "f64.rounding",
    "f64.round1",
    "f64.round4",
];

/// The routines: the parts of several, then the operators.
pub(super) const ROUTINES: &[OperatorRoutine] = &[
    plain("normal.f64", 1, &[I64, I32], include_str!("float/normal_f64.wat")),
    of_steps("divide.f64", 2, &[F64], include_str!("float/divide_any_f64.wat")),
    of_steps("f32.div", 2, &[F32], include_str!("float/divide_f32.wat")),
    of_steps("f64.div", 2, &[F64], include_str!("float/divide_f64.wat")),
    of_steps("f32.sqrt", 1, &[F32], include_str!("float/root_f32.wat")),
    of_steps("f64.sqrt", 1, &[F64], include_str!("float/root_f64.wat")),
];

/// The parts of several routines, as imports.
pub(super) fn parts() -> HostModule {
    let part = HostBody::Routine;
    HostModule::new("routine")
        .with_body("normal.f64", &[I32, I32], &[I32, I32, I32], part("normal.f64"))
        .with_body("divide.f64", &[I32; 4], &[I64], part("divide.f64"))
}

/// Steps of arithmetic in floating point, as imports. A number is its words, the lower one first.
pub(super) fn steps() -> HostModule {
    let step = HostBody::Opcodes;
    HostModule::new("step")
        .with_body("f32.scale_product", &[I32; 2], &[I32; 3], step(&["f32.scale_product"]))
        .with_body("f32.significand", &[I32; 2], &[I32; 4], step(&["f32.significand"]))
        .with_body("f32.product", &[I32; 3], &[I32, I32, I32, I64], step(&["f32.product"]))
        .with_body("f32.round1", &[I32, I32, I64], &[I32], step(&["f32.rounding", "f32.round1"]))
        .with_body(
            "f32.round2",
            &[I32, I32, I32, I64],
            &[I32],
            step(&["f32.rounding", "f32.round2"]),
        )
        .with_body("f64.scale_product", &[I32; 4], &[I32; 5], step(&["f64.scale_product"]))
        .with_body("f64.significand", &[I32; 3], &[I32; 5], step(&["f64.significand"]))
        .with_body(
            "f64.product_high",
            &[I32; 5],
            &[I32; 7],
            step(&["f64.product", "f64.product_high"]),
        )
        .with_body("f64.round1", &[I32, I32, I64], &[I64], step(&["f64.rounding", "f64.round1"]))
        .with_body(
            "f64.round4",
            &[I32, I32, I32, I32, I32, I64],
            &[I64],
            step(&["f64.rounding", "f64.round4"]),
        )
}
