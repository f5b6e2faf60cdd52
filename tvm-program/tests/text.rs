//! Token text: what is written and read, and what is refused.

use proptest::prelude::*;
use tvm_program::limits::{GLOBAL_WORDS, GREATEST_PAGES, LOCAL_WORDS};
use tvm_program::text::*;
use tvm_program::{
    Code, Instruction, InstructionSet, Mnemonic, PLACES_OF_GLOBALS, PLACES_OF_LOCALS, Place,
    Places, Program,
};
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

/// An instruction of `full` that has no immediate.
fn row(opcode: &str, places: &str) -> String {
    format!("{{ {opcode} 00 00 00 00 {places} }}")
}

#[test]
fn instructions_without_places_are_read() {
    let set = fixture::full();
    let (program, _) = parse(HELLO, &set).unwrap();
    assert!(program.instructions.iter().all(|one| one.places == Places::STACK));
    let classic = parse(HELLO, &fixture::classic()).unwrap().0;
    assert_eq!(program, classic);
    let printed = print(&program, &set);
    assert_eq!(
        printed,
        "{\ni32.const 41 00 00 00 stack+0 stack+0 stack+1\noutput 00 00 00 00 stack+0 stack+0 stack+0\n\
         halt 00 00 00 00 stack+0 stack+0 stack+0\n}\n"
    );
    assert_eq!(parse(&printed, &set).unwrap().0, program);
    // A row with places stands beside rows without.
    let mixed =
        "{ i32.const 05 00 00 00 i32.eqz 00 00 00 00 stack+0 stack+0 local.9 halt 00 00 00 00 }";
    let places =
        parse(mixed, &set).unwrap().0.instructions.iter().map(|one| one.places).collect::<Vec<_>>();
    let to_local = Places { result: Place::Local(9), ..Places::STACK };
    assert_eq!(places, [Places::STACK, to_local, Places::STACK]);
}

#[test]
fn places_are_counted_from_the_top_in_words() {
    let set = fixture::full();
    let places_of = |opcode: &str, places: &str| {
        parse(&row(opcode, places), &set).unwrap().0.instructions[0].places
    };
    let [local, global, stack] = [Place::Local(3), Place::Global(503), Place::Stack];
    for (opcode, tokens, top, second, result) in [
        ("i64.add", "stack-1 stack-3 stack-3", stack, stack, stack),
        ("i64.add", "local64.3 stack-1 stack-1", local, stack, stack),
        ("i64.add", "stack-1 local64.3 stack-1", stack, local, stack),
        ("i64.add", "local64.3 global64.503 stack+1", local, global, stack),
        ("i64.lt_s", "local64.3 global64.503 stack+1", local, global, stack),
        ("i64.lt_s", "stack-1 stack-3 local.3", stack, stack, local),
        // The address is first.
        ("i64.store", "stack-2 stack-1 stack+0", stack, stack, stack),
        ("i64.store", "global.503 stack-1 stack+0", stack, global, stack),
        ("i64.store", "stack+0 local64.3 stack+0", local, stack, stack),
    ] {
        let expected = Places { top, second, result };
        assert_eq!(places_of(opcode, tokens), expected, "{opcode} {tokens}");
    }
}

#[track_caller]
fn refused_by_full(text: &str, message: &str) {
    let error = parse(text, &fixture::full()).unwrap_err();
    assert_eq!(error.to_string(), message);
}

#[test]
fn wrong_places_are_named() {
    for (opcode, places) in [
        // Not where the operands of this opcode are.
        ("i32.add", "stack+0 stack-2 stack-1"),
        ("i32.add", "stack+0 stack-1 stack+0"),
        ("halt", "stack+0 stack+0 stack+1"),
        // Of another width.
        ("i32.add", "local64.3 stack+0 stack+0"),
        ("i64.eqz", "stack-1 stack+0 local64.3"),
        // Opcodes whose values are on the stack.
        ("select", "local.3 stack+0 stack-1"),
        ("call", "local.3 stack+0 stack+0"),
        ("memory.grow", "stack+0 stack+0 local.3"),
        ("output", "local.3 stack+0 stack+0"),
        // Without a second operand, and without a result.
        ("i32.eqz", "stack+0 local.3 stack+0"),
        ("i32.store", "local.3 local.4 local.5"),
        // The result is written where there is something left to read.
        ("i32.shl", "local.3 local.4 local.3"),
        ("i32.shl", "stack+0 local.4 stack+0"),
        ("i64.add", "local64.3 local64.5 local64.4"),
        ("i64.add", "local64.3 local64.5 local64.6"),
        ("i64.extend_i32_s", "local.3 stack+0 stack+1"),
        ("local.get64", "local64.0 stack+0 local64.1"),
    ] {
        refused_by_full(
            &row(opcode, places),
            &format!(
                "token 7: `{opcode}` cannot have its operands and its result at `{places}`; without places all \
                 are on the stack"
            ),
        );
    }
    const EXPECTED: &str = "a place (such as `stack-1`, `local.3` or `global64.7`) expected";
    refused_by_full(
        &row("i32.eqz", "stack+0 stack+0"),
        &format!("token 9: {EXPECTED}, found `}}`"),
    );
    refused_by_full(
        "{ i32.eqz 00 00 00 00 stack+0",
        &format!("token 8: {EXPECTED}, but the text ends here"),
    );
    for no_place in ["local.256", "global64.504", "stack1", "local.03", "local.-1"] {
        refused_by_full(
            &row("i32.eqz", no_place),
            &format!("token 7: `{no_place}` is not an opcode of this instruction set"),
        );
    }
    refused(
        &row("i32.eqz", "stack+0"),
        "token 7: `stack+0` is not an opcode of this instruction set",
    );
}

#[test]
fn a_result_may_overwrite_what_is_read_byte_by_byte() {
    for (opcode, places) in [
        ("i32.add", "local.3 local.4 local.3"),
        ("i32.add", "stack+0 local.4 stack+0"),
        ("i32.shl", "local.3 local.4 local.4"),
        ("i32.lt_s", "local.3 local.4 local.3"),
        ("i64.add", "local64.3 local64.5 local64.3"),
        ("i64.add", "local64.3 local64.5 local64.7"),
        ("i32.clz", "local.3 stack+0 local.3"),
        ("i64.load", "local.3 stack+0 local64.3"),
        ("i32.shl", "local.3 global.3 global.3"),
    ] {
        let text = row(opcode, places);
        assert!(parse(&text, &fixture::full()).is_ok(), "{text}");
    }
}

/// A place of a kind.
fn place(kind: u8, word: u16) -> Place {
    match kind % 3 {
        0 => Place::Stack,
        1 => Place::Local(word % PLACES_OF_LOCALS),
        _ => Place::Global(word % PLACES_OF_GLOBALS),
    }
}

/// Every mnemonic with every place that it can have, at the first and the last words.
#[test]
fn all_places_of_all_opcodes_are_read_as_they_are_printed() {
    let set = fixture::full();
    let words = [0, 2, u16::MAX];
    let mut fused = 0;
    for mnemonic in set.mnemonics() {
        for kinds in 0..27_u8 {
            let at = |which: usize| place(kinds / [1, 3, 9][which], words[which]);
            let places = Places { top: at(0), second: at(1), result: at(2) };
            let instruction = Instruction::new(mnemonic.code, 0).with(places);
            if !mnemonic.can_be(instruction) || mnemonic.code == Code::DATA {
                continue;
            }
            fused += usize::from(places != Places::STACK);
            let program = Program { instructions: vec![instruction], ..Program::default() };
            let text = print(&program, &set);
            assert_eq!(parse(&text, &set).map(|(program, _)| program), Ok(program), "{text}");
        }
    }
    assert!(fused > 1000, "{fused} instructions with places");
}

/// An instruction of the set with an immediate that the opcode can have.
fn instruction(set: &InstructionSet, (row, immediate, kinds, words): Random) -> Instruction {
    let mnemonic: &Mnemonic = &set.mnemonics()[row % set.mnemonics().len()];
    let bounded = ["local.", "global.", "memory."].iter().any(|one| mnemonic.name.starts_with(one));
    let immediate = if bounded { immediate % GREATEST_PAGES } else { immediate };
    let [top, second, result] = std::array::from_fn(|which| place(kinds[which], words[which]));
    let instruction = Instruction::new(mnemonic.code, immediate);
    let placed = instruction.with(Places { top, second, result });
    if mnemonic.can_be(placed) { placed } else { instruction }
}

/// What an instruction is made of: opcode, immediate, kinds of places and their words.
type Random = (usize, u32, [u8; 3], [u16; 3]);

/// The program with a section for each `memory.data` that it begins with.
fn with_data(program: Program) -> Program {
    let leading = program.instructions.iter().take_while(|one| one.code == Code::DATA);
    let data =
        leading.map(|one| one.immediate.to_le_bytes()[..(one.immediate % 4) as usize].to_vec());
    Program { data: data.collect(), ..program }
}

proptest! {
    #[test]
    fn print_and_parse_are_inverse(rows in prop::collection::vec(any::<Random>(), 0..40)) {
        let set = fixture::full();
        let instructions =
            rows.iter().map(|&row| instruction(&set, row)).collect();
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
