//! Shifts, products and divisions, as far as several opcodes share them.

use super::super::limits::TWO_TO_32;
use super::super::tables::{APART, BEFORE, Origin, ROTATION};
use super::super::{Attribute, Context, Opcode, ValueType, division};
use super::operand::WORDS;
use super::{Assembly, Usage};
use crate::graph::Form;

/// The types of numbers.
const TYPES: [ValueType; 2] = [ValueType::I32, ValueType::I64];

/// A direction of shifts: the shift, the rotation, and the sign of the distance that a longer shift
/// takes a byte of the result from the start of the operand.
type Direction = (Context, Context, i64);

const LEFT: Direction = (Context::ShiftLeft, Context::RotateLeft, -1);
const RIGHT: Direction = (Context::ShiftRight, Context::RotateRight, 1);

/// A number for each type that keeps the distances of different shifts apart: the distance of a shift is in
/// the range of its own table, and outside of the range of every other table.
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

/// Does the body read this shift? It may read only the fill bits of a shift to the right.
fn shifts_by(usage: &Usage, context: Context) -> bool {
    usage.reads(context) || (context == Context::ShiftRight && usage.reads(Context::ShiftFill))
}

impl Assembly {
    /// A number for the shift or rotation that is executed: positive to the left, negative to the right, 0 for
    /// none.
    fn shift_mode(&mut self) -> Form {
        self.shared("shift.mode", Assembly::mode_of_shift)
    }

    fn mode_of_shift(&mut self) -> Form {
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

    /// The distance, in bits, from the start of the operand to the byte at the index, for shifts and rotations
    /// in this direction. Outside of the range of the tables while no such opcode is executed. `None` if the
    /// machine has no such opcode.
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

    /// A function of the distance of whatever shift is executed, under a name.
    fn by_distance(&mut self, name: &str, function: fn(Origin, i64) -> i64) -> Form {
        self.shared(&format!("shift.{name}"), |assembly| assembly.sum_by_distance(function))
    }

    fn sum_by_distance(&mut self, function: fn(Origin, i64) -> i64) -> Form {
        let mut sum = Form::default();
        for value_type in TYPES {
            let origin = Origin { bytes: 4 * i64::from(value_type.words()) };
            for (direction, word) in [(LEFT, "left"), (RIGHT, "right")] {
                if let Some(distance) = self.distance(value_type, direction) {
                    let distances = origin.distances();
                    // Both ends are 0: the distance is beyond them while no such opcode is executed.
                    let ends = [distances.start, distances.end - 1];
                    let value = |distance| {
                        if ends.contains(&distance) { 0 } else { function(origin, distance) }
                    };
                    // All functions of a distance share its thresholds.
                    let name = format!("shift.{word}_distance_of_{}_bits", 32 * value_type.words());
                    let table = self
                        .graph
                        .shared(&name, |graph| graph.table(distance, distances.clone(), &value));
                    sum = sum + table;
                }
            }
        }
        self.graph.persist(sum)
    }

    /// The byte at the index of the shifted or rotated operand, as a wide value. Its bits come from two
    /// neighbouring bytes of the operand.
    pub(super) fn shifted(&mut self) -> Form {
        let lower = self.chosen_byte("lower", Origin::lower);
        let lower_factor = self.by_distance("lower_factor", Origin::lower_factor);
        let upper = self.chosen_byte("upper", Origin::upper);
        let upper_factor = self.by_distance("upper_factor", Origin::upper_factor);
        self.graph.shared("shift.shifted", |graph| {
            let sum = graph.reglu(lower, lower_factor) + graph.reglu(upper, upper_factor);
            graph.persist(sum)
        })
    }

    /// The byte of the operand at the place that a function of the distance gives; 0 outside of the operand.
    fn chosen_byte(&mut self, name: &str, place: fn(Origin, i64) -> i64) -> Form {
        let place = self.by_distance(&format!("{name}_place"), place);
        self.shared(&format!("shift.{name}_byte"), |assembly| assembly.byte_at(&place))
    }

    /// The byte of the operand at a place that is counted from [`BEFORE`].
    fn byte_at(&mut self, place: &Form) -> Form {
        let wide = |opcode: &Opcode, usage: &Usage| opcode.computes_words(2) && usage.shifts();
        let bytes = if self.any(wide) { 8 } else { 4 };
        let mut sum = Form::default();
        for i in 0..bytes {
            if i == 4 {
                // With a partial sum the bytes of the upper word may be known later.
                sum = self.graph.bind(WORDS[0], |graph| graph.persist(sum));
            }
            let byte = self.factor_byte(i);
            sum = sum + self.graph.tent(byte, place.clone() - Form::constant(i + BEFORE));
        }
        self.graph.persist(sum)
    }

    /// The sign bits that a shift to the right moves in, as a byte. Only shifts to the right read them.
    pub(super) fn shift_fill(&mut self) -> Form {
        self.by_distance("fill", Origin::fill)
    }

    pub(super) fn quotient(&mut self) -> division::Quotient {
        let (columns, bytes) = (&self.columns, &self.bytes);
        self.graph.shared("quotient", |graph| division::quotient(graph, columns, bytes))
    }

    /// The digits of a quotient are bytes of an instruction with a result, but not bytes of the result: they
    /// are not written to the stack.
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
        self.shared_value("quotient.is_digit", |assembly| assembly.gated(digit, divides))
    }

    pub(super) fn digit(&mut self) -> Form {
        self.shared("digit", Assembly::digit_of_quotient)
    }

    fn digit_of_quotient(&mut self) -> Form {
        let unsigned = self.bind("unsigned", |assembly| {
            let signed = |_: &Opcode, usage: &Usage| usage.reads(Context::DivisionSignedDigit);
            let signed = assembly.gated(Form::constant(1), signed);
            assembly.graph.persist(Form::constant(1) - signed)
        });
        let quotient = self.quotient();
        // 0 after `divided`: the bytes of the result are no digits, and their product with the divisor
        // would not be exact.
        let so_far = self.gated_slot("so_far_of_division", quotient.so_far, divides);
        let digits = Form::constant(1) - quotient.known;
        let so_far = self.bind("so_far", |assembly| assembly.graph.reglu(so_far, digits));
        let (dividend, divisor) = (self.word(1, 0), self.word(0, 0));
        let (graph, index) = (&mut self.graph, &self.bytes.index);
        let mut magnitude = |name: &str, operand: Form| {
            // Where all division is unsigned, an operand is its own magnitude.
            if unsigned == Form::constant(1) {
                return operand;
            }
            graph.within(name, |graph| division::magnitude(graph, &operand, &unsigned).value)
        };
        let (dividend, divisor) = (magnitude("dividend", dividend), magnitude("divisor", divisor));
        division::digit(graph, &dividend, &divisor, &so_far, index).byte
    }

    pub(super) fn quotient_times_divisor(&mut self) -> Form {
        let byte = |place| (format!("quotient.byte_{place}"), Form::constant(place));
        let bytes = [0, 1, 2, 3].map(byte).map(|(name, place)| self.quotient_byte(&name, place));
        self.shared("quotient.times_divisor", |assembly| {
            let product = assembly.columns_below(&bytes);
            assembly.graph.persist(product)
        })
    }

    /// The byte of the quotient at a place, under a name.
    pub(super) fn quotient_byte(&mut self, name: &str, place: Form) -> Form {
        let digit = self.is_digit();
        let digit = self.graph.shared("quotient.is_digit", |graph| graph.persist(digit));
        let (columns, bytes) = (&self.columns, &self.bytes);
        self.graph.shared(name, |graph| {
            division::quotient_byte(graph, columns, bytes, &digit, &place).byte
        })
    }

    /// The sum of the bytes of a factor, each times the prefix of the top operand that ends as many bytes below the
    /// index. This is the byte of the product at the index times `2^24`, plus multiples of `2^32`.
    fn columns_below(&mut self, factor: &[Form]) -> Form {
        let mut sum = Form::default();
        for (bytes_below, byte) in (0..).zip(factor) {
            let prefix = self.prefix(0, bytes_below);
            let early = match bytes_below {
                0 => Form::default(),
                _ => Form::constant(1) - self.reached(bytes_below),
            };
            sum = sum + self.graph.reglu(byte.clone(), prefix - early * TWO_TO_32);
        }
        sum
    }

    /// The product of two operands of 32 bits on top of the stack, as a wide value.
    pub(super) fn product(&mut self) -> Form {
        let bytes = [0, 1, 2, 3].map(|i| self.factor_byte(i));
        self.shared("product", |assembly| {
            let product = assembly.columns_below(&bytes);
            assembly.graph.persist(product)
        })
    }
}
