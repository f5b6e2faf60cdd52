//! Arithmetic on f64: sums, magnitudes, the greater of two, and small integers as indices.

use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value};
use tvm_native::{Function, INTEGER};
use tvm_runtime::attention::IntegerKeys;
use tvm_runtime::patterns::Grid;
use tvm_runtime::plan::{Register, WATCHED};

use crate::body::Body;

/// A term of a sum: a value, or its negative.
#[derive(Debug, Clone, Copy)]
struct Term {
    value: Value,
    is_negative: bool,
}

impl Body<'_, '_> {
    /// A constant.
    pub(crate) fn number(&mut self, number: f64) -> Value {
        self.builder.ins().f64const(number)
    }

    fn term(&mut self, (register, weight): (Register, f64)) -> Term {
        let value = self.read(register);
        if weight.abs() == 1.0 {
            return Term { value, is_negative: weight < 0.0 };
        }
        let weight = self.number(weight);
        Term { value: self.builder.ins().fmul(value, weight), is_negative: false }
    }

    fn terms(&mut self, terms: &[(Register, f64)]) -> Vec<Term> {
        terms.iter().map(|&term| self.term(term)).collect()
    }

    fn add(&mut self, a: Term, b: Term) -> Term {
        let instruction = self.builder.ins();
        let value = match (a.is_negative, b.is_negative) {
            (true, false) => instruction.fsub(b.value, a.value),
            (false, true) => instruction.fsub(a.value, b.value),
            _ => instruction.fadd(a.value, b.value),
        };
        Term { value, is_negative: a.is_negative && b.is_negative }
    }

    fn value_of(&mut self, Term { value, is_negative }: Term) -> Value {
        if is_negative { self.builder.ins().fneg(value) } else { value }
    }

    /// The terms and a constant, which are exact in any order.
    pub(crate) fn sum(&mut self, terms: &[(Register, f64)], offset: f64) -> Value {
        let (terms, offset) = self.known.simplified(terms, offset);
        let mut terms = self.terms(&terms);
        if offset != 0.0 || terms.is_empty() {
            terms.push(Term { value: self.number(offset), is_negative: false });
        }
        let sum = self.balanced(&terms);
        self.value_of(sum)
    }

    /// As a tree, so that additions need not wait for each other.
    fn balanced(&mut self, terms: &[Term]) -> Term {
        if let [term] = terms {
            return *term;
        }
        let (left, right) = terms.split_at(terms.len() / 2);
        let (left, right) = (self.balanced(left), self.balanced(right));
        self.add(left, right)
    }

    /// The terms from left to right, each sum rounded.
    pub(crate) fn sum_in_order(&mut self, terms: &[(Register, f64)]) -> Value {
        let terms = self.terms(terms);
        let sum = terms.into_iter().reduce(|sum, term| self.add(sum, term));
        match sum {
            Some(sum) => self.value_of(sum),
            None => self.number(0.0),
        }
    }

    /// The same; the engine refuses when a term or a sum is beyond [`WATCHED`], or is no number.
    pub(crate) fn watched_sum(&mut self, terms: &[(Register, f64)]) -> Value {
        let mut looked_at = Vec::new();
        let (mut sum, mut most) = (None, 0.0);
        for &(register, weight) in terms {
            let magnitude = self.known.magnitude(register) * weight.abs();
            most += magnitude;
            let term = self.term((register, weight));
            let next = sum.map_or(term, |sum| self.add(sum, term));
            looked_at.extend((magnitude > WATCHED).then_some(term.value));
            looked_at.extend((sum.is_some() && most > WATCHED).then_some(next.value));
            sum = Some(next);
        }
        let Some(sum) = sum else { return self.number(0.0) };
        if let Some((&first, others)) = looked_at.split_first() {
            let (mut least, mut greatest) = (first, first);
            for &value in others {
                // Where a term is no number, the last sum is none, and so are the least and the greatest.
                least = self.lesser(least, value);
                greatest = self.greater(greatest, value);
            }
            self.refuse_beyond([least, greatest], WATCHED, INTEGER);
        }
        self.value_of(sum)
    }

    /// The engine refuses when one of two numbers has a greater magnitude, or is none; they are the least and the
    /// greatest of some.
    pub(crate) fn refuse_beyond(&mut self, ends: [Value; 2], most: f64, reason: u64) {
        let [least, greatest] = ends;
        let (rare, next) = (self.rare_block(), self.builder.create_block());
        let high = self.number(most);
        let magnitude = if least == greatest {
            self.builder.ins().fabs(least)
        } else {
            let within = self.builder.create_block();
            let low = self.number(-most);
            let holds = self.builder.ins().fcmp(FloatCC::GreaterThanOrEqual, least, low);
            self.builder.ins().brif(holds, within, &[], rare, &[]);
            self.builder.switch_to_block(within);
            greatest
        };
        let holds = self.builder.ins().fcmp(FloatCC::LessThanOrEqual, magnitude, high);
        self.builder.ins().brif(holds, next, &[], rare, &[]);
        self.builder.switch_to_block(rare);
        let reason = self.builder.ins().iconst(I64, reason as i64);
        self.call(Function::Refuse, reason, ends);
        self.builder.ins().jump(next, &[]);
        self.builder.switch_to_block(next);
    }

    /// The greater of two numbers; the second where one of them is none.
    pub(crate) fn greater(&mut self, a: Value, b: Value) -> Value {
        let first = self.builder.ins().fcmp(FloatCC::LessThan, b, a);
        self.builder.ins().select(first, a, b)
    }

    /// The lesser of two numbers; the second where one of them is none.
    pub(crate) fn lesser(&mut self, a: Value, b: Value) -> Value {
        let first = self.builder.ins().fcmp(FloatCC::LessThan, a, b);
        self.builder.ins().select(first, a, b)
    }

    /// `max(0, gate)`.
    pub(crate) fn open(&mut self, gate: Value) -> Value {
        let zero = self.number(0.0);
        self.greater(gate, zero)
    }

    /// The bits of an f64.
    pub(crate) fn bits(&mut self, number: Value) -> Value {
        self.builder.ins().bitcast(I64, MemFlagsData::new(), number)
    }

    /// An integer below 2^51 as such.
    pub(crate) fn small_integer(&mut self, number: Value) -> Value {
        self.nearest_from(number, IntegerKeys::MAGIC.to_bits())
    }

    /// The nearest integer, less what the bits of [`IntegerKeys::MAGIC`] are more than `first`.
    pub(crate) fn nearest_from(&mut self, number: Value, first: u64) -> Value {
        let magic = self.number(IntegerKeys::MAGIC);
        let sum = self.builder.ins().fadd(number, magic);
        let bits = self.bits(sum);
        match first {
            0 => bits,
            _ => {
                let first = self.builder.ins().iconst(I64, first as i64);
                self.builder.ins().isub(bits, first)
            }
        }
    }

    /// Is a number an integer below 2^51?
    pub(crate) fn is_integer(&mut self, number: Value) -> Value {
        let magic = self.number(IntegerKeys::MAGIC);
        let sum = self.builder.ins().fadd(number, magic);
        let nearest = self.builder.ins().fsub(sum, magic);
        self.builder.ins().fcmp(FloatCC::Equal, nearest, number)
    }

    /// The index in a grid for an integer; it is one of the grid for any number.
    pub(crate) fn index(&mut self, grid: Grid, x: Value) -> Value {
        let Grid { first, span, shift, per_unit } = grid;
        let mut offset = self.less(x, first);
        offset = self.open(offset);
        let span = self.number(span);
        offset = self.lesser(offset, span);
        offset = self.less(offset, shift);
        if per_unit != 1.0 {
            let factor = self.number(per_unit);
            offset = self.builder.ins().fmul(offset, factor);
        }
        self.small_integer(offset)
    }

    fn less(&mut self, number: Value, constant: f64) -> Value {
        if constant == 0.0 {
            return number;
        }
        let constant = self.number(constant);
        self.builder.ins().fsub(number, constant)
    }
}
