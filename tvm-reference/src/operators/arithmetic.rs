//! What the numeric operators compute, by name, for every width. Values are unsigned; an operator that
//! is signed says so by a cast. Operands of a two-operand operator have one type.

use std::cmp::Ordering;

use crate::outcome::Outcome;
use crate::values::{value, width};
use tvm_program::Value;

/// The function of a one-operand operator.
pub(crate) type Unary = fn(Value) -> Outcome;

/// The function of a two-operand operator, the deeper operand first.
pub(crate) type Binary = fn(Value, Value) -> Outcome;

/// The function of the one-operand operator with this name, which is without its type.
pub(crate) fn unary(operator: &str) -> Option<Unary> {
    Some(match operator {
        "eqz" => |a| Outcome::truth(a.unsigned() == 0),
        "clz" => |a| made(a, u64::from(width(a) - used_bits(a))),
        "ctz" => |a| made(a, u64::from(a.unsigned().trailing_zeros().min(width(a)))),
        "popcnt" => |a| made(a, a.unsigned().count_ones().into()),
        "extend8_s" => |a| Outcome::sign_extended(a.value_type(), a.unsigned(), 1),
        "extend16_s" => |a| Outcome::sign_extended(a.value_type(), a.unsigned(), 2),
        _ => return None,
    })
}

/// The function of the two-operand operator with this name, which is without its type. A shift's
/// amount counts modulo the width.
pub(crate) fn binary(operator: &str) -> Option<Binary> {
    Some(match operator {
        "add" => Outcome::sum,
        "sub" => Outcome::difference,
        "mul" => |a, b| made(a, a.unsigned().wrapping_mul(b.unsigned())),
        "and" => |a, b| made(a, a.unsigned() & b.unsigned()),
        "or" => |a, b| made(a, a.unsigned() | b.unsigned()),
        "xor" => |a, b| made(a, a.unsigned() ^ b.unsigned()),
        "shl" => |a, b| made(a, a.unsigned() << amount(b)),
        "shr_s" => |a, b| made(a, (a.signed() >> amount(b)).cast_unsigned()),
        "shr_u" => |a, b| made(a, a.unsigned() >> amount(b)),
        "rotl" => |a, b| rotated_left(a, amount(b)),
        "rotr" => |a, b| rotated_left(a, width(a) - amount(b)),
        "eq" => |a, b| Outcome::truth(a == b),
        "ne" => |a, b| Outcome::truth(a != b),
        "lt_s" => |a, b| Outcome::truth(a.signed() < b.signed()),
        "lt_u" => |a, b| Outcome::truth(a.unsigned() < b.unsigned()),
        "gt_s" => |a, b| Outcome::truth(a.signed() > b.signed()),
        "gt_u" => |a, b| Outcome::truth(a.unsigned() > b.unsigned()),
        "le_s" => |a, b| Outcome::truth(a.signed() <= b.signed()),
        "le_u" => |a, b| Outcome::truth(a.unsigned() <= b.unsigned()),
        "ge_s" => |a, b| Outcome::truth(a.signed() >= b.signed()),
        "ge_u" => |a, b| Outcome::truth(a.unsigned() >= b.unsigned()),
        _ => return None,
    })
}

/// The function of the one-operand operator in floating point with this name, which is without its type.
pub(crate) fn unary_of_floats(operator: &str) -> Option<Unary> {
    Some(match operator {
        "abs" => |a| made(a, a.unsigned() & !sign(a)),
        "neg" => |a| made(a, a.unsigned() ^ sign(a)),
        _ => return None,
    })
}

/// The function of the two-operand operator in floating point with this name, which is without its type.
pub(crate) fn binary_of_floats(operator: &str) -> Option<Binary> {
    Some(match operator {
        "copysign" => |a, b| made(a, a.unsigned() & !sign(a) | b.unsigned() & sign(b)),
        "min" => |a, b| chosen(a, b, Ordering::Less),
        "max" => |a, b| chosen(a, b, Ordering::Greater),
        "eq" => |a, b| Outcome::truth(number(a) == number(b)),
        "ne" => |a, b| Outcome::truth(number(a) != number(b)),
        "lt" => |a, b| Outcome::truth(number(a) < number(b)),
        "gt" => |a, b| Outcome::truth(number(a) > number(b)),
        "le" => |a, b| Outcome::truth(number(a) <= number(b)),
        "ge" => |a, b| Outcome::truth(number(a) >= number(b)),
        _ => return None,
    })
}

/// The bit of a value's sign.
fn sign(a: Value) -> u64 {
    1 << (width(a) - 1)
}

/// The one of two numbers that is ordered so with respect to the other, where -0 is less than 0. If one
/// is a NaN, it is the canonical NaN, whose bytes tick.
fn chosen(a: Value, b: Value, wanted: Ordering) -> Outcome {
    let (x, y) = (number(a), number(b));
    if x.is_nan() || y.is_nan() {
        let nan = if width(a) == 32 { 0x7fc0_0000 } else { 0x7ff8_0000_0000_0000 };
        return Outcome::ticking(a.value_type(), nan, |_| true);
    }
    made(a, if x.total_cmp(&y) == wanted { a } else { b }.unsigned())
}

/// The number that a value is, or has as its bits: every f32 is an f64.
fn number(value: Value) -> f64 {
    match value {
        Value::I32(bits) | Value::F32(bits) => f32::from_bits(bits).into(),
        Value::I64(bits) | Value::F64(bits) => f64::from_bits(bits),
    }
}

/// A value without ticks, of the operand's type: the low bits of a number.
fn made(operand: Value, bits: u64) -> Outcome {
    Outcome::plain(value(operand.value_type(), bits))
}

/// How many bits there are up to the highest one that is set.
fn used_bits(a: Value) -> u32 {
    u64::BITS - a.unsigned().leading_zeros()
}

/// The amount that an operand shifts by.
fn amount(operand: Value) -> u32 {
    (operand.unsigned() % u64::from(width(operand))) as u32
}

/// A value rotated by an amount that is at most its width.
fn rotated_left(a: Value, amount: u32) -> Outcome {
    let bits = a.unsigned();
    made(a, bits.unbounded_shl(amount) | bits.unbounded_shr(width(a) - amount))
}
