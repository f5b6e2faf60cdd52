//! Shifts, products and divisions: what several opcodes share of them.

use super::super::limits::TWO_TO_32;
use super::super::tables::{APART, BEFORE, Origin, ROTATION};
use super::super::{Attribute, Context, Opcode, ValueType, division};
use super::{Assembly, Usage};
use crate::graph::Form;

/// The widths of numbers.
const TYPES: [ValueType; 2] = [ValueType::I32, ValueType::I64];

/// A direction of shifts: the shift, the rotation, and the sign of the distance that a longer shift
/// takes a byte of the result from the start of the operand.
type Direction = (Context, Context, i64);

const LEFT: Direction = (Context::ShiftLeft, Context::RotateLeft, -1);
const RIGHT: Direction = (Context::ShiftRight, Context::RotateRight, 1);

/// More multiples of 2^32 than the bytes of a product carry: four products of a byte and a word.
const MOST_CARRIED: i64 = 1020;

/// How far apart the distances of different shifts are kept, so that only those of one are among the
/// distances of a table: `mode - apart` is 0 for a shift to the left by its own mode, and more than any
/// distance from it by any other.
fn apart(value_type: ValueType) -> i64 {
    match value_type {
        ValueType::I64 => 3 * APART,
        _ => APART,
    }
}

fn is_of(opcode: &Opcode, value_type: ValueType) -> bool {
    opcode.computes_words(value_type.words())
}

fn divides(_: &Opcode, usage: &Usage) -> bool {
    usage.divides()
}

/// What a body reads of a shift to the right may be its sign bits alone.
fn shifts_by(usage: &Usage, context: Context) -> bool {
    usage.reads(context) || (context == Context::ShiftRight && usage.reads(Context::ShiftFill))
}

fn shifts(usage: &Usage) -> bool {
    let either = |shift, rotation| shifts_by(usage, shift) || shifts_by(usage, rotation);
    [LEFT, RIGHT].iter().any(|(shift, rotation, _)| either(*shift, *rotation))
}

fn multiplies_wide(opcode: &Opcode, usage: &Usage) -> bool {
    usage.reads(Context::Product) && opcode.computes_words(2)
}

impl Assembly {
    /// Which shift or rotation is executed: to the left positive, to the right negative, 0 for none.
    fn shift_mode(&mut self) -> Form {
        let mut mode = Form::default();
        for value_type in TYPES {
            for (shift, rotation, sign) in [LEFT, RIGHT] {
                for (context, more) in [(shift, 0), (rotation, ROTATION)] {
                    let value = Form::constant(-sign * (apart(value_type) + more));
                    let executes = |opcode: &Opcode, usage: &Usage| {
                        is_of(opcode, value_type) && shifts_by(usage, context)
                    };
                    mode = mode + self.gated(value, executes);
                }
            }
        }
        self.graph.persist(mode)
    }

    /// By how many bits the byte at the index lies above the start of the operand that is shifted or
    /// rotated in this direction; beyond all distances while no such opcode is executed. None where
    /// the machine has no such opcode.
    fn distance(&mut self, value_type: ValueType, direction: Direction) -> Option<Form> {
        let (shift, rotation, sign) = direction;
        let is_such = |opcode: &Opcode, usage: &Usage| {
            is_of(opcode, value_type) && (shifts_by(usage, shift) || shifts_by(usage, rotation))
        };
        if !self.any(is_such) {
            return None;
        }
        let amount = self.operand(0, value_type, Attribute::Amount);
        let turned = (amount - self.shift_mode()) * sign;
        Some(self.bytes.result_index.clone() * 8 + turned - Form::constant(apart(value_type)))
    }

    /// A function of the distance, whatever is shifted.
    fn by_distance(&mut self, function: fn(Origin, i64) -> i64) -> Form {
        let mut sum = Form::default();
        for value_type in TYPES {
            let origin = Origin { bytes: 4 * i64::from(value_type.words()) };
            for direction in [LEFT, RIGHT] {
                if let Some(distance) = self.distance(value_type, direction) {
                    let distances = origin.distances();
                    // Beyond all distances, where no such opcode is executed, everything is 0.
                    let ends = [distances.start, distances.end - 1];
                    let value = |distance| {
                        if ends.contains(&distance) { 0 } else { function(origin, distance) }
                    };
                    sum = sum + self.graph.table(distance, distances.clone(), &value);
                }
            }
        }
        self.graph.persist(sum)
    }

    /// The byte at the index of a shifted or rotated operand, as a wide value. Its bits are
    /// among those of two bytes.
    pub(super) fn shifted(&mut self) -> Form {
        let lower = self.chosen_byte(Origin::lower);
        let lower_factor = self.by_distance(Origin::lower_factor);
        let upper = self.chosen_byte(Origin::upper);
        let upper_factor = self.by_distance(Origin::upper_factor);
        let sum = self.graph.reglu(lower, lower_factor) + self.graph.reglu(upper, upper_factor);
        self.graph.persist(sum)
    }

    /// The byte of the operand that a function of the distance chooses; 0 where there is none such.
    fn chosen_byte(&mut self, place: fn(Origin, i64) -> i64) -> Form {
        let wide = |opcode: &Opcode, usage: &Usage| opcode.computes_words(2) && shifts(usage);
        let bytes = if self.any(wide) { 8 } else { 4 };
        let place = self.by_distance(place);
        let mut sum = Form::default();
        for i in 0..bytes {
            if i == 4 {
                // A partial sum lets the bytes of the upper word come later.
                sum = self.graph.persist(sum);
            }
            let byte = self.factor_byte(i);
            sum = sum + self.graph.tent(byte, place.clone() - Form::constant(i + BEFORE));
        }
        self.graph.persist(sum)
    }

    /// The sign bits that a shift to the right brings in, as a byte. Only shifts to the right read them.
    pub(super) fn shift_fill(&mut self) -> Form {
        self.by_distance(Origin::fill)
    }

    pub(super) fn quotient(&mut self) -> division::Quotient {
        division::quotient(&mut self.graph, &self.columns, &self.bytes)
    }

    /// The digits of a quotient are bytes of a value-producing instruction, but no value.
    pub(super) fn keep_digits_off_the_stack(&mut self) {
        if self.any(divides) {
            self.stack.on = self.stack.on.clone() - self.is_digit();
        }
    }

    /// 1 for a digit of a quotient.
    fn is_digit(&mut self) -> Form {
        let known = self.quotient().known;
        let digit =
            Form::constant(1) - self.bytes.boundary.clone() - known + self.columns.divided.clone();
        self.gated(digit, divides)
    }

    pub(super) fn digit(&mut self) -> Form {
        let signed = |_: &Opcode, usage: &Usage| usage.reads(Context::DivisionSignedDigit);
        let signed = self.gated(Form::constant(1), signed);
        let unsigned = self.graph.persist(Form::constant(1) - signed);
        let quotient = self.quotient();
        let so_far = self.gated(quotient.so_far, divides);
        // The bytes after `divided` are no digits: without this their product with the divisor
        // would leave the exact integers.
        let so_far = self.graph.persist(so_far);
        let digits = Form::constant(1) - quotient.known;
        let so_far = self.graph.reglu(so_far, digits);
        let (dividend, divisor) = (self.word(1, 0), self.word(0, 0));
        let (graph, index) = (&mut self.graph, &self.bytes.index);
        let mut magnitude = |operand: Form| {
            // Where all division is unsigned, an operand is its own magnitude.
            if unsigned == Form::constant(1) {
                return operand;
            }
            division::magnitude(graph, &operand, &unsigned).value
        };
        let (dividend, divisor) = (magnitude(dividend), magnitude(divisor));
        division::digit(graph, &dividend, &divisor, &so_far, index).byte
    }

    pub(super) fn quotient_times_divisor(&mut self) -> Form {
        let bytes = [0, 1, 2, 3].map(|place| self.quotient_byte(Form::constant(place)));
        let product = self.columns_below(&bytes, 0);
        self.graph.persist(product)
    }

    pub(super) fn quotient_byte(&mut self, place: Form) -> Form {
        let digit = self.is_digit();
        let digit = self.graph.persist(digit);
        let (graph, columns) = (&mut self.graph, &self.columns);
        division::quotient_byte(graph, columns, &self.bytes, &digit, &place).byte
    }

    /// 1 where the bytes of the second operand are factors, or shifted.
    fn takes_bytes(&mut self) -> Form {
        let reads = |_: &Opcode, usage: &Usage| shifts(usage) || usage.reads(Context::Product);
        let takes = self.gated(Form::constant(1), reads);
        self.graph.persist(takes)
    }

    /// Byte `i` of the second operand, whose place the result takes.
    fn factor_byte(&mut self, i: i64) -> Form {
        let query = self.lowest_word(1) * 4 + Form::constant(i);
        let byte = self.stack_byte(query);
        let takes = self.takes_bytes();
        self.at_beginning(byte, &takes)
    }

    /// Bytes of a factor, from byte `first` on, each times the prefix of the top operand that ends as
    /// many bytes below the index: the byte of the product at the index, scaled by `2^24`, with
    /// multiples of `2^32` above it.
    fn columns_below(&mut self, factor: &[Form], first: i64) -> Form {
        let top = self.lowest_word(0);
        let mut sum = Form::default();
        for (bytes_below, byte) in (first..).zip(factor) {
            let prefix = self.prefix(&top, bytes_below);
            let early = match bytes_below {
                0 => Form::default(),
                _ => Form::constant(1) - self.reached(bytes_below),
            };
            sum = sum + self.graph.reglu(byte.clone(), prefix - early * TWO_TO_32);
        }
        sum
    }

    /// The product of the two operands on top of the stack. Of a product of 64 bits these are the four
    /// columns of bytes up to the index: what the columns below them carry is apart.
    pub(super) fn product(&mut self) -> Form {
        let lower = [0, 1, 2, 3].map(|i| self.factor_byte(i));
        let mut sum = self.columns_below(&lower, 0);
        if !self.any(multiplies_wide) {
            return self.graph.persist(sum);
        }
        for (bytes_below, byte) in (0..).zip(&lower) {
            let crossing = self.crossing(bytes_below);
            sum = sum + self.graph.reglu(byte.clone(), crossing);
        }
        let sum = self.graph.persist(sum);
        let upper = [4, 5, 6, 7].map(|i| self.factor_byte(i));
        let upper = self.columns_below(&upper, 4);
        self.graph.persist(sum + upper)
    }

    /// What the lower word of the top operand adds to a prefix of its upper word that ends so many bytes
    /// below the index: together they are four bytes. Byte `m` of the lower word, `d` below the end of
    /// the prefix, counts `256^(3-d)`; 0 where the prefix ends in the lower word.
    fn crossing(&mut self, bytes_below: i64) -> Form {
        let top = self.lowest_word(0) * 4;
        let mut sum = Form::default();
        for m in 1..4 {
            let byte = self.stack_byte(top.clone() + Form::constant(m));
            for d in 4 - m..4 {
                let place = self.bytes.result_index.clone() - Form::constant(bytes_below + m + d);
                let value = byte.clone() * (1 << (24 - 8 * d));
                sum = sum + self.graph.tent(value, place);
            }
        }
        self.graph.persist(sum)
    }

    /// What the four columns up to four bytes below the index carry into those of [`Self::product`]: the
    /// multiples of 2^32 in them.
    pub(super) fn product_carried(&mut self) -> Form {
        let lower = [0, 1, 2, 3].map(|i| self.factor_byte(i));
        let columns = self.columns_below(&lower, 4);
        let columns = self.graph.persist(columns);
        let carried = self.graph.count(columns, TWO_TO_32, MOST_CARRIED);
        self.graph.persist(carried)
    }
}
