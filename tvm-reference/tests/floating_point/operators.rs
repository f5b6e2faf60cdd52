//! The operators that are sequences of steps, with what Rust's own f32 and f64 say of them. Numbers are
//! their bits.

use tvm_program::ValueType::{self, F32, F64, I32, I64};
use tvm_reference::Trap;

/// What comes of an operator: the bits of its result, or a trap.
pub type Answer = Result<u64, Trap>;

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
    pub by_rust: fn(u64, u64) -> Answer,
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

/// A conversion to an integer that traps: its limits are powers of two, which are exact.
macro_rules! truncate {
    ($number:expr, $integer:ident) => {{
        let number = f64::from($number).trunc();
        let beyond = 2.0 * ($integer::MAX / 2 + 1) as f64;
        let least = $integer::MIN as f64;
        if number.is_nan() {
            Err(Trap::InvalidConversionToInteger)
        } else if number < least || number >= beyond {
            Err(Trap::IntegerOverflow)
        } else {
            Ok(number as $integer as i128 as u64 & u64::MAX >> (64 - $integer::BITS))
        }
    }};
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
    "f32.add" (F32, F32) F32, |a, b| Ok(narrow(f(a) + f(b))),
        "f32.scale_sum; f32.sum; f32.rounding; f32.round2";
    "f32.sub" (F32, F32) F32, |a, b| Ok(narrow(f(a) - f(b))),
        "f32.scale_difference; f32.sum; f32.rounding; f32.round2";
    "f32.mul" (F32, F32) F32, |a, b| Ok(narrow(f(a) * f(b))),
        "f32.scale_product; f32.product; f32.rounding; f32.round2";
    "f64.add" (F64, F64) F64, |a, b| Ok(wide(d(a) + d(b))),
        "f64.scale_sum; f64.sum; f64.rounding; f64.round4";
    "f64.sub" (F64, F64) F64, |a, b| Ok(wide(d(a) - d(b))),
        "f64.scale_difference; f64.sum; f64.rounding; f64.round4";
    "f64.mul" (F64, F64) F64, |a, b| Ok(wide(d(a) * d(b))),
        "f64.scale_product; f64.product; f64.product_high; f64.rounding; f64.round4";
    "f32.convert_i32_s" (I32) F32, |a, _| Ok(narrow(a as i32 as f32)),
        "i32.scale_s; i32.magnitude; f32.rounding; f32.round1";
    "f32.convert_i32_u" (I32) F32, |a, _| Ok(narrow(a as u32 as f32)),
        "i32.const 2200; i32.magnitude; f32.rounding; f32.round1";
    "f32.convert_i64_s" (I64) F32, |a, _| Ok(narrow(a as i64 as f32)),
        "i64.scale_s; i64.magnitude; f32.rounding; f32.round2";
    "f32.convert_i64_u" (I64) F32, |a, _| Ok(narrow(a as f32)),
        "i32.const 2200; i64.magnitude; f32.rounding; f32.round2";
    "f64.convert_i32_s" (I32) F64, |a, _| Ok(wide(f64::from(a as i32))),
        "i32.scale_s; i32.magnitude; f64.rounding; f64.round1";
    "f64.convert_i32_u" (I32) F64, |a, _| Ok(wide(f64::from(a as u32))),
        "i32.const 2200; i32.magnitude; f64.rounding; f64.round1";
    "f64.convert_i64_s" (I64) F64, |a, _| Ok(wide(a as i64 as f64)),
        "i64.scale_s; i64.magnitude; f64.rounding; f64.round2";
    "f64.convert_i64_u" (I64) F64, |a, _| Ok(wide(a as f64)),
        "i32.const 2200; i64.magnitude; f64.rounding; f64.round2";
    "f32.demote_f64" (F64) F32, |a, _| Ok(narrow(d(a) as f32)),
        "f64.scale; f64.significand; f32.rounding; f32.round2";
    "f64.promote_f32" (F32) F64, |a, _| Ok(wide(f64::from(f(a)))),
        "f32.scale; f32.significand; f64.rounding; f64.round1";
    "f32.ceil" (F32) F32, |a, _| Ok(narrow(f(a).ceil())),
        "f32.scale_ceil; f32.whole; f32.rounding; f32.round1";
    "f32.floor" (F32) F32, |a, _| Ok(narrow(f(a).floor())),
        "f32.scale_floor; f32.whole; f32.rounding; f32.round1";
    "f32.trunc" (F32) F32, |a, _| Ok(narrow(f(a).trunc())),
        "f32.scale_trunc; f32.whole; f32.rounding; f32.round1";
    "f32.nearest" (F32) F32, |a, _| Ok(narrow(f(a).round_ties_even())),
        "f32.scale_nearest; f32.whole; f32.rounding; f32.round1";
    "f64.ceil" (F64) F64, |a, _| Ok(wide(d(a).ceil())),
        "f64.scale_ceil; f64.whole; f64.rounding; f64.round2";
    "f64.floor" (F64) F64, |a, _| Ok(wide(d(a).floor())),
        "f64.scale_floor; f64.whole; f64.rounding; f64.round2";
    "f64.trunc" (F64) F64, |a, _| Ok(wide(d(a).trunc())),
        "f64.scale_trunc; f64.whole; f64.rounding; f64.round2";
    "f64.nearest" (F64) F64, |a, _| Ok(wide(d(a).round_ties_even())),
        "f64.scale_nearest; f64.whole; f64.rounding; f64.round2";
    "i32.trunc_f32_s" (F32) I32, |a, _| truncate!(f(a), i32),
        "f32.scale; f32.significand; i32.truncation_s; i32.truncated1";
    "i32.trunc_f32_u" (F32) I32, |a, _| truncate!(f(a), u32),
        "f32.scale; f32.significand; i32.truncation_u; i32.truncated1";
    "i32.trunc_f64_s" (F64) I32, |a, _| truncate!(d(a), i32),
        "f64.scale; f64.significand; i32.truncation_s; i32.truncated2";
    "i32.trunc_f64_u" (F64) I32, |a, _| truncate!(d(a), u32),
        "f64.scale; f64.significand; i32.truncation_u; i32.truncated2";
    "i32.trunc_sat_f32_s" (F32) I32, |a, _| Ok((f(a) as i32 as u32).into()),
        "f32.scale; f32.significand; i32.truncation_sat_s; i32.truncated1";
    "i32.trunc_sat_f32_u" (F32) I32, |a, _| Ok((f(a) as u32).into()),
        "f32.scale; f32.significand; i32.truncation_sat_u; i32.truncated1";
    "i32.trunc_sat_f64_s" (F64) I32, |a, _| Ok((d(a) as i32 as u32).into()),
        "f64.scale; f64.significand; i32.truncation_sat_s; i32.truncated2";
    "i32.trunc_sat_f64_u" (F64) I32, |a, _| Ok((d(a) as u32).into()),
        "f64.scale; f64.significand; i32.truncation_sat_u; i32.truncated2";
    "i64.trunc_f32_s" (F32) I64, |a, _| truncate!(f(a), i64),
        "f32.scale; f32.significand; i64.truncation_s; i64.truncated1";
    "i64.trunc_f32_u" (F32) I64, |a, _| truncate!(f(a), u64),
        "f32.scale; f32.significand; i64.truncation_u; i64.truncated1";
    "i64.trunc_f64_s" (F64) I64, |a, _| truncate!(d(a), i64),
        "f64.scale; f64.significand; i64.truncation_s; i64.truncated2";
    "i64.trunc_f64_u" (F64) I64, |a, _| truncate!(d(a), u64),
        "f64.scale; f64.significand; i64.truncation_u; i64.truncated2";
    "i64.trunc_sat_f32_s" (F32) I64, |a, _| Ok(f(a) as i64 as u64),
        "f32.scale; f32.significand; i64.truncation_sat_s; i64.truncated1";
    "i64.trunc_sat_f32_u" (F32) I64, |a, _| Ok(f(a) as u64),
        "f32.scale; f32.significand; i64.truncation_sat_u; i64.truncated1";
    "i64.trunc_sat_f64_s" (F64) I64, |a, _| Ok(d(a) as i64 as u64),
        "f64.scale; f64.significand; i64.truncation_sat_s; i64.truncated2";
    "i64.trunc_sat_f64_u" (F64) I64, |a, _| Ok(d(a) as u64),
        "f64.scale; f64.significand; i64.truncation_sat_u; i64.truncated2";
};
