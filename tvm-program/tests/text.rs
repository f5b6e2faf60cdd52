//! Token text: what is written and read, and what is refused.

use proptest::prelude::*;
use tvm_program::limits::{GLOBAL_WORDS, GREATEST_PAGES, LOCAL_WORDS};
use tvm_program::text::*;
use tvm_program::{Code, Instruction, InstructionSet, Program};
use tvm_test_support::sets as fixture;

const HELLO: &str = "{ i32.const 41 00 00 00 output 00 00 00 00 halt 00 00 00 00 }";
const ECHO: &str = "{ input_base 00 00 01 00 halt 00 00 00 00 }";

#[test]
fn the_immediate_is_least_significant_byte_first() {
    let (program, input) = parse("{ i32.const 05 01 00 80 }", &fixture::classic()).unwrap();
    let expected = Instruction::new(Code(0x41), 0x8000_0105);
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
        "token 14: a byte or `commit(+0,sts=0,bt=0)` expected, but the text ends here",
    );
    refused(
        &format!("{ECHO} {INPUT_COMMIT}"),
        "token 13: the final `00` of the input expected, found `commit(+0,sts=0,bt=0)`",
    );
    refused(
        &format!("{ECHO} abc"),
        "token 13: a byte or `commit(+0,sts=0,bt=0)` expected, found `abc`",
    );
    let error = parse("{ memory.data 00 00 00 00 }", &fixture::full()).unwrap_err();
    assert_eq!(error.to_string(), "token 8: a section of data expected, but the text ends here");
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

#[test]
fn no_variable_lies_beyond_those_of_the_machine() {
    let set = fixture::full();
    for (opcode, words) in [("local.get", LOCAL_WORDS), ("global.set64", GLOBAL_WORDS)] {
        let text = |index: u32| {
            let bytes = index.to_le_bytes().map(|byte| format!("{byte:02x}"));
            format!("{{ {opcode} {} }}", bytes.join(" "))
        };
        parse(&text(words - 2), &set).unwrap();
        let error = parse(&text(words - 1), &set).unwrap_err();
        let (index, greatest) = (words - 1, words - 2);
        assert_eq!(
            error.to_string(),
            format!("token 2: `{opcode}` of word {index}; the machine has words up to {greatest}")
        );
        assert_eq!(error.number(), 2);
    }
}

/// An instruction of the set with an immediate that the opcode can have.
fn instruction(set: &InstructionSet, row: usize, immediate: u32) -> Instruction {
    let mnemonic = &set.mnemonics()[row % set.mnemonics().len()];
    let bounded = ["local.", "global.", "memory."].iter().any(|one| mnemonic.name.starts_with(one));
    let immediate = if bounded { immediate % GREATEST_PAGES } else { immediate };
    Instruction::new(mnemonic.code, immediate)
}

/// The program with a section for each `memory.data` that it begins with.
fn with_data(program: Program) -> Program {
    let leading = program.instructions.iter().take_while(|one| one.code == Code::DATA);
    let data =
        leading.map(|one| one.immediate.to_le_bytes()[..(one.immediate % 4) as usize].to_vec());
    Program { data: data.collect(), ..program }
}

proptest! {
    #[test]
    fn print_and_parse_are_inverse(rows in prop::collection::vec(any::<(usize, u32)>(), 0..40)) {
        let set = fixture::full();
        let instructions =
            rows.iter().map(|&(row, immediate)| instruction(&set, row, immediate)).collect();
        let program = with_data(Program { instructions, ..Program::default() });
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
