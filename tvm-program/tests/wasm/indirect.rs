//! Indirect calls: by every index, of the right and of the wrong type, through any table.

use super::{agree, call};
use tvm_program::Value;
use tvm_program::wasm::{self, HostModule};
use tvm_reference::{End, Executor, Trap};
use tvm_test_support::sets as fixture;

const MODULE: &str = r#"(module
    (type $binary (func (param i32 i64) (result i64)))
    (type $same (func (param i32 i64) (result i64)))
    (type $nothing (func))
    (table 6 funcref)
    (elem (i32.const 1) $sum $difference $nothing)
    (elem (i32.const 3) func $product)
    (elem (i32.const 4) funcref (ref.func $nothing) (ref.null func))
    (func $sum (type $binary) (i64.add (i64.extend_i32_u (local.get 0)) (local.get 1)))
    (func $difference (type $same) (i64.sub (local.get 1) (i64.extend_i32_u (local.get 0))))
    (func $product (type $binary) (i64.mul (i64.extend_i32_u (local.get 0)) (local.get 1)))
    (func $nothing)
    (func (export "apply") (param i32 i64 i32) (result i64)
        (call_indirect (type $binary) (local.get 0) (local.get 1) (local.get 2)))
    (func (export "run") (param i32) (call_indirect (type $nothing) (local.get 0))))"#;

#[test]
fn every_index_leads_where_the_table_says() {
    let bytes = wat::parse_str(MODULE).unwrap();
    let apply = |index| call("apply", &[Value::I32(7), Value::I64(1 << 40), Value::I32(index)]);
    for (index, end) in [
        (0, End::Trap(Trap::UninitializedElement)),
        (1, End::Halt),
        (2, End::Halt),
        (3, End::Halt),
        (4, End::Trap(Trap::IndirectCallTypeMismatch)),
        (5, End::Trap(Trap::UninitializedElement)),
        (6, End::Trap(Trap::UndefinedElement)),
        (u32::MAX, End::Trap(Trap::UndefinedElement)),
    ] {
        let (found, _) = agree(&bytes, &[apply(2), apply(index)]);
        assert_eq!(found.end, end, "index {index}");
    }
    assert_eq!(agree(&bytes, &[call("run", &[Value::I32(4)])]).0.end, End::Halt);
    let wrong = agree(&bytes, &[call("run", &[Value::I32(1)])]).0.end;
    assert_eq!(wrong, End::Trap(Trap::IndirectCallTypeMismatch));
}

#[test]
fn routines_are_named_for_people() {
    let bytes = wat::parse_str(MODULE).unwrap();
    let arguments = [Value::I32(7), Value::I64(1), Value::I32(1)];
    let calls = [call("apply", &arguments)];
    let program = wasm::compile_calls(&bytes, &fixture::full(), &[], &calls).unwrap();
    let names: Vec<_> = program.functions.iter().map(|one| one.name.as_str()).collect();
    let dispatch = "call_indirect (i32 i64) -> (i64)";
    assert_eq!(
        names,
        ["(start of the program)", "sum", "difference", "product", "apply", dispatch]
    );
    assert!(program.functions.is_sorted_by_key(|one| one.first));
}

#[test]
fn the_index_of_the_table_may_take_several_bytes() {
    let text = r#"(module (type $t (func (result i32))) (table 2 funcref) (elem (i32.const 1) $f)
        (func $f (result i32) (i32.const 77))
        (func (export "f") (result i32) (call_indirect (type $t) (i32.const 1))))"#;
    let bytes = wat::parse_str(text).unwrap();
    // The body of the last function: no locals, i32.const 1, call_indirect 0 0, end.
    let end = bytes.windows(7).position(|one| one == [0, 0x41, 1, 0x11, 0, 0, 0x0b]).unwrap();
    let mut long = bytes[..end + 5].to_vec();
    long.extend([0x80, 0x80, 0x80, 0x80, 0x00, 0x0b]);
    long[end - 1] += 4;
    let code = long.windows(2).position(|one| one == [0x0a, bytes_after(&bytes)]).unwrap();
    long[code + 1] += 4;
    assert_eq!(agree(&long, &[call("f", &[])]).0.bytes, [77, 0, 0, 0]);
}

/// The size of the code section of the module above: two bodies of 4 and of 7 bytes, each behind
/// its size, and their number.
fn bytes_after(module: &[u8]) -> u8 {
    let size = module.windows(3).find(|one| one[0] == 0x0a && one[2] == 2).unwrap()[1];
    assert!(size < 0x7c);
    size
}

#[test]
fn several_tables_and_those_of_the_host() {
    let text = r#"(module (type $t (func (param i32) (result i32))) (type $print (func (param i32)))
        (import "host" "print" (func $print (type $print)))
        (import "host" "table" (table $first 2 funcref))
        (import "host" "place" (global $place i32))
        (table $second 3 funcref)
        (elem (table $first) (global.get $place) func $double)
        (elem (table $second) (i32.const 0) func $half $print)
        (func $double (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
        (func $half (param i32) (result i32) (i32.div_u (local.get 0) (i32.const 2)))
        (func (export "f") (param i32) (result i32 i32)
            (call_indirect $second (type $print) (local.get 0) (i32.const 1))
            (call_indirect $first (type $t) (local.get 0) (i32.const 1))
            (call_indirect $second (type $t) (local.get 0) (i32.const 0)))
        (func (export "g") (call_indirect $first (type $t) (i32.const 0) (i32.const 0)) drop))"#;
    let host = HostModule::new("host")
        .with_function("print", &[tvm_program::ValueType::I32])
        .with_table("table", 2, Some(20))
        .with_global("place", Value::I32(1));
    let bytes = wat::parse_str(text).unwrap();
    let run = |name: &str, arguments: &[Value]| {
        let set = fixture::full();
        let calls = [call(name, arguments)];
        let program =
            wasm::compile_calls(&bytes, &set, std::slice::from_ref(&host), &calls).unwrap();
        Executor::new(&program, &set, b"").unwrap().run(100_000, &mut |_| {}).unwrap()
    };
    assert_eq!(run("f", &[Value::I32(50)]).output, [100, 0, 0, 0, 25, 0, 0, 0]);
    assert_eq!(run("g", &[]).end, End::Trap(Trap::UninitializedElement));
}
