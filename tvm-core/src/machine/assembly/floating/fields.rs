//! The sign, the exponent and the class of the numbers that a scale is made of: the one or two operands on
//! top of the stack. Both have the type of the top one.

use super::super::super::limits::SIGN_BIT;
use super::super::Assembly;
use super::super::operand::operand_name;
use crate::graph::Form;

/// Closes a neuron whose gate is a byte.
const SHUT: i64 = 1 << 10;

/// The exponent of infinity and of NaNs: of an f32, and how much more it is of an f64.
const GREATEST_EXPONENT: i64 = 255;
const GREATEST_EXPONENT_MORE: i64 = 2047 - GREATEST_EXPONENT;

impl Assembly {
    /// A value of an operand that is a number, in a slot of its own name.
    fn field(
        &mut self,
        operand: usize,
        name: &str,
        build: impl FnOnce(&mut Assembly) -> Form,
    ) -> Form {
        let name = format!("{}.{name}", operand_name(operand));
        self.shared_value(&name, |assembly| {
            let form = build(assembly);
            assembly.graph.persist(form)
        })
    }

    /// The highest byte of an operand, or one below it.
    fn high_byte(&mut self, operand: usize, below: i64) -> Form {
        let last_word = self.lowest_word(operand) + self.width_of(0);
        let query = last_word * 4 + Form::constant(3 - below);
        let name = ["highest_byte", "second_highest_byte"][below as usize];
        self.field(operand, name, |assembly| assembly.stack_byte(query))
    }

    /// The sign of a number of so many words, by its highest byte: 0 for a number of the other width.
    fn sign_of_width(&mut self, operand: usize, words: usize) -> Form {
        let highest = self.high_byte(operand, 0);
        let wide = self.width_of(0);
        let (name, closed) = match words {
            2 => ("sign_as_f64", Form::constant(1) - wide),
            _ => ("sign_as_f32", wide),
        };
        self.field(operand, name, |assembly| {
            assembly.graph.step(highest - Form::constant(128) - closed * SHUT)
        })
    }

    /// The exponent of a number as its bits have it.
    fn exponent(&mut self, operand: usize) -> Form {
        let [highest, next] = [0, 1].map(|below| self.high_byte(operand, below));
        let signs = [1, 2].map(|words| self.sign_of_width(operand, words));
        let wide = self.width_of(0);
        let narrow = Form::constant(1) - wide.clone();
        let [narrow_sign, wide_sign] = signs;
        self.field(operand, "exponent", |assembly| {
            let graph = &mut assembly.graph;
            let of_f32 = graph.step(next.clone() - Form::constant(128) - wide.clone() * SHUT);
            let of_f64 = graph.count(next - narrow * SHUT, 16, 15);
            let more = graph.reglu(highest.clone() * 14, wide);
            highest * 2 + more + of_f32 + of_f64 - narrow_sign * 256 - wide_sign * 2048
        })
    }

    /// 1 where a number is not subnormal, nor 0.
    pub(super) fn normal(&mut self, operand: usize) -> Form {
        let exponent = self.exponent(operand);
        self.field(operand, "is_normal", |assembly| {
            assembly.graph.step(exponent - Form::constant(1))
        })
    }

    /// The exponent of the unit of a number: subnormal numbers have that of the least normal one.
    pub(super) fn unit_exponent(&mut self, operand: usize) -> Form {
        self.exponent(operand) + Form::constant(1) - self.normal(operand)
    }

    /// 1 where an operand is infinite or a NaN.
    pub(super) fn is_special(&mut self, operand: usize) -> Form {
        let greatest = self.width_of(0) * GREATEST_EXPONENT_MORE;
        let excess = self.exponent(operand) - greatest - Form::constant(GREATEST_EXPONENT);
        self.field(operand, "is_infinite_or_nan", |assembly| assembly.graph.step(excess))
    }

    /// 1 where an operand is 0 or -0. The sign is a slot of its own, since the steps that it is made of are large.
    pub(super) fn is_zero(&mut self, operand: usize) -> Form {
        let wide = self.width_of(0);
        let [low, high] = [0, 1].map(|word| self.word(operand, word));
        let sign = self.number_sign(operand);
        let words = self
            .field(operand, "words_together", |assembly| low + assembly.graph.reglu(high, wide));
        self.field(operand, "is_zero", |assembly| assembly.graph.step(sign * SIGN_BIT - words))
    }
}
