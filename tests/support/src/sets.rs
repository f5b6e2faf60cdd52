//! The instruction sets of the machines, from the declarations of their opcodes, and an assembler
//! of one line a program.

use std::sync::LazyLock;

use tvm_core::machine::Machine;
use tvm_program::ValueType::{self, I32};
use tvm_program::{Code, Instruction, InstructionSet, Mnemonic, Place, Places, Program};

/// The 36 classic opcodes.
pub fn classic() -> InstructionSet {
    Machine::classic().instruction_set()
}

/// All opcodes.
pub fn full() -> InstructionSet {
    Machine::full().instruction_set()
}

static INSTRUCTION_SET: LazyLock<InstructionSet> = LazyLock::new(|| {
    let users = [
        user("sat_add", Code(0xe0), &[I32, I32], &[I32]),
        user("discard", Code(0xe1), &[I32], &[]),
    ];
    InstructionSet::new([full().mnemonics(), &users].concat()).with_traps()
});

/// The full instruction set and, with no built-in semantics, `sat_add` and `discard`.
pub fn full_and_users() -> &'static InstructionSet {
    &INSTRUCTION_SET
}

fn user(name: &str, code: Code, operands: &[ValueType], results: &[ValueType]) -> Mnemonic {
    Mnemonic {
        name: name.to_owned(),
        code,
        operands: operands.to_vec(),
        results: results.to_vec(),
        declaration: name.to_owned(),
        parameter: None,
        opposite: None,
        stores_to_stack: !results.is_empty(),
        takes_variables: false,
        gives_variable: false,
        overwrites_top: false,
        writes_memory: false,
        reads: None,
        writes: None,
        documentation: String::new(),
    }
}

/// Assembles instructions separated by `;`, each a mnemonic and (optionally) a decimal or
/// hexadecimal immediate, which may be negative. Operands in variables come next, and behind `->` a
/// variable for the result: `i32.sub L3 G17 -> L5`, or `i32.sub stack G17`.
pub fn assemble(text: &str) -> Program {
    let set = full_and_users();
    let instructions = text.split(';').map(|line| instruction(line, set)).collect();
    Program { instructions, ..Program::default() }
}

fn instruction(line: &str, set: &InstructionSet) -> Instruction {
    let mut words = line.split_whitespace();
    let name = words.next().expect("an instruction");
    let code = set.by_name(name).unwrap_or_else(|| panic!("no mnemonic {name}")).code;
    let mut instruction = Instruction::new(code, 0);
    let places = &mut instruction.places;
    while let Some(word) = words.next() {
        if word == "->" {
            places.result = words.next().and_then(place).expect("a variable for the result");
        } else if let Some(place) = place(word) {
            *places = Places { second: places.top, top: place, ..*places };
        } else {
            instruction.immediate = immediate(word);
        }
    }
    instruction
}

fn place(text: &str) -> Option<Place> {
    match text.split_at(1) {
        _ if text == "stack" => Some(Place::Stack),
        ("L", word) => Some(Place::Local(word.parse().ok()?)),
        ("G", word) => Some(Place::Global(word.parse().ok()?)),
        _ => None,
    }
}

fn immediate(text: &str) -> u32 {
    match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).expect("hexadecimal digits"),
        None => text.parse::<i64>().expect("an integer") as u32,
    }
}
