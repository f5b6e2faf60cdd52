//! Floating point: routines, whose tokens depend on their operands.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::measure::{Measured, Range, measure};
use crate::split_mix::SplitMix;

/// The routines that both types have, and of how many numbers.
const OF_BOTH_TYPES: [(&str, usize); 6] =
    [("div", 2), ("sqrt", 1), ("ceil", 1), ("floor", 1), ("trunc", 1), ("nearest", 1)];

/// Conversions, by what they convert from.
const CONVERSIONS: [(&str, &[&str]); 2] = [
    (
        "f32",
        &[
            "i32.trunc_f32_s",
            "i32.trunc_f32_u",
            "i64.trunc_f32_s",
            "i64.trunc_f32_u",
            "i32.trunc_sat_f32_s",
            "i32.trunc_sat_f32_u",
            "i64.trunc_sat_f32_s",
            "i64.trunc_sat_f32_u",
        ],
    ),
    (
        "f64",
        &[
            "i32.trunc_f64_s",
            "i32.trunc_f64_u",
            "i64.trunc_f64_s",
            "i64.trunc_f64_u",
            "i32.trunc_sat_f64_s",
            "i32.trunc_sat_f64_u",
            "i64.trunc_sat_f64_s",
            "i64.trunc_sat_f64_u",
        ],
    ),
];

/// Random operands of each operator.
const OPERANDS: usize = 500;

/// Exponents of the numbers, from the power of two with the negative one to that before the other.
const EXPONENTS: u64 = 20;

/// A number, its magnitude from 2^-20 to 2^20, of any mantissa. The sign is random where the operator
/// takes one.
fn operand(value_type: &str, signed: bool, random: &mut SplitMix) -> String {
    let negative = signed && random.next() % 2 == 0;
    let bits = random.next();
    let exponent = random.next() % (2 * EXPONENTS);
    match value_type {
        "f32" => {
            let biased = (127 - EXPONENTS + exponent) as u32;
            let number = u32::from(negative) << 31 | biased << 23 | bits as u32 & 0x007f_ffff;
            format!("i32.const {number} f32.reinterpret_i32")
        }
        _ => {
            let biased = 1023 - EXPONENTS + exponent;
            let number = u64::from(negative) << 63 | biased << 52 | bits & (u64::MAX >> 12);
            format!("i64.const {number} f64.reinterpret_i64")
        }
    }
}

/// The tokens of an operator of so many operands of a type.
fn measured(operator: &str, value_type: &str, number: usize) -> Measured {
    let mut random = SplitMix(1);
    let signed = !operator.ends_with("_u") && !operator.ends_with("sqrt");
    let operands: Vec<String> = (0..OPERANDS)
        .map(|_| {
            let operands: Vec<String> =
                (0..number).map(|_| operand(value_type, signed, &mut random)).collect();
            operands.join(" ")
        })
        .collect();
    let operands: Vec<&str> = operands.iter().map(String::as_str).collect();
    measure(&operands, operator)
}

/// The least, the mean and the greatest number of tokens of the operators that both types have.
pub(super) fn arithmetic() -> (String, BTreeSet<String>) {
    let mut text = String::from("| operator | f32 | f64 |\n|---|---|---|\n");
    let mut opcodes = BTreeSet::new();
    for (name, number) in OF_BOTH_TYPES {
        let _ = write!(text, "| `{name}` |");
        for value_type in ["f32", "f64"] {
            let found = measured(&format!("{value_type}.{name}"), value_type, number);
            let _ = write!(text, " {} |", Range(&found.tokens));
            opcodes.extend(found.used);
        }
        text.push('\n');
    }
    (text, opcodes)
}

/// Likewise of the conversions.
pub(super) fn conversions() -> (String, BTreeSet<String>) {
    let mut text = String::from("| operator | tokens |\n|---|---|\n");
    let mut opcodes = BTreeSet::new();
    for (value_type, operators) in CONVERSIONS {
        for operator in operators {
            let found = measured(operator, value_type, 1);
            let _ = writeln!(text, "| `{operator}` | {} |", Range(&found.tokens));
            opcodes.extend(found.used);
        }
    }
    (text, opcodes)
}
