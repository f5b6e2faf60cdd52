//! Division of 64 bits: a routine, whose tokens depend on its operands.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::RangeInclusive;

use crate::measure::{Measured, Range, measure};
use crate::split_mix::SplitMix;

const OPERATORS: [&str; 4] = ["i64.div_u", "i64.rem_u", "i64.div_s", "i64.rem_s"];

/// Pairs of operands of each class.
const PAIRS: usize = 500;

/// Operands whose magnitudes have so many bits.
struct Class {
    name: &'static str,
    dividend: RangeInclusive<u32>,
    divisor: RangeInclusive<u32>,
}

const CLASSES: [Class; 6] = [
    Class { name: "32 by 32 bits", dividend: 1..=31, divisor: 1..=31 },
    Class { name: "more by at most 16 bits", dividend: 33..=63, divisor: 1..=16 },
    Class { name: "more by 17 to 32 bits", dividend: 33..=63, divisor: 17..=32 },
    Class { name: "at least 50 by 33 to 48 bits", dividend: 50..=63, divisor: 33..=48 },
    Class { name: "63 by 49 to 62 bits", dividend: 63..=63, divisor: 49..=62 },
    Class { name: "less by 34 to 63 bits", dividend: 1..=33, divisor: 34..=63 },
];

impl SplitMix {
    /// A number of so many bits, the highest of them set.
    fn of_bits(&mut self, bits: &RangeInclusive<u32>) -> i64 {
        let choices = u64::from(bits.end() - bits.start() + 1);
        let highest = bits.start() - 1 + (self.next() % choices) as u32;
        (1 << highest | self.next() & ((1 << highest) - 1)) as i64
    }

    fn with_sign(&mut self, magnitude: i64) -> i64 {
        if self.next() % 2 == 0 { magnitude } else { -magnitude }
    }
}

/// The least, the mean and the greatest number of tokens, by class and operator.
pub(super) fn table() -> (String, BTreeSet<String>) {
    let mut text = String::from("| magnitudes |");
    for operator in OPERATORS {
        let _ = write!(text, " `{operator}` |");
    }
    text.push_str("\n|---|---|---|---|---|\n");
    let mut opcodes = BTreeSet::new();
    for class in &CLASSES {
        let _ = write!(text, "| {} |", class.name);
        for operator in OPERATORS {
            let Measured { tokens, used, .. } = measured(class, operator);
            opcodes.extend(used);
            let _ = write!(text, " {} |", Range(&tokens));
        }
        text.push('\n');
    }
    (text, opcodes)
}

fn measured(class: &Class, operator: &str) -> Measured {
    let mut random = SplitMix(1);
    let operands: Vec<String> = (0..PAIRS)
        .map(|_| {
            let mut pair = [&class.dividend, &class.divisor].map(|bits| random.of_bits(bits));
            if operator.ends_with("_s") {
                pair = pair.map(|magnitude| random.with_sign(magnitude));
            }
            format!("i64.const {} i64.const {}", pair[0], pair[1])
        })
        .collect();
    let operands: Vec<&str> = operands.iter().map(String::as_str).collect();
    measure(&operands, operator)
}
