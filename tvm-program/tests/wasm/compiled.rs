//! What clang makes of exceptions of C++ and of `setjmp`, linked with the support functions of
//! `programs/library`. `compiled/build` makes the modules.

use tvm_program::wasm;
use tvm_reference::{End, Executor, Trap};
use tvm_test_support::sets as fixture;

#[track_caller]
fn assert_writes(module: &[u8], expected: &str, end: End) {
    let set = fixture::full();
    let program = wasm::compile(module, &set).unwrap_or_else(|error| panic!("{error}"));
    let summary = Executor::new(&program, &set, b"").unwrap().run(10_000_000, &mut |_| {}).unwrap();
    assert_eq!(String::from_utf8_lossy(&summary.output), expected);
    assert_eq!(summary.end, end);
}

#[test]
fn longjmp_leads_back_to_its_setjmp() {
    assert_writes(include_bytes!("compiled/setjmp.wasm"), "0m122m36c3\n", End::Halt);
}

#[test]
fn handlers_of_cpp_take_what_is_of_their_type() {
    let expected = "=0123\n=012int42\n=012base5other7~D\n=012text\n=012any\n=012longcany\n012";
    // The last exception would leave a function that must not throw.
    let end = End::Trap(Trap::Unreachable);
    assert_writes(include_bytes!("compiled/exceptions.wasm"), expected, end);
}
