//! Integral numbers: the integer part of a number, and whether 1 is added to its magnitude.
//!
//! The scale cuts off the bits below 1. To the nearest integral number, ties to even, one bit decides: the highest
//! of those bits; or, if they are one half, the lowest bit above them.

use super::super::super::limits::UNIT_EXPONENT;
use super::Assembly;
use super::scale::Scale;
use crate::graph::Form;

/// Added to the number of a bit for an f64, so that a table of it knows the width.
const IN_F64: i64 = 128;

/// More than the zeros at the end of a number.
const MORE_THAN_ZEROS: i64 = 1 << 10;

/// The fraction of an f32, and of an f64.
const FRACTIONS: [i64; 2] = [23, 52];

/// The bit of a fraction that a number stands for: of an f64 where it is great.
fn bit_of_fraction(number: i64) -> Option<i64> {
    let wide = number >= IN_F64 / 2;
    let bit = if wide { number - IN_F64 } else { number };
    (0..FRACTIONS[usize::from(wide)]).contains(&bit).then_some(bit)
}

fn place_of_bit(number: i64) -> i64 {
    bit_of_fraction(number).map_or(0, |bit| bit / 8)
}

/// What takes the bit to the highest of its byte; 0 if there is none.
fn factor_of_bit(number: i64) -> i64 {
    bit_of_fraction(number).map_or(0, |bit| 1 << (7 - bit % 8))
}

impl Assembly {
    /// A value of an integral number, in a slot of its own name.
    fn of_integral(&mut self, name: &str, build: impl FnOnce(&mut Assembly) -> Form) -> Form {
        self.of_scale(&format!("integral.{name}"), build)
    }

    /// The scale of a number that becomes an integral one: its unit is 1, if it was less.
    pub(in super::super) fn scale_of_integral(&mut self) -> Scale {
        let number = self.scale_of_number();
        let below = Form::constant(UNIT_EXPONENT) - number.exponent.clone();
        let exponent = self.of_integral("exponent", |assembly| {
            let more = assembly
                .graph
                .within("below_one", |graph| graph.reglu(Form::constant(1), below.clone()));
            number.exponent + more
        });
        let distance = self.of_integral("distance", |assembly| assembly.at_most(below, 0));
        let flags = self.number_sign(0) + self.normal(0) * 16;
        Scale { exponent, flags, distance }
    }

    /// 1 where the bits below 1 are not all 0.
    pub(in super::super) fn has_fraction(&mut self) -> Form {
        let distance = self.scale_of_integral().distance;
        let normal = self.normal(0);
        self.cuts_digits("integral", distance, &normal)
    }

    /// 1 where they are one half: where there are zeros at the end of the number up to the highest of them. One half
    /// itself has no bit but that above its fraction.
    pub(in super::super) fn is_half(&mut self) -> Form {
        let distance = self.scale_of_integral().distance - Form::constant(1);
        let wide = self.width_of(0);
        let [zeros, wide_zeros] = self.zeros_of_number();
        let fraction = self.fraction_bits();
        let zeros = self.of_integral("zeros", |assembly| {
            let graph = &mut assembly.graph;
            zeros.clone() + graph.reglu(wide_zeros - zeros, wide)
        });
        let at_highest = distance.clone() - fraction.clone();
        let above = self.of_integral("is_below_its_highest_bit", |assembly| {
            assembly.graph.step(at_highest.clone() - Form::constant(1))
        });
        let only_highest = self.of_integral("has_no_fraction", |assembly| {
            assembly.graph.step(zeros.clone() - fraction - Form::constant(1))
        });
        self.of_integral("is_half", |assembly| {
            let graph = &mut assembly.graph;
            let of_fraction = graph.equal(zeros - distance + above * MORE_THAN_ZEROS);
            of_fraction + graph.tent(only_highest, at_highest)
        })
    }

    /// 1 where the magnitude of the nearest integral number is greater. The tick says that there is one half below 1.
    pub(in super::super) fn is_nearer_to_next(&mut self) -> Form {
        let distance = self.scale_of_integral().distance;
        let bit = distance - Form::constant(1) + self.columns.carry.clone();
        let wide = self.width_of(0);
        let number = bit.clone() + wide * IN_F64;
        let mut value = |name: &str, function: fn(i64) -> i64| {
            self.of_integral(name, |assembly| {
                assembly.graph.table(number.clone(), -1..2 * IN_F64, &function)
            })
        };
        let place = value("place_of_bit", place_of_bit);
        let factor = value("factor_of_bit", factor_of_bit);
        let at = self.lowest_word(0) * 4 + place;
        let byte = self.of_integral("byte_of_bit", |assembly| assembly.stack_byte(at));
        let moved = self.of_integral("moved", |assembly| assembly.graph.reglu(byte, factor));
        let multiples =
            self.of_integral("multiples", |assembly| assembly.graph.count(moved.clone(), 256, 127));
        let above_fraction = bit - self.fraction_bits();
        self.of_integral("is_nearer_to_next", |assembly| {
            let graph = &mut assembly.graph;
            let of_fraction = graph.step(moved - multiples * 256 - Form::constant(128));
            of_fraction + graph.equal(above_fraction)
        })
    }

    /// What is carried into the byte at the index of the integral number: into the first what the scale says.
    pub(in super::super) fn carry_of_whole(&mut self) -> Form {
        let decides = self.distance_byte();
        self.carry_after("integral.carry", decides)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_of_fractions_are_found() {
        let bits = [0x0054_3210_u64, 0x000f_edcb_a987_6543];
        for (start, (bits, length)) in [0, IN_F64].into_iter().zip(bits.into_iter().zip(FRACTIONS))
        {
            for bit in -1..length + 9 {
                let byte = bits.to_le_bytes()[place_of_bit(start + bit) as usize];
                let found = (i64::from(byte) * factor_of_bit(start + bit)) >> 7 & 1;
                let expected = if (0..length).contains(&bit) { bits >> bit & 1 } else { 0 };
                assert_eq!(found as u64, expected, "{bit}");
            }
        }
    }
}
