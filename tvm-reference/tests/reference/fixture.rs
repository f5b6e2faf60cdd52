//! Programs in one line, their runs, and the trace as one string.

use tvm_program::{InstructionSet, Mnemonic, Value, ValueType};
use tvm_reference::{Executor, ReferenceError, Summary};
pub(super) use tvm_test_support::sets::{assemble, full_and_users as instruction_set};

/// The numeric operators with operands of these types, which are all the same, and one result.
/// WebAssembly has each of them under its name.
pub(super) fn operators(operands: &[ValueType]) -> Vec<Mnemonic> {
    let prefix = match operands[0] {
        ValueType::I32 => "i32.",
        ValueType::I64 => "i64.",
        ValueType::F32 => "f32.",
        ValueType::F64 => "f64.",
    };
    let numeric = instruction_set().mnemonics().iter().filter(|one| {
        one.name.starts_with(prefix) && !one.name.contains("load") && !one.name.contains("store")
    });
    let of_the_types = numeric.filter(|one| one.operands == operands && one.results.len() == 1);
    of_the_types.cloned().collect()
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

/// Checks the trace of a program in an instruction set, which need not be the one of these tests.
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

/// The constants of 32 bits that push a value.
pub(super) fn constant(value: Value) -> String {
    match value {
        Value::I32(value) | Value::F32(value) => format!("i32.const {value}"),
        Value::I64(value) | Value::F64(value) => {
            format!("i32.const {}; i32.const {}", value as u32, value >> 32)
        }
    }
}

/// The trace of the [`constant`] of 64 bits.
pub(super) fn wide_pushed(value: u64) -> String {
    format!("{} {}", pushed(value as u32), pushed((value >> 32) as u32))
}

/// Runs a computation of a value of a type and outputs its bytes, least significant first.
pub(super) fn result_of(computation: &str, of: ValueType) -> Summary {
    let words = 0..u32::from(of.words());
    let sets: String = words.clone().rev().map(|word| format!("local.set {word};")).collect();
    let outputs: String = words.map(|word| format!("{};", output_of_local(word))).collect();
    run(&format!("{computation}; {sets} {outputs} halt")).1
}

fn output_of_local(index: u32) -> String {
    [0, 8, 16, 24]
        .map(|shift| format!("local.get {index}; i32.const {shift}; i32.shr_u; output"))
        .join(";")
}
