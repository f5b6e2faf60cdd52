//! Every operator of 64 bits against wasmi, on edge values crossed with each other and on random
//! ones.

use proptest::prelude::*;
use wasmi::Val;

use super::fixture::{operators, top_of_stack, top_two_of_stack, wide_constant};
use super::oracle::{Oracle, outcome};
use tvm_program::Mnemonic;
use tvm_reference::Trap;

/// The operators by the number of their operands, and what wasmi makes of them.
struct Operators {
    unary: Vec<Mnemonic>,
    binary: Vec<Mnemonic>,
    oracle: Oracle,
}

impl Operators {
    fn new() -> Self {
        let (unary, binary) = (operators("i64", 2), operators("i64", 4));
        assert_eq!((unary.len(), binary.len()), (6, 21), "operators of each kind");
        let oracle = Oracle::new("i64", &[unary.as_slice(), &binary].concat());
        Operators { unary, binary, oracle }
    }

    fn check_unary(&mut self, a: u64) {
        for operator in &self.unary {
            let name = &operator.name;
            let ours = executed(&format!("{}; {name}", wide_constant(a)), operator);
            assert_eq!(ours, self.oracle.result(name, &[wide(a)]), "{name} {a:#x}");
        }
    }

    fn check_binary(&mut self, a: u64, b: u64) {
        let operands = format!("{}; {}", wide_constant(a), wide_constant(b));
        for operator in &self.binary {
            let name = &operator.name;
            let ours = executed(&format!("{operands}; {name}"), operator);
            let theirs = self.oracle.result(name, &[wide(a), wide(b)]);
            assert_eq!(ours, theirs, "{a:#x} {name} {b:#x}");
        }
    }
}

/// The bytes of a computation's result, which is that of an operator.
fn executed(computation: &str, operator: &Mnemonic) -> Result<Vec<u8>, Trap> {
    outcome(match operator.pushes() {
        2 => top_two_of_stack(computation),
        _ => top_of_stack(computation),
    })
}

fn wide(value: u64) -> Val {
    Val::I64(value as i64)
}

/// Values around the ends of bytes, halves and words, and shift amounts, with either sign.
fn edge_values() -> Vec<u64> {
    let small = [0, 1, 2, 31, 32, 33, 63, 64, 65, 0x7f, 0x80, 0xff, 0x7fff, 0x8000];
    let large = [0x7fff_ffff, 0x8000_0000, 0x1_0000_0000, 0x0102_0304_0506_0708, i64::MAX as u64];
    let positive = small.into_iter().chain(large).chain([1 << 63, 0xaa55_aa55_55aa_55aa]);
    let mut values: Vec<u64> =
        positive.flat_map(|value: u64| [value, value.wrapping_neg()]).collect();
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
    proptest!(|(a: u64, b: u64, bits in 0_u32..64)| {
        let operators = &mut *operators.borrow_mut();
        operators.check_unary(a >> bits);
        operators.check_unary(a << bits);
        operators.check_binary(a, b >> bits);
        operators.check_binary(a >> bits, b);
    });
}
