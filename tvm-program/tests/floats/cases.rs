//! Numbers to try operators on: edge values, and random ones of the kinds in which mistakes hide.

use tvm_program::ValueType::{self, F32, F64};

#[path = "../../../tvm-core/tests/operator_tokens/split_mix.rs"]
mod split_mix;

pub use split_mix::SplitMix;

/// The layout of a type: bits of the mantissa and of the exponent. Integers are tried as bits alone.
#[derive(Clone, Copy)]
struct Format {
    mantissa: u32,
    exponent: u32,
}

impl Format {
    fn of(value_type: ValueType) -> Self {
        match value_type.words() {
            1 => Format { mantissa: 23, exponent: 8 },
            _ => Format { mantissa: 52, exponent: 11 },
        }
    }

    fn bits(self) -> u32 {
        1 + self.exponent + self.mantissa
    }

    fn bias(self) -> i64 {
        (1 << (self.exponent - 1)) - 1
    }

    /// The number with this sign, biased exponent and mantissa; what is too large is cut off.
    fn number(self, negative: bool, exponent: i64, mantissa: u64) -> u64 {
        let greatest = (1 << self.exponent) - 1;
        let exponent = exponent.clamp(0, greatest) as u64;
        let fraction = mantissa & ((1 << self.mantissa) - 1);
        u64::from(negative) << (self.bits() - 1) | exponent << self.mantissa | fraction
    }

    fn exponent_of(self, number: u64) -> i64 {
        (number >> self.mantissa & ((1 << self.exponent) - 1)) as i64
    }
}

/// Numbers at the edges of a type, of both signs.
pub fn edges(value_type: ValueType) -> Vec<u64> {
    let format = Format::of(value_type);
    let (bias, all) = (format.bias(), u64::MAX);
    let whole = i64::from(format.mantissa);
    let mut exponents =
        vec![0, 1, 2, bias - 1, bias, bias + 1, bias + whole, 2 * bias, 2 * bias + 1];
    // Where integers end, and where an f32 does among numbers of 64 bits.
    exponents.extend([30, 31, 32, 62, 63, 64, -127, -126, 127, 128].map(|power| bias + power));
    let mut numbers = Vec::new();
    for exponent in exponents {
        for mantissa in [0, 1, 1 << (format.mantissa - 1), all << 1, all] {
            numbers.extend([false, true].map(|sign| format.number(sign, exponent, mantissa)));
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// A mantissa: of any bits, of few at its ends, or close to a power of two. So results lie halfway
/// between two numbers, or just beside.
fn mantissa(random: &mut SplitMix) -> u64 {
    let bits = random.next();
    let short = bits << (random.next() % 64);
    match random.next() % 4 {
        0 => bits,
        1 => short,
        2 => !short,
        _ => short | bits >> (random.next() % 64) >> 40,
    }
}

/// A number of any exponent, or of one that is not far from 1.
fn any(format: Format, random: &mut SplitMix) -> u64 {
    let width = u64::MAX >> (64 - format.bits());
    let near = (random.next() % 160) as i64 - 80;
    match random.next() % 3 {
        0 => random.next() & width,
        1 => {
            let (sign, bits) = (random.next() % 2 == 0, mantissa(random));
            format.number(sign, format.bias() + near, bits)
        }
        _ => {
            let (sign, exponent) = (random.next() % 2 == 0, random.next() as i64 & 0x7ff);
            format.number(sign, exponent & ((1 << format.exponent) - 1), mantissa(random))
        }
    }
}

/// A pair of random numbers of one type: unrelated, near each other in exponent or in value, or such
/// that their product or quotient is near the least or the greatest number.
fn pair(format: Format, random: &mut SplitMix) -> (u64, u64) {
    let a = any(format, random);
    let exponent = format.exponent_of(a);
    let near = (random.next() % 140) as i64 - 70;
    let sign = random.next() % 2 == 0;
    let bits = mantissa(random);
    let b = match random.next() % 6 {
        0 => any(format, random),
        1 => format.number(sign, exponent + near, bits),
        2 => (a ^ u64::from(sign) << (format.bits() - 1)).wrapping_add_signed(near / 16),
        3 => format.number(sign, format.bias() - exponent + near, bits),
        4 => format.number(sign, exponent + format.bias() + near, bits),
        _ => format.number(sign, 3 * format.bias() - exponent + near, bits),
    };
    let width = u64::MAX >> (64 - format.bits());
    (a, b & width)
}

/// An integer, or a number near one, or near a square.
fn single(value_type: ValueType, random: &mut SplitMix) -> u64 {
    let format = Format::of(value_type);
    let width = u64::MAX >> (64 - format.bits());
    let integer = random.next() >> (random.next() % 64);
    let signed = integer as i64 * if random.next() % 2 == 0 { 1 } else { -1 };
    let beside = (random.next() % 5) as i64 - 2;
    let halves = signed as f64 / 2.0;
    let square = (integer as f64) * (integer as f64);
    let is_integer = !matches!(value_type, F32 | F64);
    let bits = match random.next() % 4 {
        0 if is_integer => random.next(),
        _ if is_integer => signed as u64,
        0 | 1 => return any(format, random),
        2 if value_type == F32 => u64::from((halves as f32).to_bits()).wrapping_add_signed(beside),
        2 => halves.to_bits().wrapping_add_signed(beside),
        _ if value_type == F32 => u64::from((square as f32).to_bits()).wrapping_add_signed(beside),
        _ => square.to_bits().wrapping_add_signed(beside),
    };
    bits & width
}

/// Random arguments of an operator; the second is 0 where it takes only one.
pub fn arguments(parameters: &[ValueType], random: &mut SplitMix) -> (u64, u64) {
    match parameters {
        [one] => (single(*one, random), 0),
        _ => pair(Format::of(parameters[0]), random),
    }
}

/// Edge values as arguments of an operator, crossed with each other.
pub fn crossed(parameters: &[ValueType]) -> Vec<(u64, u64)> {
    let edges = edges(parameters[0]);
    match parameters {
        [_] => edges.into_iter().map(|a| (a, 0)).collect(),
        _ => edges.iter().flat_map(|&a| edges.iter().map(move |&b| (a, b))).collect(),
    }
}
