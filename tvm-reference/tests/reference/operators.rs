//! Every numeric operator of both widths against wasmi, on edge values crossed with each other and on
//! random ones; and that the executor has semantics for every opcode there is.

use std::cell::RefCell;

use proptest::prelude::*;

use super::by_wasmi::{ByWasmi, outcome};
use super::fixture::{constant, instruction_set, operators, result_of};
use tvm_program::ValueType::{self, F32, F64, I32, I64};
use tvm_program::{Instruction, Mnemonic, Program, Value};
use tvm_reference::{Executor, Fault};
use tvm_test_support::sets::full;

/// The operators on values of a type by the number of their operands, and what wasmi makes of them.
struct Operators {
    of: ValueType,
    unary: Vec<Mnemonic>,
    binary: Vec<Mnemonic>,
    by_wasmi: ByWasmi,
}

impl Operators {
    /// Those of a type, of which there are so many of each kind.
    fn new(of: ValueType) -> Self {
        let (unary, binary) = (operators(&[of]), operators(&[of, of]));
        let by_wasmi = ByWasmi::new(&[unary.as_slice(), &binary].concat());
        Operators { of, unary, binary, by_wasmi }
    }

    /// The value of the type whose bits are the low ones of a number.
    fn value(&self, number: u64) -> Value {
        match self.of {
            I32 => Value::I32(number as u32),
            I64 => Value::I64(number),
            F32 => Value::F32(number as u32),
            F64 => Value::F64(number),
        }
    }

    fn check_unary(&mut self, a: u64) {
        let a = self.value(a);
        for operator in &self.unary {
            check(operator, &[a], &mut self.by_wasmi);
        }
    }

    fn check_binary(&mut self, a: u64, b: u64) {
        let (a, b) = (self.value(a), self.value(b));
        for operator in &self.binary {
            check(operator, &[a, b], &mut self.by_wasmi);
        }
    }
}

fn check(operator: &Mnemonic, operands: &[Value], by_wasmi: &mut ByWasmi) {
    let constants: String = operands.iter().map(|&one| format!("{}; ", constant(one))).collect();
    let [result] = operator.results[..] else { panic!("{} has one result", operator.name) };
    let ours = outcome(result_of(&format!("{constants} {}", operator.name), result));
    assert_eq!(ours, by_wasmi.result(&operator.name, operands), "{} {operands:x?}", operator.name);
}

/// Values around powers of two and around the ends of bytes, halves and words, with either sign, and
/// shift amounts.
fn edge_values(of: ValueType) -> Vec<u64> {
    let small = [0, 1, 2, 3, 7, 31, 32, 33, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff];
    let words =
        [0x1_0000, 0x7f_ffff, 0x80_0000, 0x0102_0304, 0x7fff_ffff, 0x8000_0000, 0xaa55_aa55];
    let wide = [63, 64, 65, 1 << 32, 0x0102_0304_0506_0708, i64::MAX as u64, 1 << 63];
    let mut positive = [small.as_slice(), &words].concat();
    if of == I64 {
        positive.extend(wide);
        positive.push(0xaa55_aa55_55aa_55aa);
    }
    // 1, infinity and the least NaN.
    match of {
        F32 => positive.extend([0x3f80_0000, 0x7f80_0000, 0x7f80_0001]),
        F64 => positive.extend([0x3ff0 << 48, 0x7ff0 << 48, 0x7ff0 << 48 | 1]),
        _ => {}
    }
    if matches!(of, F32 | F64) {
        let sign = 1 << (32 * of.words() - 1);
        positive.extend(positive.clone().into_iter().map(|value| value | sign));
    }
    let mut values: Vec<u64> =
        positive.into_iter().flat_map(|value| [value, value.wrapping_neg()]).collect();
    values.sort_unstable();
    values.dedup();
    values
}

#[test]
fn there_are_as_many_operators_as_there_should_be() {
    let number = |operands: &[ValueType]| operators(operands).len();
    assert_eq!((number(&[I32]), number(&[I32, I32])), (6, 25));
    assert_eq!((number(&[I64]), number(&[I64, I64])), (6, 21));
    assert_eq!((number(&[F32]), number(&[F32, F32])), (2, 9));
    assert_eq!((number(&[F64]), number(&[F64, F64])), (2, 9));
}

fn cross_edge_values(of: ValueType) {
    let mut operators = Operators::new(of);
    for a in edge_values(of) {
        operators.check_unary(a);
        for b in edge_values(of) {
            operators.check_binary(a, b);
        }
    }
}

#[test]
fn edge_values_of_32_bits_crossed() {
    cross_edge_values(I32);
}

#[test]
fn edge_values_of_64_bits_crossed() {
    cross_edge_values(I64);
}

#[test]
fn edge_values_of_floats_crossed() {
    cross_edge_values(F32);
    cross_edge_values(F64);
}

#[test]
fn random_values() {
    let all = RefCell::new([I32, I64, F32, F64].map(Operators::new));
    proptest!(|(a: u64, b: u64, bits in 0_u32..64)| {
        for operators in all.borrow_mut().iter_mut() {
            operators.check_unary(a >> bits);
            operators.check_unary(a << bits);
            operators.check_binary(a, b >> bits);
            operators.check_binary(a >> bits, b);
        }
    });
}

/// What the executor says of an instruction that is alone in its program.
fn fault_of(mnemonic: &Mnemonic) -> Option<Fault> {
    let instructions = vec![Instruction::new(mnemonic.code, 0)];
    let program = Program { instructions, ..Program::default() };
    let executor = Executor::new(&program, instruction_set(), b"").unwrap();
    executor.run(100, &mut |_| {}).err().map(|error| error.fault)
}

#[test]
fn every_opcode_of_the_full_set_has_semantics() {
    let set = full();
    assert!(set.mnemonics().len() > 100, "the full set is not small");
    for mnemonic in set.mnemonics() {
        let missing = Fault::NoSemantics(mnemonic.name.clone());
        assert_ne!(fault_of(mnemonic), Some(missing));
    }
    let user = instruction_set().by_name("sat_add").expect("an opcode of a user");
    assert_eq!(fault_of(user), Some(Fault::NoSemantics("sat_add".to_owned())));
}
