//! Tail calls: what they give, and that however many there are calls do not nest.

use super::{agree, call};
use tvm_program::Value;
use tvm_program::wasm;
use tvm_reference::{End, Executor, Trap};
use tvm_test_support::modules::calls_as_program;
use tvm_test_support::sets as fixture;

const EVEN: &str = r#"(module
    (type $step (func (param i64) (result i32)))
    (table 4 funcref) (elem (i32.const 0) $even $odd $output)
    (func $output (param i32))
    (func $even (export "even") (param i64) (result i32)
        (if (i64.eqz (local.get 0)) (then (return (i32.const 44))))
        (return_call $odd (i64.sub (local.get 0) (i64.const 1))))
    (func $odd (export "odd") (param i64) (result i32)
        (if (i64.eqz (local.get 0)) (then (return (i32.const 99))))
        (return_call $even (i64.sub (local.get 0) (i64.const 1))))
    (func $each (export "each") (param i32 i64) (result i32)
        (return_call_indirect (type $step) (local.get 1) (local.get 0)))
    (func (export "twice") (param i64) (result i32)
        (i32.add (i32.mul (i32.const 1000) (call $even (local.get 0))) (call $odd (local.get 0))))
    (func (export "by_table") (param i64 i32) (result i32)
        (i32.sub (call_indirect (type $step) (local.get 0) (local.get 1)) (call $each (local.get 1) (local.get 0)))))"#;

fn integer(value: u64) -> Value {
    Value::I64(value)
}

#[test]
fn functions_call_each_other_in_turn() {
    let bytes = wat::parse_str(EVEN).unwrap();
    for number in [0, 1, 2, 77, 78] {
        let calls = [
            call("even", &[integer(number)]),
            call("odd", &[integer(number)]),
            call("twice", &[integer(number)]),
            call("each", &[Value::I32(0), integer(number)]),
            call("each", &[Value::I32(1), integer(number)]),
            call("by_table", &[integer(number), Value::I32(1)]),
        ];
        assert_eq!(agree(&bytes, &calls).0.end, End::Halt, "{number}");
    }
    for (index, trap) in [
        (2, Trap::IndirectCallTypeMismatch),
        (3, Trap::UninitializedElement),
        (4, Trap::UndefinedElement),
    ] {
        let calls = [call("even", &[integer(3)]), call("each", &[Value::I32(index), integer(5)])];
        assert_eq!(agree(&bytes, &calls).0.end, End::Trap(trap), "{index}");
    }
}

/// More than can nest.
const MANY: u32 = 70_000;

#[test]
fn the_stack_of_calls_does_not_grow() {
    let bytes = wat::parse_str(EVEN).unwrap();
    let (found, tokens) =
        calls_as_program(&bytes, &fixture::full(), &[call("even", &[integer(MANY.into())])]);
    assert_eq!((found.end, &found.bytes[..]), (End::Halt, &[44, 0, 0, 0][..]));
    let (_, fewer) = calls_as_program(
        &bytes,
        &fixture::full(),
        &[call("even", &[integer(u64::from(MANY) - 2)])],
    );
    assert_eq!((tokens - fewer) / 2, 69, "tokens of a step");
}

#[test]
fn locals_begin_as_0_again() {
    let text = r#"(module
        (func $few (export "few") (param i32 i64) (result i64) (local i32 i64)
            (local.set 2 (i32.add (local.get 2) (i32.const 1)))
            (local.set 3 (i64.add (local.get 3) (i64.extend_i32_u (local.get 2))))
            (if (i32.eqz (local.get 0)) (then (return (i64.add (local.get 1) (local.get 3)))))
            (i64.const 8) (i32.const 9)
            (return_call $few (i32.sub (local.get 0) (i32.const 1))
                (i64.add (local.get 1) (local.get 3))))
        (func $many (export "many") (param i32 i64) (result i64) (local i32 i64 i64 i64 i64)
            (local.set 2 (i32.add (local.get 2) (i32.const 1)))
            (local.set 6 (i64.add (local.get 6) (i64.extend_i32_u (local.get 2))))
            (if (i32.eqz (local.get 0)) (then (return (i64.add (local.get 1) (local.get 6)))))
            (i64.const 8) (i32.const 9)
            (return_call $many (i32.sub (local.get 0) (i32.const 1))
                (i64.add (local.get 1) (local.get 6))))
        (func (export "inside") (param i32) (result i64)
            (i64.sub (call $few (local.get 0) (i64.const 2)) (call $many (local.get 0) (i64.const 7)))))"#;
    let bytes = wat::parse_str(text).unwrap();
    let arguments = [Value::I32(1000), Value::I64(1 << 40)];
    let calls =
        [call("few", &arguments), call("many", &arguments), call("inside", &[Value::I32(3)])];
    let (found, _) = agree(&bytes, &calls);
    assert_eq!(found.bytes[..8], ((1_u64 << 40) + 1001).to_le_bytes());
}

#[test]
fn imported_functions_are_called_and_returned_from() {
    let bytes = super::module(
        r#"(func $say (param i32) (i32.const 3) (i64.const 4) (return_call $output (local.get 0)))
           (func (export "f") (result i32) (call $say (i32.const 7)) (call $say (i32.const 8))
               (i32.const 5))"#,
    );
    assert_eq!(agree(&bytes, &[call("f", &[])]).0.bytes, [7, 8, 5, 0, 0, 0]);
}

#[test]
fn a_program_can_begin_with_tail_calls() {
    let text = r#"(module (import "tvm" "output" (func $output (param i32)))
        (start $begin) (global $g (mut i32) (i32.const 0))
        (func $begin (return_call $set (i32.const 40)))
        (func $set (param i32) (global.set $g (local.get 0)))
        (func $more (param i32) (result i32)
            (call $output (i32.add (local.get 0) (global.get $g))) (i32.const 0))
        (func (export "main") (result i32) (return_call $more (i32.const 2))))"#;
    let program = wasm::compile(&wat::parse_str(text).unwrap(), &fixture::full()).unwrap();
    let set = fixture::full();
    let summary = Executor::new(&program, &set, b"").unwrap().run(10_000, &mut |_| {}).unwrap();
    assert_eq!((summary.end, &summary.output[..]), (End::Halt, &b"*"[..]));
}

#[test]
fn what_only_unreached_functions_call_stays_away() {
    let text = r#"(module
        (func $called (param i32) (result i32) (local.get 0))
        (func $never (result i32) (i32.const 1))
        (func $unreached (result i32) (return_call $never))
        (func (export "f") (param i32) (result i32) (return_call $called (local.get 0))))"#;
    let bytes = wat::parse_str(text).unwrap();
    let calls = [call("f", &[Value::I32(6)])];
    assert_eq!(agree(&bytes, &calls).0.bytes, [6, 0, 0, 0]);
    let program = wasm::compile_calls(&bytes, &fixture::full(), &[], &calls).unwrap();
    let names: Vec<_> = program.functions.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["(start of the program)", "called", "f", "(tail calls)"]);
}
