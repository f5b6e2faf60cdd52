//! Numbers to try operators on: edge values, and random ones of the kinds in which mistakes hide.

use tvm_program::ValueType;

#[path = "../../../tvm-core/tests/operator_tokens/split_mix.rs"]
mod split_mix;

pub use split_mix::SplitMix;

/// The bits of fraction and of exponent of a type; integers are tried as the bits of numbers, too.
#[derive(Clone, Copy)]
struct Format {
    fraction: u32,
    exponent: u32,
}

impl Format {
    fn of(of: ValueType) -> Self {
        match of.words() {
            1 => Format { fraction: 23, exponent: 8 },
            _ => Format { fraction: 52, exponent: 11 },
        }
    }

    fn width(self) -> u32 {
        1 + self.exponent + self.fraction
    }

    fn greatest(self) -> i64 {
        (1 << self.exponent) - 1
    }

    fn cut(self, bits: u64) -> u64 {
        bits & u64::MAX >> (64 - self.width())
    }

    /// A number; an exponent outside of the type becomes its nearest.
    fn number(self, negative: bool, exponent: i64, fraction: u64) -> u64 {
        let fraction = fraction & ((1 << self.fraction) - 1);
        let exponent = exponent.clamp(0, self.greatest()) as u64;
        u64::from(negative) << (self.width() - 1) | exponent << self.fraction | fraction
    }

    fn exponent_of(self, number: u64) -> i64 {
        (number >> self.fraction) as i64 & self.greatest()
    }
}

/// A random number below a limit.
fn below(random: &mut SplitMix, limit: u64) -> u64 {
    random.next() % limit
}

/// A random number from one limit to the other.
fn between(random: &mut SplitMix, least: i64, greatest: i64) -> i64 {
    least + below(random, (greatest - least + 1) as u64) as i64
}

fn coin(random: &mut SplitMix) -> bool {
    below(random, 2) == 0
}

/// 64 bits: any, or a few at one end and 0 or 1 elsewhere, or one or two that are set, or just beside
/// such a number.
fn bits(random: &mut SplitMix) -> u64 {
    let any = random.next();
    let mut one_bit = || 1u64 << below(random, 64);
    let (one, other) = (one_bit(), one_bit());
    let number = match below(random, 6) {
        0 => any,
        1 => any & one.wrapping_neg(),
        2 => any | (one - 1),
        3 => any % one,
        4 => one | other,
        _ => one.wrapping_sub(other),
    };
    let number = if coin(random) { number } else { !number };
    if coin(random) { number } else { number.wrapping_add_signed(between(random, -2, 2)) }
}

/// A number of any exponent, of one near 1, or of one near the ends.
fn any(format: Format, random: &mut SplitMix) -> u64 {
    let middle = format.greatest() / 2;
    let exponent = match below(random, 4) {
        0 => between(random, 0, format.greatest()),
        1 => between(random, 0, 3),
        2 => between(random, format.greatest() - 3, format.greatest()),
        _ => middle + between(random, -70, 70),
    };
    format.number(coin(random), exponent, bits(random))
}

/// A number just beside another, or of nearly the same magnitude.
fn beside(format: Format, number: u64, random: &mut SplitMix) -> u64 {
    let sign = u64::from(coin(random)) << (format.width() - 1);
    format.cut((number ^ sign).wrapping_add_signed(between(random, -3, 3)))
}

/// Two numbers: unrelated, beside each other, or such that their sum or product is halfway between two
/// numbers, subnormal, or near the greatest number.
fn pair(format: Format, random: &mut SplitMix) -> (u64, u64) {
    let a = any(format, random);
    let (exponent, negative) = (format.exponent_of(a), coin(random));
    let (middle, length) = (format.greatest() / 2, i64::from(format.fraction));
    let exponent = match below(random, 7) {
        0 => return (a, any(format, random)),
        1 => return (a, beside(format, a, random)),
        2 => exponent + between(random, -3, 3),
        3 => exponent - length + between(random, -11, 3),
        // Products: near 1, near the least numbers and those that become 0, near the greatest.
        4 => 2 * middle - exponent + between(random, -3, 3),
        5 => middle - exponent + between(random, -length - 4, 4),
        _ => 3 * middle - exponent + between(random, -3, 3),
    };
    let b = format.number(negative, exponent, bits(random));
    if coin(random) { (a, b) } else { (b, a) }
}

/// A number with a few bits after its point, or just beside one: an integer, or halfway between two.
fn near_integer(format: Format, random: &mut SplitMix) -> u64 {
    let power = between(random, -2, 66);
    let below = i64::from(format.fraction) - power - between(random, 0, 2);
    let fraction = bits(random) & u64::MAX << below.clamp(0, 63);
    let number = format.number(coin(random), format.greatest() / 2 + power, fraction);
    format.cut(number.wrapping_add_signed(between(random, -1, 1)))
}

/// One number to be converted: an integer of any length, or a number that is near an integer, or near a
/// number of the other type, or halfway between two of these.
fn single(of: ValueType, random: &mut SplitMix) -> u64 {
    let format = Format::of(of);
    if matches!(of, ValueType::I32 | ValueType::I64) {
        let length = below(random, 64);
        return format.cut(bits(random) >> if coin(random) { 0 } else { length });
    }
    if coin(random) {
        return near_integer(format, random);
    }
    let number = any(format, random);
    if of == ValueType::F32 || coin(random) {
        return number;
    }
    // Bits of an f64 that an f32 has not, all but a few of them 0 or 1.
    let lost = between(random, 25, 53) as u32;
    let halfway = number & u64::MAX << lost | 1 << (lost - 1);
    let narrow = (format.greatest() - Format::of(ValueType::F32).greatest()) / 2;
    let exponent = narrow + between(random, -30, 260);
    let number = format.number(coin(random), exponent, halfway);
    number.wrapping_add_signed(between(random, -1, 1))
}

/// Random arguments of an operator; the second is 0 where it takes only one.
pub fn arguments(parameters: &[ValueType], random: &mut SplitMix) -> (u64, u64) {
    match parameters {
        [one] => (single(*one, random), 0),
        _ => pair(Format::of(parameters[0]), random),
    }
}

/// Numbers at the edges of a type, of both signs: of each kind of exponent the least, the greatest, the
/// one in the middle, and those beside. As integers they are such around powers of two.
fn edges(of: ValueType) -> Vec<u64> {
    let format = Format::of(of);
    let (greatest, length) = (format.greatest(), i64::from(format.fraction));
    let middle = greatest / 2;
    let mut exponents = vec![0, 1, 2, middle - 1, middle, middle + 1, greatest - 1, greatest];
    exponents
        .extend([-length - 1, -length, length, length + 1, 31, 63].map(|power| middle + power));
    // Where the exponents of an f32 end among those of an f64, and those of its subnormal numbers.
    exponents.extend([-150, -149, -127, -126, 127, 128].map(|power| middle + power));
    let mut numbers = Vec::new();
    for exponent in exponents {
        let half = 1 << (format.fraction - 1);
        for fraction in [0, 1, half - 1, half, half + 1, u64::MAX - 1, u64::MAX] {
            numbers.extend([false, true].map(|sign| format.number(sign, exponent, fraction)));
        }
    }
    if matches!(of, ValueType::I32 | ValueType::I64) {
        for power in 0..format.width() {
            let power = 1u64 << power;
            let beside = [-1, 0, 1].map(|step| power.wrapping_add_signed(step));
            numbers.extend(beside.map(|number| format.cut(number)));
            numbers.extend(beside.map(|number| format.cut(number.wrapping_neg())));
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Numbers of both signs around powers of two, by quarters, and those beside: where integers end, and
/// where halves are rounded.
fn around_integers(of: ValueType) -> Vec<u64> {
    let mut numbers = Vec::new();
    for power in -1..=65 {
        for quarters in -10..=10 {
            let number = 2.0_f64.powi(power) + f64::from(quarters) / 4.0;
            let bits = match of {
                ValueType::F32 => u64::from((number as f32).to_bits()),
                _ => number.to_bits(),
            };
            let sign = 1 << (Format::of(of).width() - 1);
            let beside = [-1, 0, 1].map(|step| Format::of(of).cut(bits.wrapping_add_signed(step)));
            numbers.extend(beside.iter().flat_map(|number| [number & !sign, number | sign]));
        }
    }
    numbers
}

/// Edge values as arguments of an operator, crossed with each other.
pub fn crossed(parameters: &[ValueType]) -> Vec<(u64, u64)> {
    let edges = edges(parameters[0]);
    match parameters {
        [of @ (ValueType::F32 | ValueType::F64)] => {
            edges.into_iter().chain(around_integers(*of)).map(|a| (a, 0)).collect()
        }
        [_] => edges.into_iter().map(|a| (a, 0)).collect(),
        _ => edges.iter().flat_map(|&a| edges.iter().map(move |&b| (a, b))).collect(),
    }
}
