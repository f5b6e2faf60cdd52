//! The two types of floating point, and the fields of a number.

use tvm_program::{Value, ValueType};

/// A type: how a number is made of sign, exponent and fraction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Format {
    /// The type.
    pub(crate) of: ValueType,
    /// Bits of the fraction.
    pub(crate) fraction_bits: u32,
    /// Bits of the exponent.
    exponent_bits: u32,
}

impl Format {
    /// That of a type of floating point.
    ///
    /// # Panics
    /// For a type of integers, which no name of a step comes with.
    pub(crate) fn of(of: ValueType) -> Self {
        match of {
            ValueType::F32 => Format { of, fraction_bits: 23, exponent_bits: 8 },
            ValueType::F64 => Format { of, fraction_bits: 52, exponent_bits: 11 },
            ValueType::I32 | ValueType::I64 => panic!("{of:?} is no floating point"),
        }
    }

    /// The exponent field of infinities and NaNs.
    pub(crate) fn greatest_exponent(self) -> i64 {
        (1 << self.exponent_bits) - 1
    }

    /// The power of two that is the unit of a number with this exponent field: what the lowest bit of
    /// its significand is worth. Subnormal numbers have the unit of the least normal ones.
    pub(crate) fn unit(self, exponent: i64) -> i64 {
        let bias = self.greatest_exponent() / 2;
        exponent.max(1) - bias - i64::from(self.fraction_bits)
    }

    /// The significand's highest bit, which the bits of a number do not have.
    pub(crate) fn implicit_bit(self) -> u64 {
        1 << self.fraction_bits
    }

    /// The bit of the sign.
    pub(crate) fn sign_bit(self) -> u64 {
        1 << (self.fraction_bits + self.exponent_bits)
    }

    /// The fields of a number of this type.
    pub(crate) fn number(self, value: Value) -> Number {
        let bits = value.unsigned();
        Number {
            format: self,
            negative: bits & self.sign_bit() != 0,
            exponent: (bits >> self.fraction_bits) as i64 & self.greatest_exponent(),
            fraction: bits & (self.implicit_bit() - 1),
        }
    }
}

/// The fields of a number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number {
    /// Its type.
    pub(crate) format: Format,
    /// The sign.
    pub(crate) negative: bool,
    /// The exponent as it is in the bits, with its bias.
    pub(crate) exponent: i64,
    /// The fraction.
    pub(crate) fraction: u64,
}

impl Number {
    /// The number with the other sign.
    pub(crate) fn negated(self) -> Self {
        Number { negative: !self.negative, ..self }
    }

    /// What orders numbers by magnitude.
    pub(crate) fn magnitude(self) -> (i64, u64) {
        (self.exponent, self.fraction)
    }

    /// Is it 0 or -0?
    pub(crate) fn is_zero(self) -> bool {
        self.magnitude() == (0, 0)
    }

    /// Has its significand the implicit bit? So have those of infinities and NaNs here.
    pub(crate) fn is_normal(self) -> bool {
        self.exponent >= 1
    }

    /// Is it infinite or a NaN?
    pub(crate) fn is_special(self) -> bool {
        self.exponent == self.format.greatest_exponent()
    }

    /// Is it infinite?
    pub(crate) fn is_infinite(self) -> bool {
        self.is_special() && self.fraction == 0
    }

    /// Is it a NaN?
    pub(crate) fn is_nan(self) -> bool {
        self.is_special() && self.fraction != 0
    }

    /// The power of two of its unit.
    pub(crate) fn unit(self) -> i64 {
        self.format.unit(self.exponent)
    }

    /// Is a multiple of 2^bits units, the one of greater magnitude, nearer than the other, or as near and
    /// even?
    pub(crate) fn is_nearer_to_next(self, bits: u32) -> bool {
        let significand = u128::from(self.significand(self.is_normal()));
        let (whole, unit) = (significand >> bits, 1 << bits);
        let doubled = 2 * (significand % unit);
        doubled > unit || (doubled == unit && whole % 2 == 1)
    }

    /// Are so many of its lowest bits one half of the bit above them?
    pub(crate) fn is_halfway(self, bits: u32) -> bool {
        let significand = u128::from(self.significand(self.is_normal()));
        let unit = 1 << bits;
        2 * (significand % unit) == unit
    }

    /// Its significand, with the implicit bit or without.
    pub(crate) fn significand(self, normal: bool) -> u64 {
        self.fraction + if normal { self.format.implicit_bit() } else { 0 }
    }
}
