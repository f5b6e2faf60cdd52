//! Every operator of floating point, with what Rust's own f32 and f64 say of it. Numbers are their bits.

use tvm_program::ValueType::{self, F32, F64, I32, I64};

/// What comes of an operator: the bits of its result, or the kind of trap.
pub type Answer = Result<u64, &'static str>;

/// An operator.
pub struct Operator {
    /// Its name in the text format.
    pub name: &'static str,
    /// The types of what it takes.
    pub parameters: &'static [ValueType],
    /// The type of its result.
    pub result: ValueType,
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

/// A result of arithmetic: a NaN is the canonical one.
trait Number: Copy {
    fn bits(self) -> u64;
}

impl Number for f32 {
    fn bits(self) -> u64 {
        if self.is_nan() { 0x7fc0_0000 } else { self.to_bits().into() }
    }
}

impl Number for f64 {
    fn bits(self) -> u64 {
        if self.is_nan() { 0x7ff8_0000_0000_0000 } else { self.to_bits() }
    }
}

/// The lesser or the greater of two numbers, as WebAssembly has them: a NaN if one is, and -0 below 0.
macro_rules! extreme {
    ($a:expr, $b:expr, $choose:ident, $of_equal:tt) => {{
        let (a, b) = ($a, $b);
        match a.partial_cmp(&b) {
            None => (a + b).bits(),
            Some(std::cmp::Ordering::Equal) => a.to_bits() as u64 $of_equal b.to_bits() as u64,
            Some(_) => a.$choose(b).bits(),
        }
    }};
}

/// A conversion to an integer that traps: its limits are powers of two, which are exact.
macro_rules! truncate {
    ($number:expr, $integer:ty) => {{
        let number = f64::from($number);
        let beyond = 2.0_f64.powi(<$integer>::BITS as i32 - (<$integer>::MIN != 0) as i32);
        let least = if <$integer>::MIN == 0 { 0.0 } else { -beyond };
        match number.trunc() {
            whole if whole.is_nan() => Err("invalid_conversion_to_integer"),
            whole if whole < least || whole >= beyond => Err("integer_overflow"),
            whole => Ok(integer(whole as $integer as i128, <$integer>::BITS)),
        }
    }};
}

/// The bits of an integer.
fn integer(value: i128, bits: u32) -> u64 {
    value as u64 & u64::MAX >> (64 - bits)
}

macro_rules! operators {
    ($( $name:literal ($($parameter:ident),*) $result:ident, |$a:tt, $b:tt| $body:expr; )*) => {
        &[ $( Operator {
            name: $name,
            parameters: &[$($parameter),*],
            result: $result,
            by_rust: |$a, $b| $body,
        } ),* ]
    };
}

/// All of them.
pub const OPERATORS: &[Operator] = operators! {
    "f32.eq" (F32, F32) I32, |a, b| Ok((f(a) == f(b)).into());
    "f32.ne" (F32, F32) I32, |a, b| Ok((f(a) != f(b)).into());
    "f32.lt" (F32, F32) I32, |a, b| Ok((f(a) < f(b)).into());
    "f32.gt" (F32, F32) I32, |a, b| Ok((f(a) > f(b)).into());
    "f32.le" (F32, F32) I32, |a, b| Ok((f(a) <= f(b)).into());
    "f32.ge" (F32, F32) I32, |a, b| Ok((f(a) >= f(b)).into());
    "f64.eq" (F64, F64) I32, |a, b| Ok((d(a) == d(b)).into());
    "f64.ne" (F64, F64) I32, |a, b| Ok((d(a) != d(b)).into());
    "f64.lt" (F64, F64) I32, |a, b| Ok((d(a) < d(b)).into());
    "f64.gt" (F64, F64) I32, |a, b| Ok((d(a) > d(b)).into());
    "f64.le" (F64, F64) I32, |a, b| Ok((d(a) <= d(b)).into());
    "f64.ge" (F64, F64) I32, |a, b| Ok((d(a) >= d(b)).into());
    "f32.abs" (F32) F32, |a, _| Ok(f(a).abs().to_bits().into());
    "f32.neg" (F32) F32, |a, _| Ok((-f(a)).to_bits().into());
    "f32.copysign" (F32, F32) F32, |a, b| Ok(f(a).copysign(f(b)).to_bits().into());
    "f64.abs" (F64) F64, |a, _| Ok(d(a).abs().to_bits());
    "f64.neg" (F64) F64, |a, _| Ok((-d(a)).to_bits());
    "f64.copysign" (F64, F64) F64, |a, b| Ok(d(a).copysign(d(b)).to_bits());
    "f32.add" (F32, F32) F32, |a, b| Ok((f(a) + f(b)).bits());
    "f32.sub" (F32, F32) F32, |a, b| Ok((f(a) - f(b)).bits());
    "f32.mul" (F32, F32) F32, |a, b| Ok((f(a) * f(b)).bits());
    "f32.div" (F32, F32) F32, |a, b| Ok((f(a) / f(b)).bits());
    "f32.min" (F32, F32) F32, |a, b| Ok(extreme!(f(a), f(b), min, |));
    "f32.max" (F32, F32) F32, |a, b| Ok(extreme!(f(a), f(b), max, &));
    "f64.add" (F64, F64) F64, |a, b| Ok((d(a) + d(b)).bits());
    "f64.sub" (F64, F64) F64, |a, b| Ok((d(a) - d(b)).bits());
    "f64.mul" (F64, F64) F64, |a, b| Ok((d(a) * d(b)).bits());
    "f64.div" (F64, F64) F64, |a, b| Ok((d(a) / d(b)).bits());
    "f64.min" (F64, F64) F64, |a, b| Ok(extreme!(d(a), d(b), min, |));
    "f64.max" (F64, F64) F64, |a, b| Ok(extreme!(d(a), d(b), max, &));
    "f32.sqrt" (F32) F32, |a, _| Ok(f(a).sqrt().bits());
    "f32.ceil" (F32) F32, |a, _| Ok(f(a).ceil().bits());
    "f32.floor" (F32) F32, |a, _| Ok(f(a).floor().bits());
    "f32.trunc" (F32) F32, |a, _| Ok(f(a).trunc().bits());
    "f32.nearest" (F32) F32, |a, _| Ok(f(a).round_ties_even().bits());
    "f64.sqrt" (F64) F64, |a, _| Ok(d(a).sqrt().bits());
    "f64.ceil" (F64) F64, |a, _| Ok(d(a).ceil().bits());
    "f64.floor" (F64) F64, |a, _| Ok(d(a).floor().bits());
    "f64.trunc" (F64) F64, |a, _| Ok(d(a).trunc().bits());
    "f64.nearest" (F64) F64, |a, _| Ok(d(a).round_ties_even().bits());
    "f32.demote_f64" (F64) F32, |a, _| Ok((d(a) as f32).bits());
    "f64.promote_f32" (F32) F64, |a, _| Ok(f64::from(f(a)).bits());
    "f32.convert_i32_s" (I32) F32, |a, _| Ok((a as i32 as f32).bits());
    "f32.convert_i32_u" (I32) F32, |a, _| Ok((a as u32 as f32).bits());
    "f32.convert_i64_s" (I64) F32, |a, _| Ok((a as i64 as f32).bits());
    "f32.convert_i64_u" (I64) F32, |a, _| Ok((a as f32).bits());
    "f64.convert_i32_s" (I32) F64, |a, _| Ok(f64::from(a as i32).bits());
    "f64.convert_i32_u" (I32) F64, |a, _| Ok(f64::from(a as u32).bits());
    "f64.convert_i64_s" (I64) F64, |a, _| Ok((a as i64 as f64).bits());
    "f64.convert_i64_u" (I64) F64, |a, _| Ok((a as f64).bits());
    "i32.trunc_f32_s" (F32) I32, |a, _| truncate!(f(a), i32);
    "i32.trunc_f32_u" (F32) I32, |a, _| truncate!(f(a), u32);
    "i32.trunc_f64_s" (F64) I32, |a, _| truncate!(d(a), i32);
    "i32.trunc_f64_u" (F64) I32, |a, _| truncate!(d(a), u32);
    "i64.trunc_f32_s" (F32) I64, |a, _| truncate!(f(a), i64);
    "i64.trunc_f32_u" (F32) I64, |a, _| truncate!(f(a), u64);
    "i64.trunc_f64_s" (F64) I64, |a, _| truncate!(d(a), i64);
    "i64.trunc_f64_u" (F64) I64, |a, _| truncate!(d(a), u64);
    "i32.trunc_sat_f32_s" (F32) I32, |a, _| Ok((f(a) as i32 as u32).into());
    "i32.trunc_sat_f32_u" (F32) I32, |a, _| Ok((f(a) as u32).into());
    "i32.trunc_sat_f64_s" (F64) I32, |a, _| Ok((d(a) as i32 as u32).into());
    "i32.trunc_sat_f64_u" (F64) I32, |a, _| Ok((d(a) as u32).into());
    "i64.trunc_sat_f32_s" (F32) I64, |a, _| Ok(f(a) as i64 as u64);
    "i64.trunc_sat_f32_u" (F32) I64, |a, _| Ok(f(a) as u64);
    "i64.trunc_sat_f64_s" (F64) I64, |a, _| Ok(d(a) as i64 as u64);
    "i64.trunc_sat_f64_u" (F64) I64, |a, _| Ok(d(a) as u64);
    "i32.reinterpret_f32" (F32) I32, |a, _| Ok(a);
    "i64.reinterpret_f64" (F64) I64, |a, _| Ok(a);
    "f32.reinterpret_i32" (I32) F32, |a, _| Ok(a);
    "f64.reinterpret_i64" (I64) F64, |a, _| Ok(a);
};
