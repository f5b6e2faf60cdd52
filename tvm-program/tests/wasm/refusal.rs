//! What is refused, and what the errors say.

use tvm_program::{InstructionSet, limits, wasm};
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
    let zero = "(v128.const i64x2 0 0)";
    let fields = format!(r#"(func $vector (export "main") (drop (i8x16.abs {zero})))"#);
    let vectors = "compile without vectors";
    assert_refused(&fields, &["function `vector` (index 0)", "offset 0x", "v128_const", vectors]);
    let fields = r#"(func (export "main") (local v128))"#;
    assert_refused(fields, &["function 0", "a local of type v128", vectors]);
    let fields = r#"(func $f (param v128)) (func (export "main") (call $f (unreachable)))"#;
    wasm::compile(&wat::parse_str(format!("(module {fields})")).unwrap(), &fixture::full())
        .unwrap();
    let fields = format!(r#"(global v128 {zero}) (func (export "main") (drop (global.get 0)))"#);
    assert_refused(&fields, &["a global of type v128", vectors]);
}

#[test]
fn a_module_without_an_entry_is_told_what_it_exports() {
    let message = refused_by(
        &fixture::full(),
        r#"(func (export "b") (export "a"))
        (func (export "_initialize"))"#,
    );
    assert!(message.contains(". It exports `a`, `b`: `tvm run --invoke a` calls"), "{message}");
    assert!(!refused_by(&fixture::full(), "").contains("It exports"));
    let many: String = (10..40).map(|n| format!(r#"(func (export "f{n}"))"#)).collect();
    let message = refused_by(&fixture::full(), &many);
    assert!(message.contains("`f29` and 10 more: `tvm run"), "{message}");
}

#[test]
fn a_module_is_told_all_that_it_lacks() {
    let fields = r#"(import "tvm" "table" (table 1 funcref)) (import "tvm" "number" (global f64))
        (import "tvm" "fd_write" (func $write (param i32) (result i32)))
        (import "wasi" "unused" (func))
        (tag $e)
        (func $vectors (param v128) (result i64) (local v128)
            (local.get 0) (i8x16.abs) (drop)
            (if (result i64) (ref.is_null (ref.i31 (i32.const 1)))
                (then (i64.add (i64.const 1) (i64.extend_i32_u (call $write (i32.const 1)))))
                (else (i64.const 2) (br 0) (i16x8.neg) (unreachable)))
            (return) (f32x4.neg) (throw $e))
        (func $more (block $b (try_table (catch $e $b) (call $write (i32.const 2)) (drop))))
        (func $unused (drop (f64x2.neg (v128.const i64x2 0 0))))
        (func (export "main")
            (drop (call $vectors (v128.const i64x2 0 0))) (call $more) (throw $e))"#;
    let message = refused_by(&fixture::full(), fields);
    let lines: Vec<&str> = message.lines().collect();
    assert_eq!(lines[0], "the program needs 8 things that are not there:", "{message}");
    assert_eq!(lines.len(), 9, "{message}");
    for (line, parts) in lines[1..].iter().zip([
        &["- import `tvm.table`: there is no such table"][..],
        &["- import `tvm.number`: there is no such global"],
        &["`vectors` (index 2)", "a parameter of type v128", "vectors", "(also in another place)"],
        &["a local of type v128"],
        &["i8x16_abs", "compile without vectors"],
        &["ref_i31", "garbage collector"],
        &["- import `tvm.fd_write`: there is no such function"],
        &["function 5", "v128_const"],
    ]) {
        for part in parts {
            assert!(line.contains(part), "`{part}` is not in `{line}` of: {message}");
        }
    }
}

#[test]
fn a_message_lists_some_of_very_many_things() {
    let imports: String =
        (0..30).map(|n| format!(r#"(import "tvm" "f{n}" (func $f{n}))"#)).collect();
    let calls: String = (0..30).map(|n| format!("(call $f{n})")).collect();
    let message =
        refused_by(&fixture::full(), &format!(r#"{imports} (func (export "main") {calls})"#));
    assert_eq!(message.lines().count(), 22, "{message}");
    assert!(message.ends_with("\n- and 10 more"), "{message}");
}

#[test]
fn tables_hold_no_exceptions() {
    for (operator, name) in [
        ("(drop (table.get $t (i32.const 0)))", "table.get"),
        ("(table.set $t (i32.const 0) (ref.null exn))", "table.set"),
        ("(table.fill $t (i32.const 0) (ref.null exn) (i32.const 1))", "table.fill"),
        ("(table.copy $t $t (i32.const 0) (i32.const 0) (i32.const 1))", "table.copy"),
        ("(table.init $t $e (i32.const 0) (i32.const 0) (i32.const 1))", "table.init"),
        ("(drop (table.grow $t (ref.null exn) (i32.const 1)))", "table.grow"),
        ("(drop (ref.as_non_null (ref.null exn)))", "ref_as_non_null"),
    ] {
        let fields = format!(
            r#"(table $t 1 exnref) (elem $e exnref (ref.null exn)) (func (export "main") {operator})"#
        );
        assert_refused(&fields, &["function 0", "offset 0x", name, "not supported"]);
    }
}

#[test]
fn the_classic_set_has_neither_tables_that_change_nor_passive_segments() {
    let segments = r#"(memory 1) (table 1 funcref) (data "a") (elem func) (elem declare func)"#;
    let unused = format!(r#"(module {segments} (func (export "main")))"#);
    wasm::compile(&wat::parse_str(unused).unwrap(), &fixture::classic()).unwrap();
    for operator in [
        "memory.init 0 (i32.const 0) (i32.const 0) (i32.const 0)",
        "data.drop 0",
        "table.init 0 0 (i32.const 0) (i32.const 0) (i32.const 0)",
        "elem.drop 0",
        "table.copy (i32.const 0) (i32.const 0) (i32.const 0)",
        "table.set 0 (i32.const 0) (ref.null func)",
        "table.fill 0 (i32.const 0) (ref.null func) (i32.const 0)",
        "drop (table.grow 0 (ref.null func) (i32.const 0))",
        "drop (table.size 0)",
    ] {
        let fields = format!(r#"{segments} (func (export "main") ({operator}))"#);
        let message = refused_by(&fixture::classic(), &fields);
        assert!(message.contains("--isa full"), "{message}");
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
        "(drop (ref.as_non_null (ref.null func)))",
        "(call_ref $t (ref.null $t))",
        "(return_call_ref $t (ref.null $t))",
        "(drop (f64.const 1))",
        "(drop (f32.add (f32.const 1) (f32.const 2)))",
        "(drop (f32.neg (f32.const 1)))",
        "(drop (f32.sub (f32.const 1) (f32.const 2)))",
        "(return_call $wide (unreachable))",
        "(return_call_indirect (i32.const 0))",
        "(throw $e)",
        "(throw_ref (unreachable))",
        "(block $b (try_table (catch_all $b) (throw $e)))",
        "try (nop) catch $e (rethrow 0) end",
    ] {
        let fields = format!(
            r#"(type $t (func)) (memory 1) (table 1 funcref) (tag $e) (func (export "main") {operator})
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
        format!(r#"(import "tvm" "{name}" (func $f {signature})) (func (export "main") {call})"#)
    };
    assert_refused(&call("mystery", "", "(call $f)"), &["`tvm.mystery`", "no such function"]);
    assert_refused(&call("br", "", "(call $f)"), &["`tvm.br`", "no such function"]);
    assert_refused(
        &call("br_if.i32.eqz", "(param i32)", "(call $f (i32.const 1))"),
        &["`tvm.br_if.i32.eqz`", "no such function"],
    );
    assert_refused(
        &call("output", "(result i32)", "(drop (call $f))"),
        &["`tvm.output`", "() -> (i32)", "takes 1 words and gives 0"],
    );
    assert_refused(&call("output", "(param i64)", "(call $f (i64.const 1))"), &["(i64) -> ()"]);
    assert_refused(
        r#"(import "tvm" "memory" (memory 1)) (func (export "main"))"#,
        &["no such memory"],
    );
    let unused = r#"(module (import "env" "mystery" (func)) (func (export "main")))"#;
    wasm::compile(&wat::parse_str(unused).unwrap(), &fixture::full()).unwrap();
}

#[test]
fn the_entry_must_be_there_and_of_the_right_type() {
    assert_refused(
        r#"(func (export "other"))"#,
        &[
            "`compute` of type (i32) -> ()",
            "`main`",
            "(i32 i32) -> (i32)",
            "`_start` of type () -> ()",
        ],
    );
    assert_refused(r#"(func (export "compute"))"#, &["`compute`", "() -> ()", "(i32) -> ()"]);
    assert_refused(
        r#"(func (export "main") (param i32))"#,
        &["`main`", "(i32) -> ()", "() -> (i32) or (i32 i32) -> (i32)"],
    );
    assert_refused(r#"(func (export "_start") (result i32) (i32.const 1))"#, &["() -> ()"]);
}

/// What no machine here executes, of every finished proposal; `(nop)` stands where it is used.
const NOT_EXECUTABLE: [(&str, &str, &str); 5] = [
    ("", "(drop (i8x16.popcnt (v128.const i64x2 1 2)))", "-mno-simd128"),
    ("", "(atomic.fence)", "without -pthread"),
    ("", "(drop (i32.atomic.load (i32.const 0)))", "without -pthread"),
    ("(type $s (struct (field i32)))", "(drop (struct.new_default $s))", "garbage collector"),
    ("", "(drop (ref.i31 (i32.const 1)))", "garbage collector"),
];

/// Fields with an operator in a function.
fn used_in(function: &str, declaration: &str, operator: &str, main: &str) -> String {
    format!(
        r#"{declaration} (memory 1 1 shared) (data $d "x") (elem declare func $main)
           (func $main (export "main") {main}) (func ${function} {operator})"#
    )
}

#[test]
fn what_is_not_reached_may_be_any_webassembly() {
    for (declaration, operator, hint) in NOT_EXECUTABLE {
        let compiles = |fields: String| {
            let bytes = wat::parse_str(format!("(module {fields})")).unwrap();
            wasm::compile(&bytes, &fixture::full()).unwrap_or_else(|error| panic!("{error}"));
        };
        compiles(used_in("dead", declaration, operator, ""));
        let behind = format!("(return) (block (block {operator})) {operator} (nop)");
        compiles(used_in("other", declaration, "", &behind));
        let reached = used_in("reached", declaration, operator, "(call $reached)");
        assert_refused(&reached, &["function `reached`", "not supported", hint]);
    }
}

#[test]
fn types_that_are_not_executable_may_be_declared() {
    let fields = r#"(rec (type $list (struct (field i32) (field (ref null $list))))
                         (type $visit (func (param (ref $list)))))
        (type $vector (func (param v128) (result v128)))
        (global v128 (v128.const i64x2 0 0)) (table 2 anyref)
        (func $dead (type $visit)) (func $other (type $vector) (local.get 0))
        (func (export "main"))"#;
    wasm::compile(&wat::parse_str(format!("(module {fields})")).unwrap(), &fixture::full())
        .unwrap();
    assert_refused(
        r#"(table 70000 (ref func) (ref.func $main)) (func $main (export "main"))"#,
        &["70000 elements", "65536"],
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
    for fields in ["(memory 1) (memory 1)", "(memory i64 1)", "(func (i32.const 1))"] {
        assert_refused(fields, &["invalid", "at offset 0x", "not several memories"]);
    }
    assert_refused(r#"(func (export "main") (local v128))"#, &["v128", "-mno-simd128"]);
}

#[test]
fn no_function_has_more_operands_on_the_stack_than_there_is_room_for() {
    // Each call leaves a hundred integers of 64 bits there.
    let module = |words: u32| {
        let results = "i64 ".repeat(100);
        let calls = "(call $more)".repeat(words as usize / 200);
        let drops = "(drop)".repeat(words as usize / 2);
        format!(
            "(func $more (result {results}) unreachable) (func (export \"main\") {calls} {drops})"
        )
    };
    let most = limits::FUNCTION_STACK / 200 * 200;
    wasm::compile(&super::module(&module(most)), &fixture::full()).unwrap();
    let message = refused_by(&fixture::full(), &module(most + 200));
    let expected = format!("more than {} words of operands on the stack", limits::FUNCTION_STACK);
    assert!(
        message.starts_with("function 1, offset 0x") && message.contains(&expected),
        "{message}"
    );
}
