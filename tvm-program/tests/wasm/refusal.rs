//! What is refused, and what the errors say.

use tvm_program::{InstructionSet, wasm};
use tvm_test_support::sets as fixture;

#[track_caller]
fn refused_by(set: &InstructionSet, fields: &str) -> String {
    let bytes = wat::parse_str(format!("(module {fields})")).unwrap();
    wasm::compile(&bytes, set).unwrap_err().to_string()
}

#[track_caller]
fn assert_refused(fields: &str, parts: &[&str]) {
    let message = refused_by(&fixture::full(), fields);
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

#[test]
fn an_unsupported_operator_is_named_with_its_place() {
    let fields = r#"(func $float (export "main") (drop (f64.add (f64.const 1) (f64.const 2))))"#;
    let floating_point = "floating point is not supported";
    assert_refused(
        fields,
        &["function `float` (index 0)", "offset 0x", "f64.const", floating_point],
    );
    let fields = r#"(func (export "main") (local f32))"#;
    assert_refused(fields, &["function 0", "a local of type f32", floating_point]);
    let fields = r#"(func $f (param f64)) (func (export "main") (call $f (unreachable)))"#;
    wasm::compile(&wat::parse_str(format!("(module {fields})")).unwrap(), &fixture::full())
        .unwrap();
    let fields = r#"(global f64 (f64.const 1)) (func (export "main") (drop (global.get 0)))"#;
    assert_refused(fields, &["a global of type f64", floating_point]);
    let fields = r#"(memory 1) (func (export "main")
        (drop (i32.trunc_f32_s (f32.reinterpret_i32 (i32.const 1)))))"#;
    assert_refused(fields, &["f32.reinterpret_i32", floating_point]);
}

#[test]
fn references_are_not_values() {
    for (fields, operator) in [
        (r#"(func (export "main") (drop (ref.null func)))"#, "ref_null"),
        (
            r#"(table 1 funcref) (func (export "main") (drop (table.get 0 (i32.const 0))))"#,
            "table.get",
        ),
        (r#"(table 1 funcref) (func (export "main") (drop (table.size 0)))"#, "table.size"),
        (r#"(func (export "main") (local funcref))"#, "a local of type funcref"),
    ] {
        assert_refused(fields, &["function 0", "offset 0x", operator, "not supported"]);
    }
}

#[test]
fn passive_segments_must_stay_unused() {
    let segments = r#"(memory 1) (table 1 funcref) (data "a") (elem func) (elem declare func)"#;
    let unused = format!(r#"(module {segments} (func (export "main")))"#);
    wasm::compile(&wat::parse_str(unused).unwrap(), &fixture::full()).unwrap();
    for operator in [
        "memory.init 0 (i32.const 0) (i32.const 0) (i32.const 0)",
        "data.drop 0",
        "table.init 0 0 (i32.const 0) (i32.const 0) (i32.const 0)",
        "elem.drop 0",
        "table.copy (i32.const 0) (i32.const 0) (i32.const 0)",
    ] {
        let fields = format!(r#"{segments} (func (export "main") ({operator}))"#);
        assert_refused(&fields, &["function 0", "is not supported"]);
    }
}

#[test]
fn the_classic_set_points_to_the_full_one() {
    for operator in [
        "(drop (i32.mul (i32.const 1) (i32.const 2)))",
        "(unreachable)",
        "(drop (i64.const 1))",
        "(call $wide (unreachable))",
        "(memory.fill (i32.const 0) (i32.const 0) (i32.const 0))",
        "(call_indirect (i32.const 0))",
    ] {
        let fields = format!(
            r#"(memory 1) (table 1 funcref) (func (export "main") {operator})
               (func $wide (param i64))"#
        );
        let message = refused_by(&fixture::classic(), &fields);
        assert!(message.contains("--isa full"), "{message}");
    }
}

#[test]
fn an_instruction_set_without_the_necessary_is_refused() {
    let all = fixture::classic();
    let some = all.mnemonics().iter().filter(|one| one.name != "i32.eqz").cloned().collect();
    let message = refused_by(&InstructionSet::new(some), r#"(func (export "main"))"#);
    assert!(message.contains("`i32.eqz`"), "{message}");
}

#[test]
fn imports_must_be_opcodes_of_the_right_type() {
    let call = |name: &str, signature: &str, call: &str| {
        format!(r#"(import "env" "{name}" (func $f {signature})) (func (export "main") {call})"#)
    };
    assert_refused(&call("mystery", "", "(call $f)"), &["`env.mystery`", "no such import"]);
    assert_refused(&call("br", "", "(call $f)"), &["`env.br`", "no such import"]);
    assert_refused(
        &call("output", "(result i32)", "(drop (call $f))"),
        &["`env.output`", "() -> (i32)", "takes 1 i32 and gives 0"],
    );
    assert_refused(&call("output", "(param i64)", "(call $f (i64.const 1))"), &["(i64) -> ()"]);
    assert_refused(
        r#"(import "env" "memory" (memory 1)) (func (export "main"))"#,
        &["not a function"],
    );
    let unused = r#"(module (import "env" "mystery" (func)) (func (export "main")))"#;
    wasm::compile(&wat::parse_str(unused).unwrap(), &fixture::full()).unwrap();
}

#[test]
fn the_entry_must_be_there_and_of_the_right_type() {
    assert_refused(r#"(func (export "other"))"#, &["exports no entry"]);
    assert_refused(r#"(func (export "compute"))"#, &["`compute`", "() -> ()", "(i32) -> ()"]);
    assert_refused(
        r#"(func (export "main") (param i32))"#,
        &["`main`", "(i32) -> ()", "() -> (i32)"],
    );
}

#[test]
fn memory_and_data_must_fit() {
    assert_refused(r#"(memory 1025) (func (export "main"))"#, &["67174400", "67108864"]);
    assert_refused(
        r#"(memory 1) (data (i32.const 65535) "ab") (func (export "main"))"#,
        &["2 bytes at address 0xffff"],
    );
    assert_refused(
        r#"(table 3 funcref) (elem (i32.const 2) func 0 0) (func (export "main"))"#,
        &["2 functions at index 2", "3 elements"],
    );
    assert_refused(
        r#"(global (export "__heap_base") i32 (i32.const 67108864))
           (func (export "compute") (param i32))"#,
        &["0x4000000"],
    );
}

#[test]
fn an_invalid_module_is_refused_by_offset() {
    let message = wasm::compile(b"\0asm\x01\0\0\0\x01\xff", &fixture::full()).unwrap_err();
    assert!(message.to_string().contains("at offset 0x"), "{message}");
    let simd = wat::parse_str(r#"(module (func (export "main") (local v128)))"#).unwrap();
    assert!(wasm::compile(&simd, &fixture::full()).unwrap_err().to_string().contains("invalid"));
}
