//! The token text of a program: `{`, instructions of a mnemonic and four immediate bytes, `}` and
//! an optional input section. What [`print()`] writes, [`parse`] reads back unchanged.

mod parse;

use std::fmt::Write as _;

use super::{Instruction, InstructionSet, Program};

pub use parse::{TextError, parse};

/// Opens a program.
pub const OPEN: &str = "{";
/// Closes a program.
pub const CLOSE: &str = "}";
/// Ends the input section.
pub const INPUT_COMMIT: &str = "commit(+0,sts=0,bt=0)";

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
    let mut tokens: Vec<String> = input.iter().copied().map(input_token).collect();
    tokens.push(hex(0));
    tokens.push(INPUT_COMMIT.to_owned());
    tokens
}

/// The tokens a model starts from: the program and, when it reads input, the input section. No
/// input is the empty input; a program that reads none has no input section.
///
/// # Panics
/// When the program has an opcode that is not in the set it was made for.
pub fn prompt(program: &Program, set: &InstructionSet, input: Option<&[u8]>) -> Vec<String> {
    let mut tokens = vec![OPEN.to_owned()];
    for instruction in &program.instructions {
        tokens.extend(instruction_tokens(instruction, set));
    }
    tokens.push(CLOSE.to_owned());
    if program.reads_input() {
        tokens.extend(input_section(input.unwrap_or_default()));
    }
    tokens
}

/// The text of a program without input, an instruction a line.
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
    text
}

/// The five tokens of an instruction.
fn instruction_tokens(instruction: &Instruction, set: &InstructionSet) -> [String; 5] {
    let mnemonic = set.by_code(instruction.code).unwrap_or_else(|| {
        panic!("opcode {:#04x} is not in the instruction set", instruction.code.0)
    });
    let [b0, b1, b2, b3] = instruction.immediate.to_le_bytes().map(hex);
    [mnemonic.name.clone(), b0, b1, b2, b3]
}

fn hex(byte: u8) -> String {
    format!("{byte:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Code, fixture};
    use proptest::prelude::*;

    const HELLO: &str = "{ i32.const 41 00 00 00 output 00 00 00 00 halt 00 00 00 00 }";
    const ECHO: &str = "{ input_base 00 00 01 00 halt 00 00 00 00 }";

    #[test]
    fn the_immediate_is_least_significant_byte_first() {
        let (program, input) = parse("{ i32.const 05 01 00 80 }", &fixture::classic()).unwrap();
        let expected = Instruction { code: Code(0x41), immediate: 0x8000_0105 };
        assert_eq!(program.instructions, [expected]);
        assert_eq!(input, None);
    }

    #[test]
    fn a_prompt_is_the_text_of_the_program_without_input() {
        let set = fixture::classic();
        let (program, _) = parse(HELLO, &set).unwrap();
        assert_eq!(prompt(&program, &set, Some(b"ignored")).join(" "), HELLO);
    }

    #[test]
    fn the_prompt_of_a_program_that_reads_input_ends_in_the_input_section() {
        let set = fixture::classic();
        let (program, _) = parse(ECHO, &set).unwrap();
        let tokens = prompt(&program, &set, Some(b"a {~\n")).join(" ");
        assert_eq!(tokens, format!("{ECHO} a 20 7b ~ 0a 00 commit(+0,sts=0,bt=0)"));
        let empty = prompt(&program, &set, None).join(" ");
        assert_eq!(empty, format!("{ECHO} 00 commit(+0,sts=0,bt=0)"));
    }

    #[test]
    fn an_input_section_is_read_in_either_spelling() {
        let text = format!("{ECHO} 8 38 . 00 00 {INPUT_COMMIT}");
        let (_, input) = parse(&text, &fixture::classic()).unwrap();
        assert_eq!(input.as_deref(), Some(&b"88.\0"[..]));
    }

    #[track_caller]
    fn refused(text: &str, message: &str) {
        let error = parse(text, &fixture::classic()).unwrap_err();
        assert_eq!(error.to_string(), message);
    }

    #[test]
    fn errors_name_the_token() {
        refused("halt", "token 1: `{` expected, found `halt`");
        refused("", "token 1: `{` expected, but the text ends here");
        refused(
            "{ i32.mul 00 00 00 00 }",
            "token 2: `i32.mul` is not an opcode of this instruction set",
        );
        refused("{ halt 00 0g", "token 4: an immediate byte (two hex digits) expected, found `0g`");
        refused(
            "{ halt 00 00 00 0A }",
            "token 6: an immediate byte (two hex digits) expected, found `0A`",
        );
        refused(
            "{ halt 00 00 00",
            "token 6: an immediate byte (two hex digits) expected, but the text ends here",
        );
        refused("{ halt 00 00 00 00", "token 7: an opcode or `}` expected, but the text ends here");
        refused(
            "{ halt 00 00 00 00 } 61",
            "token 8: the program takes no input (it does not begin with `input_base`), found `61`",
        );
        refused(
            &format!("{ECHO} 00"),
            "token 14: an input byte or `commit(+0,sts=0,bt=0)` expected, but the text ends here",
        );
        refused(
            &format!("{ECHO} {INPUT_COMMIT}"),
            "token 13: the final `00` of the input expected, found `commit(+0,sts=0,bt=0)`",
        );
        refused(
            &format!("{ECHO} abc"),
            "token 13: an input byte or `commit(+0,sts=0,bt=0)` expected, found `abc`",
        );
        refused(
            &format!("{ECHO} 00 {INPUT_COMMIT} 00"),
            "token 15: the end of the text expected, found `00`",
        );
    }

    #[test]
    fn no_program_has_more_memory_than_the_machine() {
        let set = fixture::full();
        parse("{ memory.declare 00 04 00 00 }", &set).unwrap();
        let error = parse("{ halt 00 00 00 00 memory.grow 01 04 00 00 }", &set).unwrap_err();
        let message = "token 7: `memory.grow` of 1025 pages; the machine has at most 1024";
        assert_eq!(error.to_string(), message);
    }

    proptest! {
        #[test]
        fn print_and_parse_are_inverse(rows in prop::collection::vec((0usize..55, any::<u32>()), 0..40)) {
            let set = fixture::full();
            let instructions = rows
                .iter()
                .map(|&(row, immediate)| Instruction { code: set.mnemonics()[row].code, immediate })
                .collect();
            let program = Program { instructions, ..Program::default() };
            let (parsed, input) = parse(&print(&program, &set), &set).unwrap();
            prop_assert_eq!(parsed, program);
            prop_assert_eq!(input, None);
        }

        #[test]
        fn every_input_survives(input in prop::collection::vec(any::<u8>(), 0..40)) {
            let text = format!("{ECHO} {}", input_section(&input).join(" "));
            let (_, parsed) = parse(&text, &fixture::classic()).unwrap();
            prop_assert_eq!(parsed, Some(input));
        }
    }
}
