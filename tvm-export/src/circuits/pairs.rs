//! Pairs of sequences that differ in the opcode of one instruction: for every opcode that takes one or two numbers and
//! gives one, a program with it, and the same with another opcode of the same types.

use tvm_core::machine::Machine;
use tvm_core::program::text;
use tvm_core::{Compiled, compile_for};

use super::Opcode;

/// Two sequences that differ in the opcode of one instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    /// The opcode of the clean sequence.
    pub(super) opcode: String,
    /// The opcode of the corrupted one.
    pub(super) corrupted_opcode: String,
    /// The names of the tokens of the clean prompt.
    pub(super) clean: Vec<String>,
    /// The names of the tokens of the corrupted prompt.
    pub(super) corrupted: Vec<String>,
}

/// Numbers of WebAssembly, and what makes a byte of each.
const TYPES: [(&str, &str); 4] = [
    ("i32", ""),
    ("i64", "i32.wrap_i64"),
    ("f32", "i32.reinterpret_f32"),
    ("f64", "i64.reinterpret_f64 i32.wrap_i64"),
];

/// The operands.
const OPERANDS: [&str; 2] = ["9", "2"];

/// A pair for every opcode that has one.
pub(super) fn pairs(machine: &Machine, opcodes: &[Opcode]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for operands in [2, 1] {
        for (operand, _) in TYPES {
            for result in TYPES {
                let programs = opcodes.iter().filter_map(|opcode| {
                    Some((opcode, prompt(machine, &opcode.name, (operand, operands), result)?))
                });
                let programs: Vec<(&Opcode, Vec<String>)> = programs.collect();
                let corrupted = programs.iter().cycle().skip(1);
                let alike = programs.iter().zip(corrupted).filter(|((_, one), (_, other))| {
                    let differences = one.iter().zip(other).filter(|(one, other)| one != other);
                    one.len() == other.len() && differences.count() == 1
                });
                pairs.extend(alike.map(|((opcode, clean), (other, corrupted))| Pair {
                    opcode: opcode.name.clone(),
                    corrupted_opcode: other.name.clone(),
                    clean: clean.clone(),
                    corrupted: corrupted.clone(),
                }));
            }
        }
    }
    pairs
}

/// The tokens of a program that applies an opcode to operands of a type and writes a byte of the result; none where
/// these are not its types, or the machine does it by other instructions.
fn prompt(
    machine: &Machine,
    opcode: &str,
    (operand, operands): (&str, usize),
    (result, to_byte): (&str, &str),
) -> Option<Vec<String>> {
    // What else WebAssembly text might take these words for has other types.
    let is_plain = opcode.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(&byte));
    if !is_plain || !opcode.contains('.') {
        return None;
    }
    let constants: String =
        OPERANDS[..operands].iter().map(|number| format!("{operand}.const {number} ")).collect();
    let module = format!(
        "(module (import \"tvm\" \"output\" (func $output (param i32)))
            (func (export \"main\") (local $result {result})
                {constants} {opcode} local.set $result local.get $result {to_byte} call $output))"
    );
    let Compiled { program, .. } = compile_for(machine.clone(), module.as_str()).ok()?;
    let set = machine.instruction_set();
    let tokens: Vec<String> = text::prompt_tokens(&program, &set, b"").collect();
    tokens.iter().any(|token| token == opcode).then_some(tokens)
}
