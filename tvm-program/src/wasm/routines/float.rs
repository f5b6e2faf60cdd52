//! The operators of floating point that are no opcodes, by integers.
//!
//! A number is the integer of its bits. A result that is a NaN is the canonical one: positive, quiet, and
//! nothing else in its mantissa. Results are rounded to nearest, ties to even, subnormal ones too.
//!
//! The operators of a text differ in what stands for its places in braces; `{name}` is an operator's name
//! without its type.

use super::{OperatorRoutine, plain};
use crate::ValueType::{self, F32, F64, I32, I64};
use crate::wasm::module::{HostBody, HostModule};

/// What stands in a text for its places.
type Places = &'static [(&'static str, &'static str)];

/// An operator of one number.
const fn unary(
    name: &'static str,
    results: &'static [ValueType],
    text: &'static str,
    places: Places,
) -> OperatorRoutine {
    OperatorRoutine { name, parameters: 1, results, text, places }
}

const INTEGRAL_32: &str = include_str!("float/integral_f32.wat");
const INTEGRAL_64: &str = include_str!("float/integral_f64.wat");
const TRUNCATE_32_TO_32: &str = include_str!("float/truncate_f32_i32.wat");
const TRUNCATE_64_TO_32: &str = include_str!("float/truncate_f64_i32.wat");
const TRUNCATE_32_TO_64: &str = include_str!("float/truncate_f32_i64.wat");
const TRUNCATE_64_TO_64: &str = include_str!("float/truncate_f64_i64.wat");

/// When a fraction makes the magnitude of the integer greater, of an f32 and of an f64.
const TRUNC: Places = &[("{away}", "(i32.const 0)")];
const FLOOR_32: Places = &[("{away}", "(i32.lt_s (local.get $x) (i32.const 0))")];
const FLOOR_64: Places = &[("{away}", "(i32.lt_s (local.get $high) (i32.const 0))")];
const CEIL_32: Places = &[("{away}", "(i32.ge_s (local.get $x) (i32.const 0))")];
const CEIL_64: Places = &[("{away}", "(i32.ge_s (local.get $high) (i32.const 0))")];

/// The magnitudes of the greatest and of the least integer, and what becomes of numbers outside.
macro_rules! range {
    (traps, $greatest:literal, $least:literal) => {
        &[
            ("{greatest}", $greatest),
            ("{least}", $least),
            ("{else}", "traps"),
            ("{not a number}", "(call $invalid_conversion_to_integer)"),
            ("{outside}", "(call $integer_overflow)"),
        ]
    };
    (saturates, $greatest:literal, $least:literal, $zero:literal) => {
        &[
            ("{greatest}", $greatest),
            ("{least}", $least),
            ("{else}", "becomes that"),
            ("{not a number}", $zero),
            ("{outside}", "(local.set $magnitude (local.get $limit))"),
        ]
    };
}

const I32_OR_TRAP: Places = range!(traps, "0x7fffffff", "0x80000000");
const U32_OR_TRAP: Places = range!(traps, "0xffffffff", "0");
const I64_OR_TRAP: Places = range!(traps, "0x7fffffffffffffff", "0x8000000000000000");
const U64_OR_TRAP: Places = range!(traps, "0xffffffffffffffff", "0");
const NEAREST_I32: Places = range!(saturates, "0x7fffffff", "0x80000000", "(return (i32.const 0))");
const NEAREST_U32: Places = range!(saturates, "0xffffffff", "0", "(return (i32.const 0))");
const NEAREST_I64: Places =
    range!(saturates, "0x7fffffffffffffff", "0x8000000000000000", "(return (i64.const 0))");
const NEAREST_U64: Places = range!(saturates, "0xffffffffffffffff", "0", "(return (i64.const 0))");

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
    unary("f32.ceil", &[F32], INTEGRAL_32, CEIL_32),
    unary("f32.floor", &[F32], INTEGRAL_32, FLOOR_32),
    unary("f32.trunc", &[F32], INTEGRAL_32, TRUNC),
    unary("f64.ceil", &[F64], INTEGRAL_64, CEIL_64),
    unary("f64.floor", &[F64], INTEGRAL_64, FLOOR_64),
    unary("f64.trunc", &[F64], INTEGRAL_64, TRUNC),
    plain("f32.nearest", 1, &[F32], include_str!("float/nearest_f32.wat")),
    plain("f64.nearest", 1, &[F64], include_str!("float/nearest_f64.wat")),
    unary("i32.trunc_f32_s", &[I32], TRUNCATE_32_TO_32, I32_OR_TRAP),
    unary("i32.trunc_f32_u", &[I32], TRUNCATE_32_TO_32, U32_OR_TRAP),
    unary("i32.trunc_f64_s", &[I32], TRUNCATE_64_TO_32, I32_OR_TRAP),
    unary("i32.trunc_f64_u", &[I32], TRUNCATE_64_TO_32, U32_OR_TRAP),
    unary("i64.trunc_f32_s", &[I64], TRUNCATE_32_TO_64, I64_OR_TRAP),
    unary("i64.trunc_f32_u", &[I64], TRUNCATE_32_TO_64, U64_OR_TRAP),
    unary("i64.trunc_f64_s", &[I64], TRUNCATE_64_TO_64, I64_OR_TRAP),
    unary("i64.trunc_f64_u", &[I64], TRUNCATE_64_TO_64, U64_OR_TRAP),
    unary("i32.trunc_sat_f32_s", &[I32], TRUNCATE_32_TO_32, NEAREST_I32),
    unary("i32.trunc_sat_f32_u", &[I32], TRUNCATE_32_TO_32, NEAREST_U32),
    unary("i32.trunc_sat_f64_s", &[I32], TRUNCATE_64_TO_32, NEAREST_I32),
    unary("i32.trunc_sat_f64_u", &[I32], TRUNCATE_64_TO_32, NEAREST_U32),
    unary("i64.trunc_sat_f32_s", &[I64], TRUNCATE_32_TO_64, NEAREST_I64),
    unary("i64.trunc_sat_f32_u", &[I64], TRUNCATE_32_TO_64, NEAREST_U64),
    unary("i64.trunc_sat_f64_s", &[I64], TRUNCATE_64_TO_64, NEAREST_I64),
    unary("i64.trunc_sat_f64_u", &[I64], TRUNCATE_64_TO_64, NEAREST_U64),
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
