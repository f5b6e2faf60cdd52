//! Operators of floating point that are a few opcodes one after the other: which ones. Each opcode leaves
//! what it finds and puts something above it, and the last one makes the result of all.

use crate::ValueType::{self, F32, F64, I32, I64};

/// An operator as a sequence of opcodes.
pub(crate) struct Sequence {
    operator: &'static str,
    /// How many values it takes.
    pub(crate) parameters: usize,
    /// The type of its result.
    pub(crate) result: ValueType,
    /// The opcodes by their names.
    pub(crate) opcodes: &'static [&'static str],
}

/// The scale of an integer without sign, as `i32.scale_s` has it of one that is not negative: the power of
/// two of its unit, 0, and 2200. That is added in all scales so that none is negative: the least power, of
/// products of two f64, is -2148.
const SCALE_OF_INTEGERS: u32 = 2200;

/// The only opcode of a sequence with an immediate: it pushes the scale of an integer without sign.
const CONSTANT: &str = "i32.const";

/// The operators that are sequences.
const SEQUENCES: &[Sequence] = &[
    binary("f32.add", F32, &["f32.scale_sum", "f32.sum", "f32.rounding", "f32.round2"]),
    binary("f32.sub", F32, &["f32.scale_difference", "f32.sum", "f32.rounding", "f32.round2"]),
    binary("f32.mul", F32, &["f32.scale_product", "f32.product", "f32.rounding", "f32.round2"]),
    binary("f64.add", F64, &["f64.scale_sum", "f64.sum", "f64.rounding", "f64.round4"]),
    binary("f64.sub", F64, &["f64.scale_difference", "f64.sum", "f64.rounding", "f64.round4"]),
    binary(
        "f64.mul",
        F64,
        &["f64.scale_product", "f64.product", "f64.product_high", "f64.rounding", "f64.round4"],
    ),
    unary(
        "f32.convert_i32_s",
        F32,
        &["i32.scale_s", "i32.magnitude", "f32.rounding", "f32.round1"],
    ),
    unary("f32.convert_i32_u", F32, &[CONSTANT, "i32.magnitude", "f32.rounding", "f32.round1"]),
    unary(
        "f32.convert_i64_s",
        F32,
        &["i64.scale_s", "i64.magnitude", "f32.rounding", "f32.round2"],
    ),
    unary("f32.convert_i64_u", F32, &[CONSTANT, "i64.magnitude", "f32.rounding", "f32.round2"]),
    unary(
        "f64.convert_i32_s",
        F64,
        &["i32.scale_s", "i32.magnitude", "f64.rounding", "f64.round1"],
    ),
    unary("f64.convert_i32_u", F64, &[CONSTANT, "i32.magnitude", "f64.rounding", "f64.round1"]),
    unary(
        "f64.convert_i64_s",
        F64,
        &["i64.scale_s", "i64.magnitude", "f64.rounding", "f64.round2"],
    ),
    unary("f64.convert_i64_u", F64, &[CONSTANT, "i64.magnitude", "f64.rounding", "f64.round2"]),
    unary("f32.demote_f64", F32, &["f64.scale", "f64.significand", "f32.rounding", "f32.round2"]),
    unary("f64.promote_f32", F64, &["f32.scale", "f32.significand", "f64.rounding", "f64.round1"]),
    unary("f32.ceil", F32, &["f32.scale_ceil", "f32.whole", "f32.rounding", "f32.round1"]),
    unary("f32.floor", F32, &["f32.scale_floor", "f32.whole", "f32.rounding", "f32.round1"]),
    unary("f32.trunc", F32, &["f32.scale_trunc", "f32.whole", "f32.rounding", "f32.round1"]),
    unary("f32.nearest", F32, &["f32.scale_nearest", "f32.whole", "f32.rounding", "f32.round1"]),
    unary("f64.ceil", F64, &["f64.scale_ceil", "f64.whole", "f64.rounding", "f64.round2"]),
    unary("f64.floor", F64, &["f64.scale_floor", "f64.whole", "f64.rounding", "f64.round2"]),
    unary("f64.trunc", F64, &["f64.scale_trunc", "f64.whole", "f64.rounding", "f64.round2"]),
    unary("f64.nearest", F64, &["f64.scale_nearest", "f64.whole", "f64.rounding", "f64.round2"]),
    unary(
        "i32.trunc_f32_s",
        I32,
        &["f32.scale", "f32.significand", "i32.truncation_s", "i32.truncated1"],
    ),
    unary(
        "i32.trunc_f32_u",
        I32,
        &["f32.scale", "f32.significand", "i32.truncation_u", "i32.truncated1"],
    ),
    unary(
        "i32.trunc_f64_s",
        I32,
        &["f64.scale", "f64.significand", "i32.truncation_s", "i32.truncated2"],
    ),
    unary(
        "i32.trunc_f64_u",
        I32,
        &["f64.scale", "f64.significand", "i32.truncation_u", "i32.truncated2"],
    ),
    unary(
        "i32.trunc_sat_f32_s",
        I32,
        &["f32.scale", "f32.significand", "i32.truncation_sat_s", "i32.truncated1"],
    ),
    unary(
        "i32.trunc_sat_f32_u",
        I32,
        &["f32.scale", "f32.significand", "i32.truncation_sat_u", "i32.truncated1"],
    ),
    unary(
        "i32.trunc_sat_f64_s",
        I32,
        &["f64.scale", "f64.significand", "i32.truncation_sat_s", "i32.truncated2"],
    ),
    unary(
        "i32.trunc_sat_f64_u",
        I32,
        &["f64.scale", "f64.significand", "i32.truncation_sat_u", "i32.truncated2"],
    ),
    unary(
        "i64.trunc_f32_s",
        I64,
        &["f32.scale", "f32.significand", "i64.truncation_s", "i64.truncated1"],
    ),
    unary(
        "i64.trunc_f32_u",
        I64,
        &["f32.scale", "f32.significand", "i64.truncation_u", "i64.truncated1"],
    ),
    unary(
        "i64.trunc_f64_s",
        I64,
        &["f64.scale", "f64.significand", "i64.truncation_s", "i64.truncated2"],
    ),
    unary(
        "i64.trunc_f64_u",
        I64,
        &["f64.scale", "f64.significand", "i64.truncation_u", "i64.truncated2"],
    ),
    unary(
        "i64.trunc_sat_f32_s",
        I64,
        &["f32.scale", "f32.significand", "i64.truncation_sat_s", "i64.truncated1"],
    ),
    unary(
        "i64.trunc_sat_f32_u",
        I64,
        &["f32.scale", "f32.significand", "i64.truncation_sat_u", "i64.truncated1"],
    ),
    unary(
        "i64.trunc_sat_f64_s",
        I64,
        &["f64.scale", "f64.significand", "i64.truncation_sat_s", "i64.truncated2"],
    ),
    unary(
        "i64.trunc_sat_f64_u",
        I64,
        &["f64.scale", "f64.significand", "i64.truncation_sat_u", "i64.truncated2"],
    ),
];

/// An operator of one value.
const fn unary(
    operator: &'static str,
    result: ValueType,
    opcodes: &'static [&'static str],
) -> Sequence {
    Sequence { operator, parameters: 1, result, opcodes }
}

/// An operator of two values.
const fn binary(
    operator: &'static str,
    result: ValueType,
    opcodes: &'static [&'static str],
) -> Sequence {
    Sequence { operator, parameters: 2, result, opcodes }
}

impl Sequence {
    /// That of an operator, if it is one.
    pub(crate) fn named(operator: &str) -> Option<&'static Self> {
        SEQUENCES.iter().find(|sequence| sequence.operator == operator)
    }

    /// The immediate of one of its opcodes.
    pub(crate) fn immediate(opcode: &str) -> u32 {
        if opcode == CONSTANT { SCALE_OF_INTEGERS } else { 0 }
    }
}

/// Is an opcode one step of an operator of floating point? What it gives is defined for what the steps before it
/// leave on the stack, and for nothing else.
pub fn is_step(opcode: &str) -> bool {
    opcode != CONSTANT && SEQUENCES.iter().any(|sequence| sequence.opcodes.contains(&opcode))
}
