//! A module run by wasmi and the program made from it print the same.

use super::module;
use tvm_test_support::modules::{Outcome, as_program, by_wasmi};
use tvm_test_support::sets as fixture;

/// Runs both ways and returns what was printed.
#[track_caller]
fn printed(fields: &str, input: &[u8]) -> Vec<u8> {
    let bytes = module(fields);
    let expected = by_wasmi(&bytes, input);
    assert_eq!(as_program(&bytes, &fixture::full(), input), expected);
    let Outcome { output, ended } = expected;
    assert!(ended);
    output
}

/// Prints `f(0)`, `f(1)`, ... `f(7)`, where `f` takes an i32 and gives one.
#[track_caller]
fn table(body: &str) -> Vec<u8> {
    let calls: String =
        (0..8).map(|x| format!("(call $output (call $f (i32.const {x})))")).collect();
    let fields = format!(
        r#"(func $f (param i32) (result i32) (local i32) {body}) (func (export "main") {calls})"#
    );
    printed(&fields, b"")
}

#[test]
fn if_and_else_with_every_kind_of_condition() {
    for condition in [
        "(local.get 0)",
        "(i32.eqz (local.get 0))",
        "(i32.eqz (i32.eqz (local.get 0)))",
        "(i32.lt_s (local.get 0) (i32.const 3))",
        "(i32.ge_u (local.get 0) (i32.const 3))",
        "(i32.gt_s (local.get 0) (i32.const 3))",
        "(i32.le_u (local.get 0) (i32.const 3))",
        "(i32.eq (local.get 0) (i32.const 3))",
        "(i32.ne (local.get 0) (i32.const 3))",
    ] {
        let both =
            format!("(if (result i32) {condition} (then (i32.const 10)) (else (i32.const 20)))");
        let output = table(&both);
        assert!(output.contains(&10) && output.contains(&20), "{condition}");
        let without_else =
            format!("(if {condition} (then (local.set 1 (i32.const 9)))) (local.get 1)");
        assert!(table(&without_else).contains(&9), "{condition}");
    }
}

#[test]
fn a_condition_that_a_branch_can_bring_is_not_inverted_in_place() {
    let body = "
        (if (block (result i32)
              (br_if 0 (i32.const 5) (local.get 0))
              (drop)
              (i32.eqz (local.get 0)))
          (then (return (i32.const 1))))
        (i32.const 2)";
    assert_eq!(table(body), [1; 8]);
}

#[test]
fn branches_drop_the_operands_between() {
    let body = "
        (i32.add (i32.const 100)
          (block $out (result i32)
            (i32.const 1) (i32.const 2) (i32.const 3)
            (br_if $out (i32.const 50) (i32.lt_u (local.get 0) (i32.const 4)))
            (drop) (drop) (drop)
            (br $out (i32.const 7))))";
    assert_eq!(table(body), [150, 150, 150, 150, 107, 107, 107, 107]);
}

#[test]
fn a_branch_without_result_drops_too() {
    let body = "
        (block $out
          (i32.const 1) (i32.const 2)
          (br_if $out (i32.and (local.get 0) (i32.const 1)))
          (local.set 1) (drop))
        (i32.add (local.get 1) (i32.const 3))";
    assert_eq!(table(body), [5, 3, 5, 3, 5, 3, 5, 3]);
}

#[test]
fn return_leaves_only_the_result() {
    let body = "
        (i32.const 1) (i32.const 2)
        (if (i32.gt_u (local.get 0) (i32.const 5)) (then (return (i32.const 60))))
        (i32.const 4)
        (br_if 0 (i32.eq (local.get 0) (i32.const 1)))
        (drop) (drop) (drop) (local.get 0)";
    assert_eq!(table(body), [0, 4, 2, 3, 4, 5, 60, 60]);
}

#[test]
fn a_table_of_branches_finds_every_range() {
    let body = "
        (block $a (block $b (block $c (block $d
          (br_table $a $b $b $c $a $d (local.get 0)))
          (return (i32.const 4)))
          (return (i32.const 3)))
          (return (i32.const 2)))
        (i32.const 1)";
    assert_eq!(table(body), [1, 2, 2, 3, 1, 4, 4, 4]);
}

#[test]
fn a_table_of_branches_carries_a_result_past_operands() {
    let body = "
        (block $a (result i32)
          (i32.const 9)
          (block $b (result i32)
            (i32.const 8) (i32.const 7)
            (br_table $b $a 2 $b $a (i32.add (local.get 0) (i32.const 20)) (local.get 0)))
          (i32.add))";
    assert_eq!(table(body), [29, 21, 22, 32, 24, 25, 26, 27]);
    let one_target = "(block $a (br_table $a (local.get 0))) (i32.const 5)";
    assert_eq!(table(one_target), [5; 8]);
}

#[test]
fn loops_nest_and_dead_code_is_skipped() {
    let body = "
        (block $done
          (loop $again
            (br_if $done (i32.eqz (local.get 0)))
            (loop $inner
              (local.set 1 (i32.add (local.get 1) (i32.const 2)))
              (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
              (br_if $inner (i32.and (local.get 0) (i32.const 1))))
            (br $again)
            (block (if (result i64) (i32.const 1) (then (i64.const 1)) (else (i64.const 2))) (drop))
            (unreachable)))
        (local.get 1)";
    assert_eq!(table(body), [0, 2, 4, 6, 8, 10, 12, 14]);
}

#[test]
fn an_if_whose_arms_both_leave_ends_the_code() {
    let body = "
        (if (local.get 0)
          (then (return (i32.const 1)))
          (else (return (i32.const 2))))
        (unreachable)";
    assert_eq!(table(body), [2, 1, 1, 1, 1, 1, 1, 1]);
}

#[test]
fn arguments_arrive_in_order_and_recursion_keeps_its_locals() {
    let fields = r#"
        (func $fibonacci (param i32) (result i32)
          (if (i32.lt_u (local.get 0) (i32.const 2)) (then (return (local.get 0))))
          (i32.add (call $fibonacci (i32.sub (local.get 0) (i32.const 1)))
                   (call $fibonacci (i32.sub (local.get 0) (i32.const 2)))))
        (func $difference (param i32 i32 i32) (result i32)
          (i32.sub (i32.sub (local.get 0) (local.get 1)) (local.get 2)))
        (func (export "main") (result i32)
          (call $output (call $fibonacci (i32.const 11)))
          (call $output (call $difference (i32.const 100) (i32.const 30) (i32.const 5)))
          (i32.const 3))"#;
    assert_eq!(printed(fields, b""), [89, 65]);
}

#[test]
fn a_function_may_have_more_locals_than_a_window() {
    let many = "i32 ".repeat(150);
    let fields = format!(
        r#"
        (func $deep (param i32) (result i32) (local {many})
          (call $output (local.get 130))
          (local.set 130 (local.get 0))
          (local.set 70 (i32.const 7))
          (if (local.get 0)
            (then (local.set 3 (call $deep (i32.sub (local.get 0) (i32.const 1))))))
          (i32.add (local.get 3) (i32.add (local.get 70) (local.get 130))))
        (func $plain (param i32) (result i32) (local i32)
          (call $output (local.get 1))
          (local.set 1 (i32.const 99))
          (call $deep (local.get 0)))
        (func (export "main")
          (call $output (call $deep (i32.const 3)))
          (call $output (call $plain (i32.const 2))))"#
    );
    assert_eq!(printed(&fields, b""), [0, 0, 0, 0, 34, 0, 0, 0, 0, 24]);
}

#[test]
fn globals_and_data_are_there_before_the_start_function() {
    let fields = r#"
        (global $counter (mut i32) (i32.const 40))
        (global $zero (mut i32) (i32.const 0))
        (data (i32.const 1000) "abc\00\00\00\00\00z\01")
        (data (i32.const 1001) "\00X")
        (start $start)
        (func $start
          (global.set $counter (i32.add (global.get $counter) (i32.const 1)))
          (call $output (i32.load8_u offset=2 (i32.const 1000))))
        (func (export "main")
          (call $output (global.get $counter))
          (call $output (global.get $zero))
          (call $output (i32.load8_u (i32.const 1000)))
          (call $output (i32.load8_u (i32.const 1001)))
          (call $output (i32.load8_u (i32.const 1008)))
          (call $output (i32.load16_u (i32.const 1008)))
          (call $output (memory.size)))"#;
    assert_eq!(printed(fields, b""), [b'X', 41, 0, b'a', 0, b'z', b'z', 1]);
}

#[test]
fn the_input_is_where_the_parameter_says() {
    let fields = r#"
        (global (export "__heap_base") i32 (i32.const 2000))
        (func (export "compute") (param i32)
          (loop
            (if (i32.load8_u (local.get 0))
              (then
                (call $output (i32.load8_u (local.get 0)))
                (local.set 0 (i32.add (local.get 0) (i32.const 1)))
                (br 1)))))"#;
    assert_eq!(printed(fields, b"some input"), b"some input");
    assert_eq!(printed(fields, b""), b"");
}

#[test]
fn memory_grows_by_nothing_where_an_input_is_placed_beyond_its_maximum() {
    let text = r#"(module
        (import "tvm" "input" (func $in (result i32))) (import "tvm" "output" (func $o (param i32)))
        (memory 1 1) (data (i32.const 0) "x")
        (func (export "main")
          (call $o (i32.add (i32.const 48) (memory.size)))
          (call $o (i32.add (i32.const 48) (memory.grow (i32.const 0))))
          (call $o (i32.load8_u (call $in)))
          (call $o (i32.and (i32.const 255) (memory.grow (i32.const 1))))))"#;
    let program = as_program(&wat::parse_str(text).unwrap(), &fixture::full(), b"Z");
    assert_eq!(program, Outcome { output: b"22Z\xff".to_vec(), ended: true });
}

#[test]
fn every_entry_is_called() {
    for (name, signature, result) in [
        ("_start", "", ""),
        ("main", "", ""),
        ("main", "(result i32)", "(i32.const 1)"),
        ("main", "(param i32 i32) (result i32)", "(i32.or (local.get 0) (local.get 1))"),
        ("__main_argc_argv", "(param i32 i32) (result i32)", "(i32.const 1)"),
        ("__main_void", "(result i32)", "(i32.const 1)"),
        ("__original_main", "(result i32)", "(i32.const 1)"),
        ("compute", "(param i32)", ""),
    ] {
        let bytes = module(&format!(
            r#"(func (export "{name}") {signature} (call $output (i32.const 65)) {result})"#
        ));
        let outcome = as_program(&bytes, &fixture::full(), b"");
        assert_eq!(outcome, Outcome { output: b"A".to_vec(), ended: true }, "{name} {signature}");
    }
}

/// As rustc makes it for WASI: `_start` does more than `main`, and calls it.
#[test]
fn where_there_are_several_entries_the_outermost_is_called() {
    let entry = |name: &str, letter: u8| {
        format!(r#"(func (export "{name}") (call $output (i32.const {letter})))"#)
    };
    let entries = [entry("main", b'm'), entry("__main_void", b'v'), entry("_start", b's')];
    let outcome = as_program(&module(&entries.concat()), &fixture::full(), b"");
    assert_eq!(outcome, Outcome { output: b"s".to_vec(), ended: true });
    let outcome = as_program(&module(&entries[..2].concat()), &fixture::full(), b"");
    assert_eq!(outcome, Outcome { output: b"v".to_vec(), ended: true });
}

#[test]
fn a_trap_is_a_trap_in_both() {
    let bytes = module(r#"(func (export "main") (call $output (i32.const 1)) (unreachable))"#);
    let expected = Outcome { output: vec![1], ended: false };
    assert_eq!(by_wasmi(&bytes, b""), expected);
    assert_eq!(as_program(&bytes, &fixture::full(), b""), expected);
}

#[test]
fn memory_without_bounds_refuses_to_grow() {
    let fields = r#"(func (export "main")
        (call $output (memory.grow (i32.const 1))) (call $output (memory.size)))"#;
    let bytes = module(fields);
    assert_eq!(as_program(&bytes, &fixture::full(), b"").output, [1, 2]);
    assert_eq!(as_program(&bytes, &fixture::classic(), b"").output, [255, 1]);
}
