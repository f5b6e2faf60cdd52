//! Rounding to nearest, ties to even.
//!
//! A significand `s` with `n` leading zeros, in units of `2^(e - 2200)`, is shifted to the right by `r` bits so
//! that its highest bit is the highest of a significand of the result, `2^23` or `2^52`; of a subnormal
//! result so that its unit is the least there is. With `g = e - n + c`, where `c` is -2011 or -1115, the exponent
//! of the result, as its bits have it, is `g + 1` where `g` is not negative; else it is 0, and the number
//! is subnormal.
//!
//! The result is one unit greater where the bit below the unit is set: bit `r - 1` of `s`. A number that is
//! half-way between two results, which is one with `r - 1` trailing zeros, goes to the even one: it is one
//! unit greater where bit `r` is set. So one bit decides, bit `p = r - 1`, or bit `r` for a tie.

use super::super::super::limits::UNIT_EXPONENT;
use super::super::super::{Attribute, Context, Opcode, ValueType};
use super::super::{Assembly, Usage};
use super::FURTHEST;
use super::window::OF_ROUNDING;
use crate::graph::Form;

/// `g` less the exponent of the scale, and how much greater it is for an f64.
const TO_F32: i64 = 40 - (UNIT_EXPONENT - 149);
const TO_F64_MORE: i64 = (11 - (UNIT_EXPONENT - 1074)) - TO_F32;

/// The shift of the result with the least exponent, less the exponent of the scale, and how much less it is
/// for an f64.
const LEAST_OF_F32: i64 = UNIT_EXPONENT - 149;
const LEAST_OF_F64_LESS: i64 = LEAST_OF_F32 - (UNIT_EXPONENT - 1074);

/// Greater than the exponent of any scale of a finite number: keeps 0 at the least exponent.
const ZERO: i64 = 1 << 12;

/// The exponent of a scale is at least this for a NaN.
const NAN: i64 = 1 << 14;

/// Added to the shift of a result that is infinite, so that nothing of the significand is left.
const OVERFLOWN: i64 = 128;

/// The exponent of infinity, as the bits have it, of an f32, and how much more it is of an f64.
const INFINITE: i64 = 255;
const INFINITE_MORE: i64 = 2047 - INFINITE;

/// A rounding.
#[derive(Debug, Clone)]
pub(in super::super) struct Rounding {
    /// The shift, plus 64.
    pub(in super::super) distance: Form,
    pub(in super::super) exponent: Form,
    /// 1: sign, 2: the highest bit of the significand is not written, 4: NaN.
    pub(in super::super) flags: Form,
}

/// A rounding as it is read from the stack.
#[derive(Debug, Clone)]
pub(in super::super) struct Rounded {
    pub(in super::super) exponent: Form,
    pub(in super::super) sign: Form,
    /// What the highest byte of the significand has too much, in halves of its highest bit.
    pub(in super::super) hidden: Form,
}

fn to_f64(_: &Opcode, usage: &Usage) -> bool {
    usage.reads(Context::DistanceForF64)
}

impl Assembly {
    /// A value of a rounding, in a slot of its own name.
    fn of_rounding(&mut self, name: &str, build: impl FnOnce(&mut Assembly) -> Form) -> Form {
        self.shared_value(&format!("rounding.{name}"), |assembly| {
            let form = build(assembly);
            assembly.graph.persist(form)
        })
    }

    fn rounds_to_f64(&mut self) -> Form {
        self.shared("rounding", |assembly| assembly.gated_slot("to_f64", Form::constant(1), to_f64))
    }

    /// The exponent of the scale below the significand.
    pub(super) fn exponent_of_scale(&mut self) -> Form {
        self.control_byte(0) + self.control_byte(1) * 256
    }

    /// 1 where it is that of a NaN.
    pub(in super::super) fn scale_is_nan(&mut self) -> Form {
        let scale = self.exponent_of_scale();
        self.of_rounding("nan", |assembly| assembly.graph.step(scale - Form::constant(NAN)))
    }

    /// How the significand on top of the stack is rounded.
    pub(in super::super) fn rounding(&mut self) -> Rounding {
        let wide = self.rounds_to_f64();
        let scale = self.exponent_of_scale();
        let leading = self.operand(0, ValueType::I64, Attribute::Leading);
        let words = self.word(0, 0) + self.word(0, 1);
        let is_zero = self.of_rounding("is_zero", |assembly| assembly.graph.step(-words));
        let highest = self.of_rounding("highest", |_| {
            scale.clone() - leading - is_zero.clone() * ZERO
                + Form::constant(TO_F32)
                + wide.clone() * TO_F64_MORE
        });
        let least = Form::constant(LEAST_OF_F32) - wide.clone() * LEAST_OF_F64_LESS - scale.clone()
            + is_zero * ZERO;
        let infinite = Form::constant(INFINITE) + wide * INFINITE_MORE;
        let exponent = highest.clone() + Form::constant(1);
        let overflow = self.of_rounding("overflow", |assembly| {
            assembly.graph.step(exponent.clone() - infinite.clone())
        });
        let distance = self.of_rounding("distance", |assembly| {
            let graph = &mut assembly.graph;
            let one = Form::constant(1);
            let above =
                graph.within("of_normal", |graph| graph.reglu(one.clone(), highest.clone()));
            let beyond = graph.within("beyond", |graph| {
                graph.reglu(one, least.clone() - Form::constant(FURTHEST))
            });
            above + least - beyond + overflow.clone() * OVERFLOWN + Form::constant(OF_ROUNDING)
        });
        let field = self.of_rounding("exponent", |assembly| {
            let graph = &mut assembly.graph;
            let one = Form::constant(1);
            let beyond = graph.reglu(one.clone(), exponent.clone() - infinite);
            graph.reglu(one, exponent) - beyond
        });
        let flags = self.flags_of_rounding(&highest, &overflow);
        Rounding { distance, exponent: field, flags }
    }

    /// A NaN has no sign.
    fn flags_of_rounding(&mut self, highest: &Form, overflow: &Form) -> Form {
        let negative = self.said().subtracts_or_sign;
        let nan = self.scale_is_nan();
        self.of_rounding("flags", |assembly| {
            let graph = &mut assembly.graph;
            let signed = graph.step(negative - nan.clone() - Form::constant(1));
            let normal = graph.step(highest.clone()) - overflow.clone();
            signed + normal * 2 + nan * 4
        })
    }

    /// 1 where the significand is half-way between two results. Nothing of it may be lost: the tick of its first
    /// byte says that.
    pub(in super::super) fn rounding_tie(&mut self) -> Form {
        let distance = self.rounding().distance;
        let zeros = self.operand(0, ValueType::I64, Attribute::Trailing);
        let at = self.lowest_word(0) * 4;
        let tick = self.columns.carry.clone();
        let lost = self.of_rounding("lost", |assembly| assembly.stack_lookup(at, tick));
        let difference = zeros - distance + Form::constant(1 + OF_ROUNDING) + lost * (1 << 12);
        self.of_rounding("tie", |assembly| assembly.graph.equal(difference))
    }

    /// The rounding on top of the stack.
    pub(in super::super) fn rounded(&mut self) -> Rounded {
        let said = self.said();
        Rounded {
            exponent: self.control_byte(1) + said.lesser_bit_or_exponent,
            sign: said.subtracts_or_sign,
            hidden: said.greater_bit_or_hidden,
        }
    }

    /// What is carried into the byte at the index of a result: into the first what the rounding says.
    pub(in super::super) fn carry_of_rounding(&mut self) -> Form {
        let decides = self.control_byte(3);
        self.carry_after("rounding.carry", decides)
    }

    /// What is carried into the byte at the index of a number, where 1 may be added: into the first byte 1 where
    /// a byte that decides is at least 128, into others 1 where 1 was carried into a byte and made it 0.
    pub(super) fn carry_after(&mut self, name: &str, decides: Form) -> Form {
        let first = self.bytes.boundary.clone();
        let tick = self.columns.carry.clone();
        let number = self.columns.byte_number.clone();
        self.shared_value(name, |assembly| {
            let graph = &mut assembly.graph;
            let closed = (Form::constant(1) - first.clone()) * 256;
            let of_first = graph.step(decides - Form::constant(128) - closed);
            let carry = of_first + graph.step(tick - number - first * 2);
            graph.persist(carry)
        })
    }
}
