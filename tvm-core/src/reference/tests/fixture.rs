//! Instruction sets, an assembler of one line a program, and the trace as one string.

use std::sync::LazyLock;

use crate::program::ValueType::{self, I32};
use crate::program::fixture;
use crate::program::{Code, Instruction, InstructionSet, Mnemonic, Program};
use crate::reference::{Executor, ReferenceError, Summary};

static INSTRUCTION_SET: LazyLock<InstructionSet> = LazyLock::new(|| {
    let users = [
        user("sat_add", Code(0xe0), &[I32, I32], &[I32]),
        user("discard", Code(0xe1), &[I32], &[]),
    ];
    InstructionSet::new([fixture::full().mnemonics(), &users].concat()).with_traps()
});

/// The full instruction set and, with no built-in semantics, `sat_add` and `discard`.
pub(crate) fn instruction_set() -> &'static InstructionSet {
    &INSTRUCTION_SET
}

fn user(name: &str, code: Code, operands: &[ValueType], results: &[ValueType]) -> Mnemonic {
    Mnemonic {
        name: name.to_owned(),
        code,
        operands: operands.to_vec(),
        results: results.to_vec(),
        stores_to_stack: !results.is_empty(),
        documentation: String::new(),
    }
}

/// The numeric operators of a type (`i32` or `i64`) that pop so many words.
pub(super) fn operators(of_type: &str, pops: u8) -> Vec<Mnemonic> {
    let numeric = instruction_set().mnemonics().iter().filter(|one| {
        one.name.starts_with(of_type) && !one.name.contains("load") && !one.name.contains("store")
    });
    numeric.filter(|one| one.pops() == pops).cloned().collect()
}

/// Assembles instructions separated by `;`, each a mnemonic and (optionally) a decimal or
/// hexadecimal immediate, which may be negative.
pub(crate) fn assemble(text: &str) -> Program {
    let set = instruction_set();
    let instructions = text.split(';').map(|line| instruction(line, set)).collect();
    Program { instructions, ..Program::default() }
}

fn instruction(line: &str, set: &InstructionSet) -> Instruction {
    let mut words = line.split_whitespace();
    let name = words.next().expect("an instruction");
    let code = set.by_name(name).unwrap_or_else(|| panic!("no mnemonic {name}")).code;
    Instruction { code, immediate: words.next().map_or(0, immediate) }
}

fn immediate(text: &str) -> u32 {
    match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).expect("hexadecimal digits"),
        None => text.parse::<i64>().expect("an integer") as u32,
    }
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
