//! Every operator of 32 bits against wasmi, on edge values crossed with each other and on random
//! ones.

use proptest::prelude::*;
use wasmi::Val;

use super::fixture::{operators, top_of_stack};
use super::oracle::{Oracle, outcome};
use tvm_program::Mnemonic;

/// The operators by the number of their operands, and what wasmi makes of them.
struct Operators {
    unary: Vec<Mnemonic>,
    binary: Vec<Mnemonic>,
    oracle: Oracle,
}

impl Operators {
    fn new() -> Self {
        let (unary, binary) = (operators("i32", 1), operators("i32", 2));
        assert_eq!((unary.len(), binary.len()), (6, 25), "operators of each kind");
        let oracle = Oracle::new("i32", &[unary.as_slice(), &binary].concat());
        Operators { unary, binary, oracle }
    }

    fn check_unary(&mut self, a: u32) {
        for Mnemonic { name, .. } in &self.unary {
            let ours = outcome(top_of_stack(&format!("i32.const {a}; {name}")));
            assert_eq!(ours, self.oracle.result(name, &[word(a)]), "{name} {a:#x}");
        }
    }

    fn check_binary(&mut self, a: u32, b: u32) {
        for Mnemonic { name, .. } in &self.binary {
            let ours = outcome(top_of_stack(&format!("i32.const {a}; i32.const {b}; {name}")));
            let theirs = self.oracle.result(name, &[word(a), word(b)]);
            assert_eq!(ours, theirs, "{a:#x} {name} {b:#x}");
        }
    }
}

fn word(value: u32) -> Val {
    Val::I32(value as i32)
}

/// Values around powers of two and around the places where a byte ends, with either sign.
fn edge_values() -> Vec<u32> {
    let magnitudes = [0, 1, 2, 3, 7, 31, 32, 33, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff];
    let wide = [0x1_0000, 0x7f_ffff, 0x80_0000, 0x0102_0304, 0x7fff_ffff, 0x8000_0000, 0xaa55_aa55];
    let positive = magnitudes.into_iter().chain(wide);
    let mut values: Vec<u32> =
        positive.flat_map(|value: u32| [value, value.wrapping_neg()]).collect();
    values.sort_unstable();
    values.dedup();
    values
}

#[test]
fn edge_values_crossed() {
    let mut operators = Operators::new();
    for a in edge_values() {
        operators.check_unary(a);
        for b in edge_values() {
            operators.check_binary(a, b);
        }
    }
}

#[test]
fn random_values() {
    let operators = std::cell::RefCell::new(Operators::new());
    proptest!(|(a: u32, b: u32, bits in 0_u32..32)| {
        let operators = &mut *operators.borrow_mut();
        operators.check_unary(a >> bits);
        operators.check_binary(a, b >> bits);
    });
}
