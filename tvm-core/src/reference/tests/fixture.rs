//! An instruction set, an assembler of one line a program, and the trace as one string.

use crate::program::{Code, Instruction, InstructionSet, Mnemonic, Program};
use crate::reference::{Executor, ReferenceError, Summary};

/// Name, code, pops, pushes.
type Row = (&'static str, u8, u8, u8);

const CONTROL: &[Row] = &[
    ("halt", 0x00, 0, 0),
    ("unreachable", 0xfd, 0, 0),
    ("input_base", 0xfe, 0, 0),
    ("return", 0x0f, 0, 0),
    ("call", 0x10, 0, 0),
    ("br", 0x0c, 0, 0),
    ("br_if", 0x0d, 1, 0),
];

const STACK_AND_VARIABLES: &[Row] = &[
    ("drop", 0x1a, 1, 0),
    ("select", 0x1b, 3, 1),
    ("output", 0xff, 1, 0),
    ("local.get", 0x20, 0, 1),
    ("local.set", 0x21, 1, 0),
    ("local.tee", 0x22, 1, 1),
    ("global.get", 0x23, 0, 1),
    ("global.set", 0x24, 1, 0),
];

const MEMORY: &[Row] = &[
    ("i32.load", 0x28, 1, 1),
    ("i32.load8_s", 0x2c, 1, 1),
    ("i32.load8_u", 0x2d, 1, 1),
    ("i32.load16_s", 0x2e, 1, 1),
    ("i32.load16_u", 0x2f, 1, 1),
    ("i32.store", 0x36, 2, 0),
    ("i32.store8", 0x3a, 2, 0),
    ("i32.store16", 0x3b, 2, 0),
];

const CONSTANT: Row = ("i32.const", 0x41, 0, 1);

/// The operators of one operand.
pub(super) const UNARY: &[Row] = &[
    ("i32.eqz", 0x45, 1, 1),
    ("i32.clz", 0x67, 1, 1),
    ("i32.ctz", 0x68, 1, 1),
    ("i32.popcnt", 0x69, 1, 1),
    ("i32.extend8_s", 0xc0, 1, 1),
    ("i32.extend16_s", 0xc1, 1, 1),
];

/// The operators of two operands.
pub(super) const BINARY: &[Row] = &[
    ("i32.eq", 0x46, 2, 1),
    ("i32.ne", 0x47, 2, 1),
    ("i32.lt_s", 0x48, 2, 1),
    ("i32.lt_u", 0x49, 2, 1),
    ("i32.gt_s", 0x4a, 2, 1),
    ("i32.gt_u", 0x4b, 2, 1),
    ("i32.le_s", 0x4c, 2, 1),
    ("i32.le_u", 0x4d, 2, 1),
    ("i32.ge_s", 0x4e, 2, 1),
    ("i32.ge_u", 0x4f, 2, 1),
    ("i32.add", 0x6a, 2, 1),
    ("i32.sub", 0x6b, 2, 1),
    ("i32.mul", 0x6c, 2, 1),
    ("i32.div_s", 0x6d, 2, 1),
    ("i32.div_u", 0x6e, 2, 1),
    ("i32.rem_s", 0x6f, 2, 1),
    ("i32.rem_u", 0x70, 2, 1),
    ("i32.and", 0x71, 2, 1),
    ("i32.or", 0x72, 2, 1),
    ("i32.xor", 0x73, 2, 1),
    ("i32.shl", 0x74, 2, 1),
    ("i32.shr_s", 0x75, 2, 1),
    ("i32.shr_u", 0x76, 2, 1),
    ("i32.rotl", 0x77, 2, 1),
    ("i32.rotr", 0x78, 2, 1),
];

/// The full instruction set and, with no built-in semantics, `sat_add` and `discard`.
pub(super) fn instruction_set() -> InstructionSet {
    let users = [("sat_add", 0xe0, 2, 1), ("discard", 0xe1, 1, 0)];
    let rows = [CONTROL, STACK_AND_VARIABLES, MEMORY, &[CONSTANT], UNARY, BINARY, &users];
    InstructionSet::new(rows.concat().into_iter().map(mnemonic).collect())
}

fn mnemonic((name, code, pops, pushes): Row) -> Mnemonic {
    Mnemonic {
        name: name.to_string(),
        code: Code(code),
        pops,
        pushes,
        stores_to_stack: pushes == 1 && name != "local.tee",
        documentation: String::new(),
    }
}

/// Assembles instructions separated by `;`, each a mnemonic and (optionally) a decimal or
/// hexadecimal immediate, which may be negative.
pub(super) fn assemble(text: &str) -> Program {
    let set = instruction_set();
    let instructions = text.split(';').map(|line| instruction(line, &set)).collect();
    Program { instructions, functions: Vec::new() }
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
    let (program, set) = (assemble(text), instruction_set());
    trace_of(Executor::new(&program, &set, input).expect("known codes"))
}

/// Assembles and runs a program that must end by itself.
pub(super) fn run(text: &str) -> (String, Summary) {
    let (trace, result) = run_with_input(text, b"");
    (trace, result.expect("the program ends"))
}

/// Checks the trace of a program; white space in `expected` does not matter.
pub(super) fn assert_trace(text: &str, expected: &str) -> Summary {
    let (trace, summary) = run(text);
    assert_eq!(trace, expected.split_whitespace().collect::<Vec<_>>().join(" "), "trace of {text}");
    summary
}

/// Runs a computation of one value and outputs its four bytes, least significant first.
pub(super) fn top_of_stack(computation: &str) -> Summary {
    let bytes: String = [0, 8, 16, 24]
        .map(|shift| format!("local.get; i32.const {shift}; i32.shr_u; output"))
        .join(";");
    run(&format!("{computation}; local.set; {bytes}; halt")).1
}
