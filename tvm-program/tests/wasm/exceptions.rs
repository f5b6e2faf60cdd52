//! Exceptions of both forms: thrown, passed on, caught, thrown again. wasmi has none, so what comes of
//! them is written here.

use super::call;
use tvm_program::wasm::{self, HostModule};
use tvm_program::{Value, ValueType};
use tvm_reference::{End, Executor, Trap};
use tvm_test_support::modules::calls_as_program;
use tvm_test_support::sets as fixture;

/// Calls `f` with each argument; what it gives.
#[track_caller]
fn assert_gives(fields: &str, expected: &[(u32, u32)]) {
    let bytes = wat::parse_str(format!("(module {fields})")).unwrap();
    let calls: Vec<_> = expected.iter().map(|(x, _)| call("f", &[Value::I32(*x)])).collect();
    let (found, _) = calls_as_program(&bytes, &fixture::full(), &calls);
    assert_eq!(found.end, End::Halt);
    let found: Vec<u32> =
        found.bytes.chunks(4).map(|one| u32::from_le_bytes(one.try_into().unwrap())).collect();
    let expected: Vec<u32> = expected.iter().map(|(_, result)| *result).collect();
    assert_eq!(found, expected, "{fields}");
}

/// How the call of `f` ends.
fn end_of(fields: &str, argument: u32) -> End {
    let bytes = wat::parse_str(format!("(module {fields})")).unwrap();
    calls_as_program(&bytes, &fixture::full(), &[call("f", &[Value::I32(argument)])]).0.end
}

/// `$throw` throws by its argument: nothing, `$none`, `$pair`, `$wide`.
const THROWING: &str = r#"(tag $none) (tag $pair (param i32 i64)) (tag $wide (param f64))
    (func $throw (param i32) (result i32)
        (if (i32.eq (local.get 0) (i32.const 1)) (then (throw $none)))
        (i64.const 1) (i32.const 2)
        (if (i32.eq (local.get 0) (i32.const 2)) (then (throw $pair (i32.const 20) (i64.const -3))))
        (if (i32.eq (local.get 0) (i32.const 3)) (then (throw $wide (f64.const 2.5))))
        (drop) (drop) (i32.const 7))
    (func $middle (param i32) (result i32) (local i64)
        (i64.const 5) (i32.add (i32.const 100) (call $throw (local.get 0))) (local.set 0) (drop)
        (local.get 0))"#;

#[test]
fn a_table_of_handlers_takes_what_is_thrown_below() {
    let fields = format!(
        r#"{THROWING}
        (func (export "f") (param i32) (result i32)
            (i32.const 1000)
            (block $out (result i32)
                (block $of_none
                    (block $of_pair (result i32 i64)
                        (block $of_any
                            (i32.const 1) (i64.const 2)
                            (try_table (result i32)
                                (catch $none $of_none) (catch $pair $of_pair) (catch_all $of_any)
                                (i32.const 9) (call $middle (local.get 0)) (i32.add))
                            (br $out))
                        (br $out (i32.const 300)))
                    (i32.wrap_i64) (i32.add) (br $out))
                (i32.const 100))
            (i32.add))"#
    );
    assert_gives(&fields, &[(0, 1116), (1, 1100), (2, 1017), (3, 1300), (0, 1116)]);
}

#[test]
fn the_older_form_does_the_same() {
    let fields = format!(
        r#"{THROWING}
        (func (export "f") (param i32) (result i32)
            (i32.const 1000)
            try (result i32) (i32.const 9) (call $middle (local.get 0)) (i32.add) catch $none (i32.const 100) catch $pair (i32.wrap_i64) (i32.add) catch_all (i32.const 300) end
            (i32.add))"#
    );
    assert_gives(&fields, &[(0, 1116), (1, 1100), (2, 1017), (3, 1300), (0, 1116)]);
}

#[test]
fn what_no_handler_takes_goes_on() {
    let fields = format!(
        r#"{THROWING}
        (func $some (param i32) (result i32)
            try (result i32) (call $middle (local.get 0)) catch $none (i32.const 1) end)
        (func (export "f") (param i32) (result i32)
            (block $b (try_table (catch $wide $c) (return (call $some (local.get 0))))
                (unreachable))
            (unreachable))"#
    )
    .replace("(catch $wide $c)", "(catch_all $b)")
    .replace("(unreachable))\n            (unreachable))", "(unreachable)) (i32.const 55))");
    assert_gives(&fields, &[(0, 107), (1, 1), (2, 55), (3, 55)]);
    let fields = format!(
        r#"{THROWING}
        (func (export "f") (param i32) (result i32)
            try (result i32) (call $middle (local.get 0)) catch $none (i32.const 1) end)"#
    );
    assert_gives(&fields, &[(0, 107), (1, 1)]);
    assert_eq!(end_of(&fields, 2), End::Trap(Trap::UncaughtException));
}

#[test]
fn handlers_throw_again_what_they_have_kept() {
    let fields = format!(
        r#"{THROWING}
        (func $again (param i32) (result i32)
            try (result i32) (call $middle (local.get 0)) catch $pair
                    (drop) (drop)
                    try (result i32) (throw $wide (f64.const 9)) catch_all
                            try (throw $none) catch_all end
                            (rethrow 1) end catch_all
                    try (result i32) (call $throw (i32.const 2)) catch_all (rethrow 1) end end)
        (func (export "f") (param i32) (result i32)
            try (result i32) (call $again (local.get 0)) catch $pair (i32.wrap_i64) (i32.add) catch $wide (i32.trunc_f64_s) catch $none (i32.const 30) end)"#
    );
    assert_gives(&fields, &[(0, 107), (1, 30), (2, 17), (3, 2)]);
}

#[test]
fn delegates_pass_over_the_blocks_between() {
    let fields = format!(
        r#"{THROWING}
        (func $over (param i32) (result i32)
            try $outer (result i32) try (result i32) try (result i32) (i32.const 4) (call $middle (local.get 0)) (i32.add) delegate $outer catch_all (i32.const 1) end catch $none (i32.const 2) catch $pair (drop)
                    try (result i32) (throw $wide (f64.const 6)) delegate $outer
                    (i32.add) end)
        (func $out (param i32) (result i32)
            try (result i32) (block (result i32)
                    try (result i32) (call $throw (local.get 0)) delegate 2) catch_all (i32.const 1) end)
        (func (export "f") (param i32) (result i32)
            (i32.const 10)
            try (result i32) (call $over (local.get 0)) catch $wide (i32.trunc_f64_s) end
            try (result i32) (call $out (local.get 0)) catch $wide (i32.trunc_f64_s) (i32.const 1000) (i32.mul) catch_all (i32.const 500) end
            (i32.add) (i32.add))"#
    );
    assert_gives(&fields, &[(0, 111 + 7 + 10), (1, 512), (2, 516), (3, 2012)]);
}

#[test]
fn references_to_exceptions_are_thrown_again() {
    let fields = r#"(tag $e (param i32)) (tag $n)
        (global $kept (mut exnref) (ref.null exn)) (global $after (mut i32) (i32.const 70))
        (func $throw (param i32)
            (if (i32.eq (local.get 0) (i32.const 1)) (then (throw $n)))
            (if (local.get 0) (then (throw $e (local.get 0)))))
        (func $caught (param i32) (result exnref)
            (i32.const 5)
            (block $h (result exnref)
                (try_table (catch_all_ref $h) (call $throw (local.get 0)))
                (ref.null exn))
            (return))
        (func $again (param exnref i32)
            (local $e exnref)
            (if (ref.is_null (local.get $e)) (then (local.set $e (local.get 0))))
            (global.set $kept (local.get $e))
            (if (i32.eqz (ref.is_null (global.get $kept)))
                (then (i64.const 1) (throw_ref (global.get $kept)))))
        (func (export "f") (param i32) (result i32)
            (local exnref)
            (block $n
                (block $e (result i32 exnref)
                    (try_table (catch $n $n) (catch_ref $e $e)
                        (call $again (call $caught (local.get 0)) (i32.const 3)))
                    (return (global.get $after)))
                (local.set 1)
                (block $second (result i32)
                    (try_table (catch $e $second) (throw_ref (local.get 1)))
                    (unreachable))
                (i32.add) (return))
            (i32.const 60))"#;
    assert_gives(fields, &[(0, 70), (1, 60), (2, 4), (9, 18)]);
    let null = r#"(func (export "f") (param i32) (throw_ref (ref.null exn)))"#;
    assert_eq!(end_of(null, 0), End::Trap(Trap::Unreachable));
}

#[test]
fn an_exception_that_is_thrown_by_reference_carries_a_word() {
    let compiled = |clause: &str| {
        let text = format!(
            r#"(module (tag $wide (param i64)) (tag $narrow (param i32))
            (func $f (param exnref) (throw_ref (local.get 0)))
            (func (export "main")
                (block $all (result exnref)
                    (block $one (result i32 exnref)
                        (block $value (result i64)
                            (try_table (catch $wide $value) {clause}
                                (throw $narrow (i32.const 1)))
                            (unreachable))
                        (drop) (i32.const 0) (ref.null exn))
                    (return (drop) (drop)))
                (call $f)))"#
        );
        wasm::compile(&wat::parse_str(text).unwrap(), &fixture::full())
    };
    compiled("").unwrap();
    compiled("(catch_ref $narrow $one)").unwrap();
    let message = compiled("(catch_all_ref $all)").unwrap_err().to_string();
    assert!(message.contains("throw_ref") && message.contains("more than a word"), "{message}");
    let fields = r#"(tag $wide (param i64)) (tag $narrow (param i32))
        (func $throw (param i32)
            (if (local.get 0) (then (throw $narrow (local.get 0))))
            (throw $wide (i64.const 0x700000005)))
        (func $again (param i32)
            (block $h (result i32 exnref)
                (try_table (catch_ref $narrow $h) (call $throw (local.get 0)))
                (unreachable))
            (throw_ref))
        (func (export "f") (param i32) (result i32)
            (block $narrow (result i32)
                (block $wide (result i64)
                    (try_table (catch $wide $wide) (catch $narrow $narrow)
                        (call $again (local.get 0)))
                    (unreachable))
                (i32.wrap_i64 (i64.shr_u (i64.const 32))) (return))
            (i32.const 100) (i32.add))"#;
    assert_gives(fields, &[(0, 7), (5, 105)]);
}

#[test]
fn blocks_around_a_tail_call_do_not_catch_what_it_throws() {
    let fields = format!(
        r#"{THROWING} (type $t (func (param i32) (result i32)))
        (table 2 funcref) (elem (i32.const 0) $throw $middle)
        (func $direct (param i32) (result i32)
            (block $b (try_table (catch_all $b) (return_call $middle (local.get 0)))) (i32.const 1))
        (func $indirect (param i32) (result i32)
            try (return_call_indirect (type $t) (local.get 0) (i32.const 1)) catch_all end
            (i32.const 1))
        (func (export "f") (param i32) (result i32)
            try (result i32) (i32.const 6) (call $direct (local.get 0)) (i32.add) catch_all (i32.const 2) end
            try (result i32) (call $indirect (local.get 0)) catch_all (i32.const 3) end
            try (result i32) (call_indirect (type $t) (local.get 0) (i32.const 0)) catch_all (i32.const 4) end
            (i32.add) (i32.add))"#
    );
    assert_gives(&fields, &[(0, 113 + 107 + 7), (1, 9), (2, 9), (3, 9), (0, 227)]);
}

#[test]
fn imports_of_one_name_are_one_tag() {
    let fields = r#"(import "env" "e" (tag $e (param i32))) (import "env" "e" (tag $same (param i32)))
        (import "env" "other" (tag $other (param i32)))
        (func (export "f") (param i32) (result i32)
            try (result i32) (if (local.get 0) (then (throw $other (i32.const 1)))) (throw $e (i32.const 4)) catch $same catch $other (i32.const 5) (i32.add) end)"#;
    assert_gives(fields, &[(0, 4), (1, 6)]);
}

#[test]
fn code_that_nothing_reaches_may_be_about_exceptions() {
    let fields = r#"(tag $e (param i32))
        (func (export "f") (param i32) (result i32)
            try (result i32) (local.get 0) catch $e (rethrow 0) catch_all (rethrow 0) end
            (return)
            try try (throw $e (i32.const 1)) delegate 0 catch $e (rethrow 0) catch_all end
            (block $b (try_table (catch_all $b) (throw $e (i32.const 1))))
            (throw $e))"#;
    assert_gives(fields, &[(3, 3)]);
}

#[test]
fn an_exception_leaves_the_start_function_or_the_entry_as_a_trap() {
    let set = fixture::full();
    for fields in [
        r#"(tag $e) (start $s) (func $s (throw $e)) (func (export "main"))"#,
        r#"(tag $e (param i64)) (func (export "main") (throw $e (i64.const 1)))"#,
        r#"(tag $e) (func $t (throw $e)) (func (export "main") (return_call $t))"#,
    ] {
        let program =
            wasm::compile(&wat::parse_str(format!("(module {fields})")).unwrap(), &set).unwrap();
        let summary = Executor::new(&program, &set, b"").unwrap().run(1000, &mut |_| {}).unwrap();
        assert_eq!(summary.end, End::Trap(Trap::UncaughtException), "{fields}");
    }
}

/// How many tokens a call of `f` takes. The constants of the program are written before the first one.
fn tokens(fields: &str, argument: u32) -> u64 {
    let bytes = wat::parse_str(format!("(module {fields})")).unwrap();
    let [one, two] = [1, 2].map(|number| {
        let calls = vec![call("f", &[Value::I32(argument)]); number];
        calls_as_program(&bytes, &fixture::full(), &calls).1
    });
    two - one
}

#[test]
fn only_calls_that_can_throw_cost_more() {
    let depth = |throwing: &str| {
        format!(
            r#"(tag $e (param i32)) (memory 1)
            (func $down (param i32)
                (if (i32.eqz (local.get 0)) (then (call $last (local.get 0)) (return)))
                (call $down (i32.sub (local.get 0) (i32.const 1))))
            (func $last (param i32) (if (i32.load (i32.const 0)) (then {throwing})))
            (func (export "f") (param i32)
                try (call $down (local.get 0)) catch $e (drop) end)"#
        )
    };
    let (plain, throwing) = (depth("(nop)"), depth("(throw $e (i32.const 5))"));
    let each = |fields: &str| (tokens(fields, 110) - tokens(fields, 10)) / 100;
    assert_eq!((each(&plain), each(&throwing)), (28, 29), "a call and its return");
    let always = throwing.replace("(i32.load (i32.const 0))", "(i32.const 1)");
    assert_eq!(each(&always), 34, "a call that an exception leaves");
    let caught = |throwing: &str| {
        let fields = format!(
            r#"(tag $e (param i32)) (func $throw {throwing})
            (func (export "f") (param i32) try (call $throw) catch $e (drop) end)"#
        );
        tokens(&fields, 0)
    };
    let (returned, thrown) = (caught(""), caught("(throw $e (i32.const 5))"));
    assert_eq!(thrown - returned, 42, "what a throw and its handler cost more than a return");
}

#[test]
fn a_host_sees_no_exception() {
    let host = [HostModule::new("env").with_function("say", &[ValueType::I32])];
    let text = r#"(module (import "env" "say" (func $say (param i32))) (tag $e)
        (func (export "f") try (call $say (i32.const 1)) (throw $e) catch_all end))"#;
    let set = fixture::full();
    let calls = [call("f", &[])];
    let program = wasm::compile_calls(&wat::parse_str(text).unwrap(), &set, &host, &calls).unwrap();
    let summary = Executor::new(&program, &set, b"").unwrap().run(1000, &mut |_| {}).unwrap();
    assert_eq!(summary.end, End::Halt);
}
