//! The instructions themselves, where a program must be exactly one list.

use super::module;
use tvm_program::{InstructionSet, text, wasm};
use tvm_test_support::sets as fixture;

/// The program in the classic set, without its braces.
fn instructions(fields: &str) -> Vec<String> {
    instructions_of(&module(fields), &fixture::classic())
}

fn instructions_of(bytes: &[u8], set: &InstructionSet) -> Vec<String> {
    let program = wasm::compile(bytes, set).unwrap();
    let text = text::print(&program, set);
    let lines: Vec<&str> = text.lines().collect();
    lines[1..lines.len() - 1].iter().map(|line| without_stack(line)).collect()
}

/// An instruction of which only the places in variables are left.
fn without_stack(line: &str) -> String {
    let tokens = line.split(' ').filter(|token| !token.starts_with("stack"));
    tokens.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_entry_is_called_and_the_program_halts() {
    let found = instructions(r#"(func (export "main") (result i32) (i32.const 7))"#);
    assert_eq!(
        found,
        [
            "call 02 00 00 00",
            "drop 00 00 00 00",
            "halt 00 00 00 00",
            "i32.const 07 00 00 00",
            "return fe ff ff ff",
        ]
    );
}

#[test]
fn a_program_that_reads_input_begins_with_its_place() {
    let fields = r#"(data (i32.const 9) "\01") (func (export "compute") (param i32))"#;
    let found = instructions(fields);
    assert_eq!(found[0], "input_base 10 00 00 00");
    assert_eq!(
        found[1..4],
        ["i32.const 09 00 00 00", "i32.const 01 00 00 00", "i32.store8 00 00 00 00"]
    );
    assert_eq!(found[4..6], ["i32.const 10 00 00 00", "call 01 00 00 00"]);
}

#[test]
fn without_a_heap_base_the_input_is_above_the_stack() {
    let fields = r#"
        (global $stack (mut i32) (i32.const 4097))
        (func (export "compute") (param i32))"#;
    assert_eq!(instructions(fields)[0], "input_base 10 10 00 00");
}

#[test]
fn only_what_the_entry_reaches_is_there() {
    let fields = r#"
        (func $unused (result i64) (i64.const 1))
        (func $last)
        (func (export "main") (call $last))"#;
    let found = instructions(fields);
    assert_eq!(
        found,
        [
            "call 02 00 00 00",
            "halt 00 00 00 00",
            "return ff ff ff ff",
            "call fe ff ff ff",
            "return fe ff ff ff",
        ]
    );
}

#[test]
fn the_opposite_comparison_saves_an_instruction() {
    let fields = r#"
        (func (export "main") (local i32)
          (if (i32.lt_s (local.get 0) (i32.const 5)) (then (call $output (local.get 0)))))"#;
    let found = instructions(fields);
    assert_eq!(found[4..6], ["i32.ge_s 00 00 00 00", "br_if 02 00 00 00"]);
}

#[test]
fn setting_and_getting_a_local_is_one_tee() {
    let fields = r#"
        (func $f (param i32) (call $output (local.get 0)))
        (func (export "main") (call $f (i32.const 1)))"#;
    let found = instructions(fields);
    assert_eq!(found[2..4], ["local.tee 00 00 00 00", "output 00 00 00 00"]);
}

#[test]
fn an_opcode_is_imported_as_a_function_from_any_module() {
    let text = r#"(module (import "env" "i32.rotl" (func $rotate (param i32 i32) (result i32)))
        (func (export "main") (drop (call $rotate (i32.const 1) (i32.const 2)))))"#;
    let set = fixture::full();
    let program = wasm::compile(&wat::parse_str(text).unwrap(), &set).unwrap();
    assert!(text::print(&program, &set).contains("i32.rotl 00 00 00 00"));
}

#[test]
fn the_output_has_the_name_of_the_original_too() {
    let text = r#"(module (import "env" "output_byte" (func $output (param i32)))
        (func (export "main") (call $output (i32.const 65))))"#;
    for set in [fixture::full(), fixture::classic()] {
        let program = wasm::compile(&wat::parse_str(text).unwrap(), &set).unwrap();
        assert!(text::print(&program, &set).contains("output 00 00 00 00"));
    }
}

#[test]
fn the_input_can_be_asked_for() {
    let text = r#"(module (import "tvm" "input" (func $input (result i32))) (memory 1)
        (global (export "__heap_base") i32 (i32.const 32))
        (func (export "main") (drop (call $input))))"#;
    let set = fixture::full();
    let program = wasm::compile(&wat::parse_str(text).unwrap(), &set).unwrap();
    assert!(program.reads_input());
    assert!(text::print(&program, &set).contains("i32.const 20 00 00 00"));
}

#[test]
fn memory_is_declared_with_room_for_the_input() {
    let full = |fields| instructions_of(&module(fields), &fixture::full());
    assert_eq!(full(r#"(func (export "main"))"#)[0], "memory.declare 01 00 00 00");
    let reads = r#"(global (export "__heap_base") i32 (i32.const 65520))
        (func (export "compute") (param i32))"#;
    assert_eq!(full(reads)[..2], ["input_base f0 ff 00 00", "memory.declare 02 00 00 00"]);
    let without = wat::parse_str(r#"(module (func (export "main")))"#).unwrap();
    assert_eq!(instructions_of(&without, &fixture::full())[0], "call 01 00 00 00");
}

#[test]
fn the_index_of_a_table_goes_into_a_row_of_branches() {
    let fields = r#"(func $f (param i32)
            (block (block (br_table 0 1 0 1 1 (local.get 0))) (call $output (i32.const 1))))
        (func (export "main") (call $f (i32.const 1)))"#;
    let found = instructions_of(&module(fields), &fixture::full());
    assert_eq!(
        found[3..],
        [
            "local.tee 00 00 00 00 local.0",
            "br_table 03 00 00 00",
            "br 03 00 00 00",
            "br 04 00 00 00",
            "br 01 00 00 00",
            "br 02 00 00 00",
            "i32.const 01 00 00 00",
            "output 00 00 00 00",
            "return f7 ff ff ff",
            "i32.const 01 00 00 00",
            "call f5 ff ff ff",
            "return fd ff ff ff",
        ]
    );
}

#[test]
fn the_lower_word_of_a_local_is_a_local() {
    let fields = r#"(func (export "main") (local i64)
        (local.set 0 (i64.const -1))
        (call $output (i32.const 1))
        (call $output (i32.wrap_i64 (local.get 0))))"#;
    let found = instructions_of(&module(fields), &fixture::full());
    assert_eq!(
        found[3..],
        [
            "i64.const ff ff ff ff local64.0",
            "i32.const 01 00 00 00",
            "output 00 00 00 00",
            "local.get 00 00 00 00 local.0",
            "output 00 00 00 00",
            "return fa ff ff ff",
        ]
    );
}
