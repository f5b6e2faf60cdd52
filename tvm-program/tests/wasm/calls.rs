//! Programs made of calls: instantiation, what calls leave behind for each other, and what is
//! refused.

use super::{agree, call};
use tvm_program::wasm::{self, CompileError, HostModule};
use tvm_program::{Value, ValueType};
use tvm_reference::{End, Executor, Trap};
use tvm_test_support::sets as fixture;

const COUNTER: &str = r#"(module
    (memory 1 3) (data (i32.const 8) "\05")
    (global $count (mut i64) (i64.const 40))
    (start $begin)
    (func $begin (global.set $count (i64.add (global.get $count) (i64.const 2))))
    (func (export "count") (param i64) (result i64)
        (global.set $count (i64.add (global.get $count) (local.get 0)))
        (global.get $count))
    (func (export "byte") (result i32) (i32.load8_u (i32.const 8)))
    (func (export "grow") (param i32) (result i32 i32)
        (memory.grow (local.get 0)) (memory.size))
    (func (export "fail") unreachable)
    (func (export "swap") (param i32 i64) (result i64 i32) (local.get 1) (local.get 0)))"#;

#[test]
fn calls_see_what_earlier_ones_did() {
    let bytes = wat::parse_str(COUNTER).unwrap();
    let (found, _) = agree(
        &bytes,
        &[
            call("count", &[Value::I64(1 << 35)]),
            call("byte", &[]),
            call("count", &[Value::I64(u64::MAX)]),
            call("swap", &[Value::I32(1), Value::I64(2)]),
            call("grow", &[Value::I32(0)]),
            call("grow", &[Value::I32(2)]),
            call("grow", &[Value::I32(1)]),
            call("grow", &[Value::I32(u32::MAX)]),
            call("fail", &[]),
            call("byte", &[]),
        ],
    );
    assert_eq!(found.end, End::Trap(Trap::Unreachable));
    assert_eq!(found.bytes.len(), 8 + 4 + 8 + 12 + 4 * 8);
}

#[test]
fn without_calls_the_module_is_only_instantiated() {
    let bytes = wat::parse_str(COUNTER).unwrap();
    assert_eq!(agree(&bytes, &[]).0.end, End::Halt);
    let bytes = wat::parse_str("(module (start $f) (func $f unreachable))").unwrap();
    let set = fixture::full();
    let program = wasm::compile_calls(&bytes, &set, &[], &[]).unwrap();
    let summary = Executor::new(&program, &set, b"").unwrap().run(100, &mut |_| {}).unwrap();
    assert_eq!(summary.end, End::Trap(Trap::Unreachable));
}

#[test]
fn the_types_of_an_export_are_known() {
    let bytes = wat::parse_str(COUNTER).unwrap();
    let expected = (vec![ValueType::I32, ValueType::I64], vec![ValueType::I64, ValueType::I32]);
    assert_eq!(wasm::signature(&bytes, "swap"), Ok(expected));
    let missing = wasm::signature(&bytes, "other").unwrap_err();
    assert_eq!(missing, CompileError::NoFunction { name: "other".to_owned() });
    let imports = r#"(module (import "a" "b" (memory 1)) (import "a" "c" (global f32))
        (func (export "f") (param v128)) (func (export "g")))"#;
    let bytes = wat::parse_str(imports).unwrap();
    assert_eq!(wasm::signature(&bytes, "g"), Ok((Vec::new(), Vec::new())));
    let message = wasm::signature(&bytes, "f").unwrap_err().to_string();
    assert!(message.contains("(v128) -> ()"), "{message}");
}

#[test]
fn arguments_must_be_of_the_functions_types() {
    let bytes = wat::parse_str(COUNTER).unwrap();
    for arguments in [&[][..], &[Value::I32(1)], &[Value::I64(1), Value::I64(1)]] {
        let calls = [call("count", arguments)];
        let refused = wasm::compile_calls(&bytes, &fixture::full(), &[], &calls).unwrap_err();
        assert!(refused.to_string().contains("(i64) -> (i64)"), "{refused}");
    }
}

#[test]
fn the_host_gives_what_is_imported() {
    let text = r#"(module
        (import "host" "print" (func $print (param i32 i64)))
        (import "host" "number" (global $number i64))
        (import "host" "memory" (memory 1 2))
        (export "print" (func $print))
        (func (export "f") (result i64 i32 i32)
            (call $print (i32.const 1) (i64.const 2))
            (i64.add (global.get $number) (i64.const 1))
            (memory.size) (memory.grow (i32.const 1))))"#;
    let bytes = wat::parse_str(text).unwrap();
    let host = |pages, maximum| {
        HostModule::new("host")
            .with_function("print", &[ValueType::I32, ValueType::I64])
            .with_global("number", Value::I64(1 << 40))
            .with_memory("memory", pages, Some(maximum))
    };
    let calls = [call("print", &[Value::I32(1), Value::I64(1)]), call("f", &[])];
    let set = fixture::full();
    let compile = |host| wasm::compile_calls(&bytes, &set, &[host], &calls);
    let program = compile(host(2, 2)).unwrap();
    let summary = Executor::new(&program, &set, b"").unwrap().run(10_000, &mut |_| {}).unwrap();
    assert_eq!(summary.output[..8], ((1u64 << 40) + 1).to_le_bytes());
    assert_eq!(summary.output[8..], [2, 0, 0, 0, 255, 255, 255, 255]);
    for (host, missing) in [
        (host(0, 2), "`host.memory`"),
        (host(1, 3), "`host.memory`"),
        (host(1, 2).with_global("number", Value::I32(1)), "`host.number`"),
        (host(1, 2).with_function("print", &[]), "`host.print`"),
    ] {
        let message = compile(host).unwrap_err().to_string();
        assert!(message.contains(missing), "{message}");
    }
}

#[test]
fn what_the_host_has_must_be_of_the_kind_and_type_that_is_imported() {
    let host = HostModule::new("host")
        .with_function("function", &[ValueType::I32])
        .with_global("global", Value::I32(1))
        .with_table("table", 1, None)
        .with_memory("memory", 1, None);
    let compile = |import: &str| {
        let text = format!("(module {import})");
        wasm::compile_calls(
            &wat::parse_str(text).unwrap(),
            &fixture::full(),
            std::slice::from_ref(&host),
            &[],
        )
    };
    let kinds = [
        ("function", "(func (param i32))"),
        ("global", "(global i32)"),
        ("table", "(table 1 funcref)"),
        ("memory", "(memory 1)"),
        ("tag", "(tag)"),
    ];
    for (name, _) in &kinds[..4] {
        for (kind, wanted) in kinds {
            let compiled = compile(&format!(r#"(import "host" "{name}" {wanted})"#));
            assert_eq!(compiled.is_ok(), *name == kind, "{name} as a {kind}: {compiled:?}");
        }
    }
    for (name, wanted) in [
        ("function", "(func)"),
        ("function", "(func (param i32) (result i32))"),
        ("global", "(global i64)"),
        ("table", "(table 1 externref)"),
        ("memory", "(memory 2)"),
    ] {
        let error = compile(&format!(r#"(import "host" "{name}" {wanted})"#)).unwrap_err();
        assert!(error.to_string().contains(&format!("`host.{name}`")), "{error}");
    }
}
