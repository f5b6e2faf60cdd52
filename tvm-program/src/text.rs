//! The token text of a program: `{`, instructions of a mnemonic, four immediate bytes and, where the instruction
//! set has them, three places, `}` and an optional input section. What [`print()`] writes, [`parse`] reads back
//! unchanged; it reads an instruction without places too, whose operands and result are on the stack.

mod parse;

use std::fmt::Write as _;

use super::{Instruction, InstructionSet, Program, Row};

pub use parse::{TextError, parse};

/// Opens a program.
pub const OPEN: &str = "{";
/// Closes a program.
pub const CLOSE: &str = "}";
/// Ends a section.
pub const INPUT_COMMIT: &str = "commit(+0,sts=0,bt=0)";

/// The tokens of a section: its bytes and the commit.
pub fn section(bytes: &[u8]) -> impl Iterator<Item = String> {
    bytes.iter().copied().map(input_token).chain([INPUT_COMMIT.to_owned()])
}

/// The token of an input byte: the character itself where it is printable and not a brace, else
/// two hex digits.
pub fn input_token(byte: u8) -> String {
    match byte {
        b'{' | b'}' => hex(byte),
        0x21..=0x7e => char::from(byte).to_string(),
        _ => hex(byte),
    }
}

/// The tokens of the input section: the bytes, a final `00` and the commit.
pub fn input_section(input: &[u8]) -> Vec<String> {
    section(&[input, &[0]].concat()).collect()
}

/// The tokens a model starts from: the program, its data sections and, when it reads input, the input section.
/// No input is the empty input; a program that reads none has no input section.
///
/// # Panics
/// When the program has an opcode that is not in the set it was made for.
pub fn prompt(program: &Program, set: &InstructionSet, input: Option<&[u8]>) -> Vec<String> {
    prompt_tokens(program, set, input.unwrap_or_default()).collect()
}

/// The tokens of [`prompt()`], one after the other: a long prompt takes much less memory than the names
/// of its tokens.
///
/// # Panics
/// When the program has an opcode that is not in the set it was made for.
pub fn prompt_tokens<'all>(
    program: &'all Program,
    set: &'all InstructionSet,
    input: &'all [u8],
) -> impl Iterator<Item = String> {
    program_tokens(program, set).chain(section_tokens(program, input))
}

/// The tokens that a model with the program in its weights starts from: the empty program, and all sections.
pub fn specialised_prompt(program: &Program, input: &[u8]) -> Vec<String> {
    let empty = [OPEN, CLOSE].map(str::to_owned).into_iter();
    empty.chain(section_tokens(program, input)).collect()
}

/// The tokens of a program, without sections.
///
/// # Panics
/// When the program has an opcode that is not in the set it was made for.
pub fn program_tokens<'all>(
    program: &'all Program,
    set: &'all InstructionSet,
) -> impl Iterator<Item = String> {
    let instructions = program.instructions.iter();
    std::iter::once(OPEN.to_owned())
        .chain(instructions.flat_map(|instruction| instruction_tokens(instruction, set)))
        .chain([CLOSE.to_owned()])
}

/// The tokens of all sections.
fn section_tokens<'all>(program: &'all Program, input: &'all [u8]) -> impl Iterator<Item = String> {
    program.sections(input).flat_map(|(_, bytes)| section(&bytes).collect::<Vec<_>>())
}

/// The text of a program without input, an instruction and a section a line.
///
/// # Panics
/// When the program has an opcode that is not in the set it was made for.
pub fn print(program: &Program, set: &InstructionSet) -> String {
    let mut text = format!("{OPEN}\n");
    for instruction in &program.instructions {
        let tokens = instruction_tokens(instruction, set);
        writeln!(text, "{}", tokens.join(" ")).expect("a string can always be written to");
    }
    text.push_str(CLOSE);
    text.push('\n');
    for bytes in &program.data {
        let tokens: Vec<String> = section(bytes).collect();
        writeln!(text, "{}", tokens.join(" ")).expect("a string can always be written to");
    }
    text
}

/// The tokens of an instruction: its mnemonic, its immediate and, where the set has them, its places.
fn instruction_tokens(instruction: &Instruction, set: &InstructionSet) -> Vec<String> {
    let mnemonic = set.by_code(instruction.code).unwrap_or_else(|| {
        panic!("opcode {:#04x} is not in the instruction set", instruction.code.0)
    });
    let mut tokens = vec![mnemonic.name.clone()];
    tokens.extend(instruction.immediate.to_le_bytes().map(hex));
    if set.has_places() {
        let row = Row::of(mnemonic, instruction.places);
        tokens.extend(row.tokens().map(|place| place.to_string()));
    }
    tokens
}

fn hex(byte: u8) -> String {
    format!("{byte:02x}")
}
