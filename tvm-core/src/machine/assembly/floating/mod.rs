//! Arithmetic in floating point: what the steps of `opcodes/floating_point.rs` share. `fields` takes numbers
//! apart, `scale` says what is known before the digits, `window` shifts bytes of an operand, `sum` and
//! `product` are the two kinds of significand, and `rounding` ends an operator.
//!
//! Numbers are taken apart by their bytes: with bytes `b7 b6 ..` an f64 has the exponent
//! `16 (b7 mod 128) + b6 div 16`, an f32 `2 (b3 mod 128) + b2 div 128`. Every value below is an integer less than
//! `2^43`, most are bytes.

mod control;
mod fields;
mod integral;
mod product;
mod rounding;
mod scale;
mod sum;
mod truncation;
mod window;

use super::Assembly;

/// More than a word of 32 bits: closes a neuron whose gate is one.
const MORE_THAN_A_WORD: i64 = 1 << 33;

/// Nothing of a significand is left after a shift by this many bits.
const FURTHEST: i64 = 80;
