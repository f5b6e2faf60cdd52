//! Modules in the text format: what they compile to, what they do, and why they are refused.

mod behaviour;
mod blocks;
mod bulk_memory;
mod c_stack;
mod calls;
mod compiled;
mod division;
mod exceptions;
mod indirect;
mod layout;
mod places;
mod random_exceptions;
mod references;
mod refusal;
mod tables;
mod tail_calls;
mod values;

use tvm_program::Value;
use tvm_program::wasm::Invocation;
use tvm_test_support::modules::{Results, calls_as_program, calls_by_wasmi};
use tvm_test_support::sets as fixture;

/// The binary format of a module with these fields and a function `output`.
fn module(fields: &str) -> Vec<u8> {
    let text = format!(
        r#"(module (import "tvm" "output" (func $output (param i32)))
            (memory (export "memory") 1) {fields})"#
    );
    wat::parse_str(text).unwrap()
}

/// A call of an exported function.
fn call(function: &str, arguments: &[Value]) -> Invocation {
    Invocation { function: function.to_owned(), arguments: arguments.to_vec() }
}

/// Makes the calls both ways; what they give and how many tokens the program generates.
#[track_caller]
fn agree(bytes: &[u8], calls: &[Invocation]) -> (Results, u64) {
    let (found, tokens) = calls_as_program(bytes, &fixture::full(), calls);
    assert_eq!(found, calls_by_wasmi(bytes, calls));
    (found, tokens)
}
