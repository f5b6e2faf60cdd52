//! References as values: functions that are called by them, branches on null, initial values that are computed.
//! wasmi has neither of the first two, so what is expected is written here; `tests/wasm_suite` has the official
//! tests.

use super::{agree, call};
use tvm_program::Value;
use tvm_reference::{End, Trap};
use tvm_test_support::modules::calls_as_program;
use tvm_test_support::sets as fixture;

const MODULE: &str = r#"(module
    (type $binary (func (param i32 i64) (result i64)))
    (type $step (func (param i64 i64) (result i64)))
    (tag $e (param i32))
    (table $t 3 (ref null $binary))
    (elem (table $t) (i32.const 0) (ref null $binary) (ref.func $sum) (ref.func $fails))
    (elem declare func $even $odd)
    (global $product (ref $binary) (ref.func $product))
    (func $sum (type $binary) (i64.add (i64.extend_i32_u (local.get 0)) (local.get 1)))
    (func $product (type $binary) (i64.mul (i64.extend_i32_u (local.get 0)) (local.get 1)))
    (func $fails (type $binary) (throw $e (local.get 0)))
    (func (export "element") (param i32 i64 i32) (result i64)
        (call_ref $binary (local.get 0) (local.get 1) (table.get $t (local.get 2))))
    (func (export "product") (param i32 i64) (result i64)
        (return_call_ref $binary (local.get 0) (local.get 1) (global.get $product)))
    (func (export "caught") (param i32 i64) (result i32)
        (block $caught (result i32)
            (try_table (result i64) (catch $e $caught)
                (call_ref $binary (local.get 0) (local.get 1) (table.get $t (i32.const 1))))
            (i32.wrap_i64)))
    (func $even (type $step)
        (if (i64.eqz (local.get 0)) (then (return (local.get 1))))
        (return_call_ref $step
            (i64.sub (local.get 0) (i64.const 1)) (i64.add (local.get 1) (i64.const 2))
            (ref.func $odd)))
    (func $odd (type $step)
        (return_call_ref $step
            (i64.sub (local.get 0) (i64.const 1)) (i64.add (local.get 1) (i64.const 1))
            (ref.func $even)))
    (func (export "turns") (param i64) (result i64)
        (call_ref $step (local.get 0) (i64.const 0) (ref.func $even)))
    (func (export "on_null") (param i32) (result i64)
        (i64.const 1) (i64.const 5)
        (block $null (param i64) (result i64)
            (i32.const 7) (i64.const 8)
            (br_on_null $null (i64.const 9) (table.get $t (local.get 0)))
            (drop) (drop) (drop) (drop) (drop)
            (br $null (i64.const 12)))
        (i64.const 100) (i64.mul) (i64.add))
    (func (export "on_non_null") (param i32) (result i64)
        (block $some (result (ref $binary))
            (i32.const 3)
            (br_on_non_null $some (table.get $t (local.get 0)))
            (drop)
            (return (i64.const -1)))
        (i32.const 3) (i64.const 4) (call $flipped))
    (func $flipped (param (ref $binary) i32 i64) (result i64)
        (call_ref $binary (local.get 1) (local.get 2) (local.get 0)))
    (func (export "some") (param i32) (result i32)
        (ref.is_null (ref.as_non_null (table.get $t (local.get 0))))))"#;

#[track_caller]
fn gives(function: &str, arguments: &[Value], expected: &[u8]) {
    let bytes = wat::parse_str(MODULE).unwrap();
    let (found, _) = calls_as_program(&bytes, &fixture::full(), &[call(function, arguments)]);
    assert_eq!((found.bytes.as_slice(), found.end), (expected, End::Halt), "{function}");
}

#[track_caller]
fn traps(function: &str, arguments: &[Value], trap: Trap) {
    let bytes = wat::parse_str(MODULE).unwrap();
    let (found, _) = calls_as_program(&bytes, &fixture::full(), &[call(function, arguments)]);
    assert_eq!(found.end, End::Trap(trap), "{function}");
}

#[test]
fn functions_are_called_by_reference() {
    let (seven, far) = (Value::I32(7), Value::I64(1 << 40));
    gives("element", &[seven, far, Value::I32(0)], &(7 + (1u64 << 40)).to_le_bytes());
    gives("product", &[seven, far], &(7u64 << 40).to_le_bytes());
    traps("element", &[seven, far, Value::I32(2)], Trap::UninitializedElement);
    traps("element", &[seven, far, Value::I32(3)], Trap::OutOfBounds);
}

#[test]
fn exceptions_and_tail_calls_pass_through_calls_by_reference() {
    gives("caught", &[Value::I32(31), Value::I64(0)], &31u32.to_le_bytes());
    traps("element", &[Value::I32(7), Value::I64(0), Value::I32(1)], Trap::UncaughtException);
    gives("turns", &[Value::I64(1000)], &1500u64.to_le_bytes());
}

#[test]
fn branches_look_whether_a_reference_is_null() {
    gives("on_null", &[Value::I32(2)], &901u64.to_le_bytes());
    gives("on_null", &[Value::I32(0)], &1201u64.to_le_bytes());
    gives("on_non_null", &[Value::I32(0)], &7u64.to_le_bytes());
    gives("on_non_null", &[Value::I32(2)], &u64::MAX.to_le_bytes());
    gives("some", &[Value::I32(0)], &0u32.to_le_bytes());
    traps("some", &[Value::I32(2)], Trap::Unreachable);
}

#[test]
fn initial_values_are_computed() {
    let text = r#"(module (memory 1)
        (global $a i32 (i32.const -3))
        (global $b i64 (i64.mul (i64.const 0x123456789) (i64.sub (i64.const 5) (i64.const 9))))
        (global (export "a") i32 (i32.add (i32.mul (i32.const 5) (i32.const 7)) (i32.const -40)))
        (data (i32.sub (i32.const 70) (i32.const 60)) "x")
        (func (export "all") (result i32 i64 i32)
            (global.get 2) (global.get $b) (i32.load8_u (i32.const 10))))"#;
    agree(&wat::parse_str(text).unwrap(), &[call("all", &[])]);
    let of_a_global = r#"(module (global $a i32 (i32.const -3))
        (global $b i32 (i32.add (global.get $a) (i32.const 1)))
        (func (export "b") (result i32) (global.get $b)))"#;
    let bytes = wat::parse_str(of_a_global).unwrap();
    let (found, _) = calls_as_program(&bytes, &fixture::full(), &[call("b", &[])]);
    assert_eq!(found.bytes, (-2i32).to_le_bytes());
}
