//! What is read of the C stack of a module.

use tvm_program::wasm;
use tvm_program::{CStack, CStackFrame};
use tvm_test_support::sets as fixture;

/// The C stack of a module whose entry calls `$f` with these operators.
fn c_stack(fields: &str, operators: &str) -> Option<CStack> {
    let text = format!(
        r#"(module (memory 2) {fields}
            (func (export "main") (call $f)) (func $f (local i32) {operators}))"#
    );
    wasm::compile(&wat::parse_str(text).unwrap(), &fixture::full()).unwrap().c_stack
}

const POINTER: &str = "(global $__stack_pointer (mut i32) (i32.const 4096))";

/// The frame of a function with these operators.
#[track_caller]
fn assert_frame(operators: &str, expected: Option<(u32, bool)>) {
    let stack = c_stack(POINTER, operators).unwrap();
    assert_eq!(stack.bytes, 4096);
    let found: Vec<_> = stack.frames.iter().map(|one| (one.bytes, one.varies)).collect();
    assert_eq!(found, Vec::from_iter(expected));
}

#[test]
fn a_frame_is_what_a_function_takes_first() {
    let take = "global.get 0 i32.const 48 i32.sub";
    let give = "local.get 0 i32.const 48 i32.add global.set 0";
    assert_frame("", None);
    assert_frame("global.get 0 drop", None);
    assert_frame(&format!("{take} local.tee 0 global.set 0 {give}"), Some((48, false)));
    // A function that calls no other need not set the pointer.
    assert_frame(&format!("{take} drop"), Some((48, false)));
    assert_frame("global.get 0 i32.const -48 i32.add local.tee 0 global.set 0", Some((48, false)));
    // An array of variable length, an aligned frame, and one that is taken in other words.
    let array = "local.get 0 local.get 0 i32.sub local.tee 0 global.set 0";
    assert_frame(&format!("{take} local.tee 0 global.set 0 {array} {give}"), Some((48, true)));
    let aligned = "local.tee 0 i32.const -64 i32.and local.tee 0 global.set 0";
    assert_frame(&format!("{take} {aligned} {give}"), Some((48, true)));
    assert_frame("global.get 0 local.set 0 local.get 0 global.set 0", Some((0, true)));
}

#[test]
fn a_frame_belongs_to_its_function() {
    let stack = c_stack(POINTER, "global.get 0 i32.const 32 i32.sub drop").unwrap();
    let [CStackFrame { function, .. }] = stack.frames[..] else { panic!("{stack:?}") };
    let text = format!(
        r#"(module (memory 2) {POINTER} (func (export "main") (call $f)) (func $f (local i32)
            global.get 0 i32.const 32 i32.sub drop))"#
    );
    let program = wasm::compile(&wat::parse_str(text).unwrap(), &fixture::full()).unwrap();
    let owner = program.functions.iter().find(|one| one.first == function).unwrap();
    assert_eq!(owner.name, "f");
}

#[test]
fn the_stack_ends_at_the_data_below_it() {
    let data = r#"(data (i32.const 1000) "some data") (data (i32.const 5000) "above")"#;
    let stack = c_stack(&format!("{POINTER} {data}"), "").unwrap();
    assert_eq!(stack.bytes, 4096 - 1009);
    let exported = r#"(global (export "__stack_pointer") (mut i32) (i32.const 64))"#;
    assert_eq!(c_stack(exported, "").unwrap().bytes, 64);
    assert_eq!(c_stack("(global $other (mut i32) (i32.const 4096))", ""), None);
    assert_eq!(c_stack("(global $__stack_pointer (mut i64) (i64.const 4096))", ""), None);
}
