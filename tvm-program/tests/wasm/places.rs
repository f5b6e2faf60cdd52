//! Instructions that read operands from variables and write results there: which are fused, and which must not be. What the
//! programs do is compared with wasmi.

use super::{agree, call};
use tvm_program::{Value, text, wasm};
use tvm_test_support::sets as fixture;

/// The instructions of the function `f`, with places other than those of the stack. What calls it is not shown.
fn function(fields: &str) -> Vec<String> {
    let bytes = wat::parse_str(format!("(module {fields})")).unwrap();
    let set = fixture::full();
    let calls = [call("f", &[Value::I32(0)])];
    let program = wasm::compile_calls(&bytes, &set, &[], &calls).unwrap();
    let first = program.functions.iter().find(|function| function.name == "f").unwrap().first;
    let behind = program.functions.iter().map(|function| function.first).find(|one| *one > first);
    let listing = text::print(&program, &set);
    let lines: Vec<&str> = listing.lines().skip(1).collect();
    let instructions = &lines[first..behind.unwrap_or(program.instructions.len())];
    instructions.iter().map(|line| shown(line)).collect()
}

/// A mnemonic, an immediate that is not 0, and places in variables: the last operand, the one before it, the result.
fn shown(line: &str) -> String {
    let tokens: Vec<&str> = line.split(' ').collect();
    let bytes = [1, 2, 3, 4].map(|at| u8::from_str_radix(tokens[at], 16).unwrap());
    let (is_transfer, number) = (
        tokens[0].starts_with("br") || ["call", "return"].contains(&tokens[0]),
        i32::from_le_bytes(bytes),
    );
    let mut shown = vec![tokens[0].to_owned()];
    if number != 0 && !is_transfer {
        shown.push(number.to_string());
    }
    let places = tokens[5..].iter().filter(|token| !token.starts_with("stack"));
    shown.extend(places.map(|place| (*place).to_owned()));
    shown.join(" ")
}

/// The instructions of the function `f` with these locals and this body, which gives what wasmi says for some arguments.
#[track_caller]
fn check(locals: &str, body: &str, expected: &str) {
    check_with("", locals, body, expected);
}

#[track_caller]
fn check_with(before: &str, locals: &str, body: &str, expected: &str) {
    let fields =
        format!(r#"{before} (func $f (export "f") (param i32) (result i32) {locals} {body})"#);
    let bytes = wat::parse_str(format!("(module {fields})")).unwrap();
    let arguments = [0, 1, 2, 7, 0x8000_0000, u32::MAX];
    let calls: Vec<_> =
        arguments.into_iter().map(|argument| call("f", &[Value::I32(argument)])).collect();
    agree(&bytes, &calls);
    assert_eq!(function(&fields).join("; "), expected, "{body}");
}

#[test]
fn operands_are_read_and_results_written_where_they_are() {
    check(
        "(local i32)",
        "(local.set 1 (i32.sub (local.get 0) (i32.const 5))) (i32.mul (local.get 1) (local.get 0))",
        "local.tee local.0; i32.sub global.1 local.1; i32.mul local.0 local.1; return",
    );
    check_with(
        "(memory 1)",
        "(local i64)",
        "(local.set 1 (i64.load (i32.const 8))) (i64.store8 (i32.const 3) (local.get 1)) (i32.load8_u (i32.and (local.get 0) (i32.const 7)))",
        "local.set local.0; i64.load global.0 local64.1; i64.store8 global.2 local64.1; i32.and global.3 local.0; i32.load8_u; return",
    );
    check_with(
        "(global $g (mut i32) (i32.const 7))",
        "",
        "(global.set $g (i32.add (global.get $g) (local.get 0))) (global.get $g)",
        "local.set local.0; i32.add local.0 global.0 global.0; global.get global.0; return",
    );
}

#[test]
fn a_variable_that_is_written_between_is_read_before() {
    check(
        "",
        "(local.get 0) (local.set 0 (i32.const 5)) (i32.sub (local.get 0))",
        "local.tee local.0; i32.const 5 local.0; i32.sub local.0; return",
    );
    check(
        "",
        "(local.get 0) (local.tee 0 (i32.const 5)) (i32.sub)",
        "local.tee local.0; i32.const 5 local.0; i32.sub local.0; return",
    );
    check(
        "(local i64)",
        "(local.set 1 (i64.const 9)) (local.get 1) (local.set 1 (i64.const 2)) (i64.gt_s (local.get 1))",
        "local.set local.0; i64.const 9; local.tee64 1 local64.0; i64.const 2 local64.1; i64.gt_s local64.1; return",
    );
    check_with(
        "(global $g (mut i32) (i32.const 7)) (func $h (global.set $g (i32.const 1)))",
        "",
        "(global.get $g) (call $h) (i32.sub (local.get 0))",
        "local.set local.0; global.get global.0; call; i32.sub local.0; return",
    );
}

#[test]
fn what_a_branch_or_a_call_takes_is_on_the_stack() {
    check(
        "",
        "(block (result i32) (local.get 0) (br_if 0 (local.get 0)) (i32.add (i32.const 1)))",
        "local.tee local.0; br_if local.0; i32.add global.1; return",
    );
    check_with(
        "(func $h (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))",
        "",
        "(call $h (local.get 0))",
        "local.tee local.0; call; return",
    );
}

#[test]
fn a_result_is_not_written_where_the_last_operand_is_read_later() {
    // A byte of a shifted number needs others, so that the last operand may be overwritten by sums only.
    check(
        "(local i32)",
        "(local.set 1 (i32.const 3)) (local.set 1 (i32.shl (local.get 0) (local.get 1))) (local.get 1)",
        "local.set local.0; i32.const 3 local.1; i32.shl local.1 local.0; local.tee 1 local.0; return",
    );
    check(
        "(local i32)",
        "(local.set 1 (i32.const 3)) (local.set 1 (i32.shl (local.get 1) (local.get 0))) (local.get 1)",
        "local.set local.0; i32.const 3 local.1; i32.shl local.0 local.1; local.tee 1 local.0; return",
    );
    check(
        "(local i32)",
        "(local.set 1 (i32.const 3)) (local.set 1 (i32.sub (local.get 0) (local.get 1))) (local.get 1)",
        "local.set local.0; i32.const 3 local.1; i32.sub local.1 local.0; local.tee 1 local.0; return",
    );
    check(
        "(local i32)",
        "(local.set 1 (i32.const 3)) (i32.shl (local.get 0) (i32.sub (local.get 0) (local.get 1)))",
        "local.set local.0; i32.const 3 local.1; local.get local.0; i32.sub local.1 local.0; i32.shl; return",
    );
    check(
        "(local i32)",
        "(local.set 1 (i32.const 3)) (i32.add (local.get 0) (i32.sub (local.get 0) (local.get 1)))",
        "local.set local.0; i32.const 3 local.1; i32.sub local.1 local.0; i32.add local.0; return",
    );
}

#[test]
fn a_value_that_is_written_and_stays_is_read_from_its_variable() {
    check(
        "(local i32)",
        "(i32.mul (local.tee 1 (i32.sub (local.get 0) (i32.const 5))) (local.get 1))",
        "local.tee local.0; i32.sub global.1 local.1; i32.mul local.1 local.1; return",
    );
    check(
        "(local i32)",
        "(local.tee 1 (i32.sub (local.get 0) (i32.const 5))) (local.set 1 (i32.const 2)) (i32.mul (local.get 1))",
        "local.tee local.0; i32.sub global.2; local.tee 1 local.0; i32.const 2 local.1; i32.mul local.1; return",
    );
}

#[test]
fn a_comparison_right_before_a_branch_is_part_of_it() {
    check(
        "",
        "(block (br_if 0 (i32.lt_s (local.get 0) (i32.const 5))) (return (i32.const 1))) (i32.const 2)",
        "local.tee local.0; br_if.i32.lt_s global.3; i32.const 1; return; i32.const 2; return",
    );
    check(
        "",
        "(block (result i32) (br_if 0 (i32.const 9) (i32.lt_s (local.get 0) (i32.const 5))) (i32.add (local.get 0)))",
        "local.set local.0; i32.const 9; br_if.i32.lt_s global.1 local.0; i32.add local.0; return",
    );
    check(
        "(local i32)",
        "(block (br_if 0 (local.tee 1 (i32.lt_s (local.get 0) (i32.const 5)))) (return (i32.const 1))) (local.get 1)",
        "local.tee local.0; i32.lt_s global.2 local.1; br_if local.1; i32.const 1; return; local.get 1 local.0; return",
    );
    check(
        "",
        "(if (result i32) (i64.ge_u (i64.extend_i32_s (local.get 0)) (i64.const 5)) (then (i32.const 1)) (else (i32.const 2)))",
        "local.tee local.0; i64.extend_i32_s; br_if.i64.lt_u global64.3; i32.const 1; br; i32.const 2; return",
    );
}

#[test]
fn what_changes_the_size_of_memory_is_on_the_stack() {
    check_with(
        "(memory 1 5)",
        "(local i32)",
        "(local.set 1 (memory.grow (local.get 0))) (local.get 1)",
        "local.tee local.0; memory.grow 5; local.tee 1 local.0; return",
    );
}

#[test]
fn a_word_of_a_number_is_not_the_number() {
    check(
        "(local i64)",
        "(local.set 1 (i64.extend_i32_u (local.get 0))) (i32.wrap_i64 (i64.shr_u (local.get 1) (i64.extend_i32_u (local.get 0))))",
        "local.tee local.0; i32.const; local.tee64 1 local64.0; local.get local.0; i32.const; i64.shr_u; drop; return",
    );
    check(
        "(local i64)",
        "(local.set 1 (i64.const -7)) (i32.add (i32.wrap_i64 (local.get 1)) (local.get 0))",
        "local.set local.0; i64.const -7; local.tee64 1 local64.0; drop; i32.add local.0; return",
    );
}

#[test]
fn two_words_of_constants_are_a_number() {
    check(
        "(local i64)",
        "(local.set 1 (i64.mul (i64.extend_i32_s (local.get 0)) (i64.const 0x123456789abcdef))) (i64.lt_s (local.get 1) (i64.const 99))",
        "local.tee local.0; i64.extend_i32_s; i64.mul global64.8 local64.1; i64.lt_s global64.4 local64.1; return",
    );
}

#[test]
fn locals_that_may_be_read_before_they_are_written_begin_as_0() {
    check(
        "(local i32)",
        "(if (local.get 0) (then (local.set 1 (i32.const 5)))) (local.get 1)",
        "i32.const local.1; local.tee local.0; br_if.i32.eqz; i32.const 5 local.1; local.get 1 local.0; return",
    );
    check(
        "(local i32)",
        "(if (local.get 0) (then (local.set 1 (i32.const 5))) (else (local.set 1 (i32.const 6)))) (local.get 1)",
        "local.tee local.0; br_if.i32.eqz; i32.const 5 local.1; br; i32.const 6 local.1; local.get 1 local.0; return",
    );
    check(
        "(local i32)",
        "(block (block (block (br_table 0 1 2 (local.get 0))) (local.set 1 (i32.const 8)) (br 1)) (local.set 1 (i32.const 9))) (local.get 1)",
        "i32.const local.1; local.tee local.0; br_table; br; br; br; i32.const 8 local.1; br; i32.const 9 local.1; local.get 1 local.0; return",
    );
    check(
        "(local i64 i32)",
        "(local.set 2 (i32.wrap_i64 (local.get 1))) (local.set 1 (i64.const 9)) (i32.add (local.get 2) (i32.wrap_i64 (local.get 1)))",
        "i32.const local.1; local.set local.0; local.get 1 local.0 local.3; i64.const 9 local64.1; i32.add local.1 local.3; return",
    );
    check(
        "(local i32)",
        "(loop (local.set 1 (i32.add (local.get 1) (i32.const 3))) (br_if 0 (i32.lt_u (local.get 1) (i32.const 9)))) (local.get 1)",
        "i32.const local.1; local.set local.0; i32.add global.1 local.1 local.1; br_if.i32.lt_u global.3 local.1; local.get 1 local.0; return",
    );
}

#[test]
fn a_loop_at_the_beginning_of_a_function_does_not_begin_it_anew() {
    check_with(
        "(func $count (result i32) (local i32)
            (loop (local.set 0 (i32.add (local.get 0) (i32.const 3))) (br_if 0 (i32.lt_u (local.get 0) (i32.const 9))))
            (local.get 0))",
        "",
        "(i32.add (call $count) (local.get 0))",
        "local.set local.0; call; i32.add local.0; return",
    );
}

#[test]
fn a_function_that_calls_itself_last_begins_anew() {
    check(
        "(local i32)",
        "(if (i32.le_s (local.get 0) (i32.const 0)) (then (return (local.get 1))))
            (local.set 1 (i32.add (local.get 1) (i32.const 5)))
            (return_call $f (i32.sub (i32.and (local.get 0) (i32.const 7)) (i32.const 1)))",
        "i32.const local.1; local.tee local.0; br_if.i32.gt_s global.0; local.get 1 local.0; return; i32.add global.2 local.1 local.1; i32.and global.3 local.0; i32.sub global.1; i32.const local.1; br",
    );
}
