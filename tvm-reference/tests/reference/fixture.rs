//! Programs in one line, their runs, and the trace as one string.

use tvm_program::{InstructionSet, Mnemonic};
use tvm_reference::{Executor, ReferenceError, Summary};
pub(super) use tvm_test_support::sets::{assemble, full_and_users as instruction_set};

/// The numeric operators of a type (`i32` or `i64`) that pop so many words.
pub(super) fn operators(of_type: &str, pops: u8) -> Vec<Mnemonic> {
    let numeric = instruction_set().mnemonics().iter().filter(|one| {
        one.name.starts_with(of_type) && !one.name.contains("load") && !one.name.contains("store")
    });
    numeric.filter(|one| one.pops() == pops).cloned().collect()
}

/// Runs an executor and gives its trace as words separated by single spaces.
pub(super) fn trace_of(executor: Executor<'_>) -> (String, Result<Summary, ReferenceError>) {
    let mut names = Vec::new();
    let result = executor.run(100_000, &mut |token| names.push(token.to_string()));
    (names.join(" "), result)
}

/// Assembles and runs a program.
pub(super) fn run_with_input(
    text: &str,
    input: &[u8],
) -> (String, Result<Summary, ReferenceError>) {
    run_in(instruction_set(), text, input)
}

/// Assembles and runs a program in an instruction set, which need not be the one of these tests.
pub(super) fn run_in(
    set: &InstructionSet,
    text: &str,
    input: &[u8],
) -> (String, Result<Summary, ReferenceError>) {
    let program = assemble(text);
    trace_of(Executor::new(&program, set, input).expect("known codes"))
}

/// Assembles and runs a program that must end by itself.
pub(super) fn run(text: &str) -> (String, Summary) {
    let (trace, result) = run_with_input(text, b"");
    (trace, result.expect("the program ends"))
}

/// Checks the trace of a program; white space in `expected` does not matter.
pub(super) fn assert_trace(text: &str, expected: &str) -> Summary {
    assert_trace_in(instruction_set(), text, expected)
}

/// The same in an instruction set that may be another one.
pub(super) fn assert_trace_in(set: &InstructionSet, text: &str, expected: &str) -> Summary {
    let (trace, result) = run_in(set, text, b"");
    assert_eq!(trace, expected.split_whitespace().collect::<Vec<_>>().join(" "), "trace of {text}");
    result.expect("the program ends")
}

/// The trace of `i32.const`.
pub(super) fn pushed(value: u32) -> String {
    format!("{} commit(+1,sts=1,bt=0)", bytes(&value.to_le_bytes()))
}

/// Bytes without ticks, as they are in a trace.
pub(super) fn bytes(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

/// The two constants that push a 64-bit integer.
pub(super) fn wide_constant(value: u64) -> String {
    format!("i32.const {}; i32.const {}", value as u32, value >> 32)
}

/// The trace of [`wide_constant`].
pub(super) fn wide_pushed(value: u64) -> String {
    format!("{} {}", pushed(value as u32), pushed((value >> 32) as u32))
}

/// Runs a computation of one word and outputs its four bytes, least significant first.
pub(super) fn top_of_stack(computation: &str) -> Summary {
    run(&format!("{computation}; local.set; {}; halt", output_of_local(0))).1
}

/// Runs a computation of two words and outputs their eight bytes, least significant first.
pub(super) fn top_two_of_stack(computation: &str) -> Summary {
    let output = [0, 1].map(output_of_local).join(";");
    run(&format!("{computation}; local.set 1; local.set 0; {output}; halt")).1
}

fn output_of_local(index: u32) -> String {
    [0, 8, 16, 24]
        .map(|shift| format!("local.get {index}; i32.const {shift}; i32.shr_u; output"))
        .join(";")
}
