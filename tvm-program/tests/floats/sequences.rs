//! Operators that are sequences of opcodes, in a set that has these.

use tvm_program::wasm::Invocation;
use tvm_program::{Code, InstructionSet, Value};
use tvm_test_support::modules::{calls_as_program, calls_by_wasmi};
use tvm_test_support::sets;

use crate::cases::SplitMix;
use crate::operators::{OPERATORS, Operator};
use crate::{calls, cases, check, number_of_cases};

/// The set that has the opcodes of all sequences.
fn set() -> InstructionSet {
    sets::full()
}

/// The set without an opcode.
fn set_without(name: &str) -> InstructionSet {
    let others = set().mnemonics().iter().filter(|one| one.name != name).cloned().collect();
    InstructionSet::new(others).with_traps()
}

fn operator(name: &str) -> &'static Operator {
    OPERATORS.iter().find(|operator| operator.name == name).unwrap()
}

/// The functions of a program that calls an operator, and the instructions of the one that it calls,
/// between its parameters and its end.
fn called(name: &str, set: &InstructionSet) -> (Vec<String>, String) {
    let operator = operator(name);
    let program = calls::program(operator, set, &[(0, 0)]);
    let names = program.functions.iter().map(|function| function.name.clone()).collect();
    // Each parameter is taken and read; the first of them by one `local.tee`.
    let first = program.functions[1].first + 2 * operator.parameters.len() - 1;
    let body = program.instructions[first..].iter().take_while(|one| one.code != Code::RETURN);
    let texts = body.map(|one| {
        let name = &set.by_code(one.code).unwrap().name;
        if one.immediate == 0 { name.clone() } else { format!("{name} {}", one.immediate) }
    });
    (names, texts.collect::<Vec<_>>().join(" "))
}

/// The operators whose result is made of a significand, without a routine.
fn sequences() -> impl Iterator<Item = &'static Operator> {
    let set = set();
    OPERATORS.iter().filter(move |operator| {
        let (functions, opcodes) = called(operator.name, &set);
        functions.len() == 2 && [".rounding ", ".truncated"].iter().any(|one| opcodes.contains(one))
    })
}

#[test]
fn sequences_compute_what_operators_compute() {
    let (set, mut random) = (set(), SplitMix(100));
    let mut number = 0;
    for operator in sequences() {
        check(operator, &set, &cases::crossed(operator.parameters), usize::MAX);
        let arguments: Vec<_> = (0..number_of_cases(operator))
            .map(|_| cases::arguments(operator.parameters, &mut random))
            .collect();
        check(operator, &set, &arguments, usize::MAX);
        number += 1;
    }
    assert_eq!(number, 40);
}

#[test]
fn an_operator_is_its_opcodes() {
    for (name, opcodes) in [
        ("f32.add", "f32.scale_sum f32.sum f32.rounding f32.round2"),
        ("f64.sub", "f64.scale_difference f64.sum f64.rounding f64.round4"),
        ("f64.mul", "f64.scale_product f64.product f64.product_high f64.rounding f64.round4"),
        ("f32.convert_i64_s", "i64.scale_s i64.magnitude f32.rounding f32.round2"),
        ("f64.convert_i32_u", "i32.const 2200 i32.magnitude f64.rounding f64.round1"),
        ("f32.demote_f64", "f64.scale f64.significand f32.rounding f32.round2"),
        ("f64.floor", "f64.scale_floor f64.whole f64.rounding f64.round2"),
        ("f32.nearest", "f32.scale_nearest f32.whole f32.rounding f32.round1"),
        ("i64.trunc_f32_u", "f32.scale f32.significand i64.truncation_u i64.truncated1"),
        ("i32.trunc_sat_f64_s", "f64.scale f64.significand i32.truncation_sat_s i32.truncated2"),
    ] {
        let (functions, found) = called(name, &set());
        assert_eq!(functions.len(), 2, "{name} calls no routine");
        assert_eq!(found, opcodes);
    }
}

#[test]
fn without_one_of_its_opcodes_there_is_no_such_operator() {
    for (name, opcode) in [
        ("f64.add", "f64.round4"),
        ("f64.sub", "f64.scale_difference"),
        ("f64.convert_i32_u", "i32.magnitude"),
        ("f32.ceil", "f32.whole"),
        ("i32.trunc_f64_s", "i32.truncation_s"),
    ] {
        let error = calls::compile(operator(name), &set_without(opcode), &[(0, 0)]).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn results_of_sequences_have_their_types() {
    let text = r#"(module
        (func $wide (param f64 i32) (result f64) (local.get 0))
        (func (export "f") (param f64 f32 i32) (result f64 f32 i64 i32) (local f64)
            (drop (f64.mul (local.get 0) (local.get 0)))
            (drop (f32.demote_f64 (local.get 0)))
            (local.set 3 (f64.convert_i32_u (local.get 2)))
            (block $out (result f64)
                (f32.sub (local.get 1) (f32.const 1))
                (f64.promote_f32 (local.get 1))
                (br_if $out (f64.add (local.get 0) (local.get 3)) (local.get 2))
                (drop) (drop) (drop)
                (call $wide (f64.sub (local.get 0) (local.get 3)) (i32.const 1)))
            (select
                (f32.add (local.get 1) (local.get 1))
                (f32.convert_i64_s (i64.const -5))
                (local.get 2))
            (i64.reinterpret_f64 (f64.convert_i64_u (i64.const -1)))
            (i32.wrap_i64 (i64.reinterpret_f64 (f64.mul (local.get 0) (f64.const 3))))))"#;
    let module = wat::parse_str(text).unwrap();
    let calls = [0, 7].map(|condition| Invocation {
        function: "f".to_owned(),
        arguments: vec![
            Value::F64(0.1_f64.to_bits()),
            Value::F32(2.5_f32.to_bits()),
            Value::I32(condition),
        ],
    });
    let (found, _) = calls_as_program(&module, &set(), &calls);
    assert_eq!(found, calls_by_wasmi(&module, &calls));
}
