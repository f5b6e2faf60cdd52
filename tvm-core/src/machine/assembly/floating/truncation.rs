//! Numbers as integers: whether the integer part is one of a type, and by how many bits the significand is
//! shifted to be it.

use super::super::super::limits::UNIT_EXPONENT;
use super::super::super::{Attribute, ValueType};
use super::{Assembly, FURTHEST};
use crate::graph::Form;

/// Added to the distance of a shift, so that it is not negative.
const BIAS: i64 = 64;

/// The significand of a power of two as an f64 has the upper word `2^20`. One of 32 bits has 21 bits below 1.
const HIGHEST_OF_F64: i64 = 1 << 20;
const BELOW_ONE: i64 = 1 << 21;

/// A number that becomes an integer.
#[derive(Debug, Clone)]
pub(in super::super) struct Truncation {
    /// How many bits its integer part has.
    pub(in super::super) bits: Form,
    /// By how many bits the significand is shifted, plus 64.
    pub(in super::super) distance: Form,
    pub(in super::super) negative: Form,
}

/// 1 where a number is the least of the integers of a type.
#[derive(Debug, Clone)]
pub(in super::super) struct LeastIntegers {
    pub(in super::super) word: Form,
    pub(in super::super) pair: Form,
}

impl Assembly {
    /// A value of a truncation, in a slot of its own name.
    fn of_truncation(&mut self, name: &str, build: impl FnOnce(&mut Assembly) -> Form) -> Form {
        self.shared_value(&format!("truncation.{name}"), |assembly| {
            let form = build(assembly);
            assembly.graph.persist(form)
        })
    }

    /// The significand on top of the stack as an integer.
    pub(in super::super) fn truncation(&mut self) -> Truncation {
        let leading = self.operand(0, ValueType::I64, Attribute::Leading);
        let shift = Form::constant(UNIT_EXPONENT) - self.exponent_of_scale();
        let bits = Form::constant(64) - leading - shift.clone();
        let distance = self.of_truncation("distance", |assembly| {
            let beyond = shift.clone() - Form::constant(FURTHEST);
            let beyond = assembly.graph.reglu(Form::constant(1), beyond);
            shift - beyond + Form::constant(BIAS)
        });
        let negative = self.said().subtracts_or_sign;
        Truncation { bits, distance, negative }
    }

    /// Is the number negative, and its integer part a power of two, if that has 32 bits or 64? Then it has one bit,
    /// and all others are below 1: of an f32 and of 64 bits there are none below 1.
    pub(in super::super) fn least_integers(&mut self) -> LeastIntegers {
        let leading = self.operand(0, ValueType::I64, Attribute::Leading);
        let trailing = self.operand(0, ValueType::I64, Attribute::Trailing);
        let [low, high] = [0, 1].map(|word| self.word(0, word));
        let negative = self.said().subtracts_or_sign;
        let one_bit = self.of_truncation("has_one_bit", |assembly| {
            assembly.graph.equal(leading + trailing - Form::constant(63))
        });
        let of_f64 = self.of_truncation("f64_has_one_bit", |assembly| {
            let graph = &mut assembly.graph;
            let highest = graph.equal(high - Form::constant(HIGHEST_OF_F64));
            let rest_is_below = graph.step(Form::constant(BELOW_ONE - 1) - low);
            highest + rest_is_below
        });
        let of_f64 = self.of_truncation("f64_is_power_of_two", |assembly| {
            assembly.graph.step(of_f64 - Form::constant(2))
        });
        let word = self.of_truncation("is_least_i32", |assembly| {
            let all = negative.clone() * 2 + one_bit.clone() + of_f64;
            assembly.graph.step(all - Form::constant(3))
        });
        let pair = self.of_truncation("is_least_i64", |assembly| {
            assembly.graph.step(negative + one_bit - Form::constant(2))
        });
        LeastIntegers { word, pair }
    }

    /// 1 where the truncation on top of the stack says that the integer is negative.
    pub(in super::super) fn truncated_is_negative(&mut self) -> Form {
        let byte = self.control_byte(3);
        self.of_truncation("is_negative", |assembly| assembly.graph.step(byte - Form::constant(1)))
    }
}
