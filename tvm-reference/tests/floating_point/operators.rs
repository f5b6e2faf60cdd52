//! The operators that are sequences of steps, with what Rust's own f32 and f64 say of them. Numbers are
//! their bits.

use tvm_program::ValueType::{self, F32, F64, I32, I64};

/// An operator.
pub struct Operator {
    /// Its name in WebAssembly.
    pub name: &'static str,
    /// The types of what it takes.
    pub parameters: &'static [ValueType],
    /// The type of its result.
    pub result: ValueType,
    /// The instructions that it is.
    pub steps: &'static str,
    /// What Rust says.
    pub by_rust: fn(u64, u64) -> u64,
}

/// The f32 with these bits.
fn f(bits: u64) -> f32 {
    f32::from_bits(bits as u32)
}

/// The f64 with these bits.
fn d(bits: u64) -> f64 {
    f64::from_bits(bits)
}

/// The bits of a result: a NaN is the canonical one.
fn narrow(result: f32) -> u64 {
    if result.is_nan() { 0x7fc0_0000 } else { result.to_bits().into() }
}

/// The same of 64 bits.
fn wide(result: f64) -> u64 {
    if result.is_nan() { 0x7ff8_0000_0000_0000 } else { result.to_bits() }
}

macro_rules! operators {
    ($( $name:literal ($($parameter:ident),*) $result:ident, |$a:tt, $b:tt| $body:expr, $steps:literal; )*) => {
        &[ $( Operator {
            name: $name,
            parameters: &[$($parameter),*],
            result: $result,
            steps: $steps,
            by_rust: |$a, $b| $body,
        } ),* ]
    };
}

/// All of them.
pub const OPERATORS: &[Operator] = operators! {
    "f32.add" (F32, F32) F32, |a, b| narrow(f(a) + f(b)),
        "f32.scale_sum; f32.sum; f32.rounding; f32.round2";
    "f32.sub" (F32, F32) F32, |a, b| narrow(f(a) - f(b)),
        "f32.scale_difference; f32.sum; f32.rounding; f32.round2";
    "f32.mul" (F32, F32) F32, |a, b| narrow(f(a) * f(b)),
        "f32.scale_product; f32.product; f32.rounding; f32.round2";
    "f64.add" (F64, F64) F64, |a, b| wide(d(a) + d(b)),
        "f64.scale_sum; f64.sum; f64.rounding; f64.round4";
    "f64.sub" (F64, F64) F64, |a, b| wide(d(a) - d(b)),
        "f64.scale_difference; f64.sum; f64.rounding; f64.round4";
    "f64.mul" (F64, F64) F64, |a, b| wide(d(a) * d(b)),
        "f64.scale_product; f64.product; f64.product_high; f64.rounding; f64.round4";
    "f32.convert_i32_s" (I32) F32, |a, _| narrow(a as i32 as f32),
        "i32.scale_s; i32.magnitude; f32.rounding; f32.round1";
    "f32.convert_i32_u" (I32) F32, |a, _| narrow(a as u32 as f32),
        "i32.const 2200; i32.magnitude; f32.rounding; f32.round1";
    "f32.convert_i64_s" (I64) F32, |a, _| narrow(a as i64 as f32),
        "i64.scale_s; i64.magnitude; f32.rounding; f32.round2";
    "f32.convert_i64_u" (I64) F32, |a, _| narrow(a as f32),
        "i32.const 2200; i64.magnitude; f32.rounding; f32.round2";
    "f64.convert_i32_s" (I32) F64, |a, _| wide(f64::from(a as i32)),
        "i32.scale_s; i32.magnitude; f64.rounding; f64.round1";
    "f64.convert_i32_u" (I32) F64, |a, _| wide(f64::from(a as u32)),
        "i32.const 2200; i32.magnitude; f64.rounding; f64.round1";
    "f64.convert_i64_s" (I64) F64, |a, _| wide(a as i64 as f64),
        "i64.scale_s; i64.magnitude; f64.rounding; f64.round2";
    "f64.convert_i64_u" (I64) F64, |a, _| wide(a as f64),
        "i32.const 2200; i64.magnitude; f64.rounding; f64.round2";
    "f32.demote_f64" (F64) F32, |a, _| narrow(d(a) as f32),
        "f64.scale; f64.significand; f32.rounding; f32.round2";
    "f64.promote_f32" (F32) F64, |a, _| wide(f64::from(f(a))),
        "f32.scale; f32.significand; f64.rounding; f64.round1";
};
