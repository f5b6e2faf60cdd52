//! Values of 64 bits: every operator, and every place that a value can be in.

use super::{agree, call};
use tvm_program::Value;
use tvm_program::wasm::Invocation;
use tvm_reference::{End, Trap};

const NUMBERS: [u64; 10] = [
    0,
    1,
    63,
    0xffff_ffff,
    0x1_0000_0000,
    0x8000_0000,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    0xffff_ffff_ffff_ffff,
    0x1234_5678_9abc_de80,
];

fn module(fields: &str) -> Vec<u8> {
    wat::parse_str(format!("(module {fields})")).unwrap()
}

#[test]
fn operators_of_two_numbers() {
    let calls: Vec<Invocation> = NUMBERS
        .iter()
        .flat_map(|&a| NUMBERS.map(|b| call("f", &[Value::I64(a), Value::I64(b)])))
        .collect();
    for name in ["add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "shr_u", "rotl", "rotr"] {
        let fields = format!(
            r#"(func (export "f") (param i64 i64) (result i64)
                (i64.{name} (local.get 0) (local.get 1)))"#
        );
        agree(&module(&fields), &calls);
    }
    for name in ["eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"] {
        let fields = format!(
            r#"(func (export "f") (param i64 i64) (result i32 i32)
                (i64.{name} (local.get 0) (local.get 1))
                (if (result i32) (i64.{name} (local.get 0) (local.get 1))
                    (then (i32.const 5)) (else (i32.const 6))))"#
        );
        agree(&module(&fields), &calls);
    }
}

#[test]
fn operators_of_one_number() {
    let calls = NUMBERS.map(|a| call("f", &[Value::I64(a)]));
    for name in ["clz", "ctz", "popcnt", "extend8_s", "extend16_s", "extend32_s"] {
        let fields = format!(
            r#"(func (export "f") (param i64) (result i64 i64)
                (i64.{name} (local.get 0)) (i64.{name} (i64.add (local.get 0) (i64.const 1))))"#
        );
        agree(&module(&fields), &calls);
    }
    let fields = r#"(func (export "f") (param i64) (result i32 i32 i32 i64 i64)
        (i64.eqz (local.get 0))
        (i32.wrap_i64 (local.get 0))
        (i32.wrap_i64 (i64.shr_u (local.get 0) (i64.const 7)))
        (i64.extend_i32_s (i32.wrap_i64 (local.get 0)))
        (i64.extend_i32_u (i32.wrap_i64 (local.get 0))))"#;
    agree(&module(fields), &calls);
}

#[test]
fn constants_of_every_size() {
    for value in NUMBERS {
        let fields =
            format!(r#"(func (export "f") (result i64) (i64.const {}))"#, value.cast_signed());
        let (found, _) = agree(&module(&fields), &[call("f", &[])]);
        assert_eq!(found.bytes, value.to_le_bytes());
    }
}

#[test]
fn loads_and_stores_of_every_width() {
    for (store, loads) in [
        ("store", vec!["load", "load8_s", "load16_s", "load32_s"]),
        ("store8", vec!["load", "load8_u", "load8_s"]),
        ("store16", vec!["load", "load16_u", "load16_s"]),
        ("store32", vec!["load", "load32_u", "load32_s"]),
    ] {
        for load in loads {
            let fields = format!(
                r#"(memory 1) (data (i32.const 0) "abcdefghijklmnop")
                (func (export "f") (param i64) (result i64)
                    (i64.{store} offset=3 (i32.const 2) (local.get 0))
                    (i64.{load} offset=4 (i32.const 1)))"#
            );
            agree(&module(&fields), &NUMBERS.map(|a| call("f", &[Value::I64(a)])));
        }
    }
}

#[test]
fn what_is_outside_memory_traps() {
    let fields = r#"(memory 1)
        (func (export "load") (param i32) (result i64) (i64.load offset=4 (local.get 0)))
        (func (export "store") (param i32) (i64.store offset=4 (local.get 0) (i64.const 1)))"#;
    for (address, end) in
        [(0x1_0000 - 12, End::Halt), (0x1_0000 - 11, End::Trap(Trap::OutOfBounds))]
    {
        for name in ["load", "store"] {
            let (found, _) = agree(&module(fields), &[call(name, &[Value::I32(address)])]);
            assert_eq!(found.end, end, "{name} at {address:#x}");
        }
    }
}

#[test]
fn values_move_through_locals_globals_and_the_stack() {
    let fields = r#"
        (global $one (mut i64) (i64.const 0x123456789a))
        (global $small (mut i32) (i32.const 7))
        (global $two (mut i64) (i64.const -3))
        (global $unset (mut i64) (i64.const 0))
        (func $three (param i32 i64 i32) (result i64 i32 i64)
            (local.get 1) (i32.sub (local.get 0) (local.get 2)) (global.get $two))
        (func (export "f") (param i64 i32 i64) (result i64 i32 i64 i64 i64 i32 i64 i64)
            (local i32 i64)
            (global.set $unset (i64.add (global.get $unset) (global.get $one)))
            (global.set $small (i32.add (global.get $small) (local.get 1)))
            (local.set 4 (local.get 0))
            (call $three (local.get 1) (local.get 2) (global.get $small))
            (select (local.get 0) (local.get 2) (local.get 1))
            (select (result i64) (local.get 0) (local.tee 4 (local.get 2)) (local.get 3))
            (drop (i64.const 5)) (drop (i32.const 5))
            (select (local.get 1) (local.get 3) (local.get 1))
            (local.get 4)
            (global.get $unset)))"#;
    let calls: Vec<_> = [(1, 0), (2, 1), (3, 5)]
        .map(|(a, b)| call("f", &[Value::I64(a << 33), Value::I32(b), Value::I64(!a)]))
        .to_vec();
    agree(&module(&fields[..fields.len() - 1]), &calls);
}

#[test]
fn locals_begin_as_zero_in_every_call_and_may_be_many() {
    for many in [3, 40, 100] {
        let locals = "i64 i32 ".repeat(many);
        let last = 2 * many - 1;
        let fields = format!(
            r#"(func $deep (param i32) (result i64 i32) (local {locals})
                (if (local.get 0) (then
                    (call $deep (i32.sub (local.get 0) (i32.const 1)))
                    (local.set 2) (local.set {last})
                    (local.set 1 (i64.const -1))
                    (local.set {last} (i64.add (local.get {last}) (i64.const 0x100000001)))))
                (local.get {last}) (i32.add (i32.add (local.get 2) (local.get {})) (i32.const 1)))
            (func (export "f") (param i32) (result i64 i32) (call $deep (local.get 0)))"#,
            last + 1
        );
        let calls = [3, 0, 2].map(|x| call("f", &[Value::I32(x)]));
        agree(&module(&fields), &calls);
    }
}
