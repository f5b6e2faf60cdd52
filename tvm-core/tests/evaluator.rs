//! The exact evaluator of the universal and the specialised graph against the reference executor,
//! token for token, on the token programs in `token_programs/`.

use std::fs;
use std::path::PathBuf;

use tvm_core::graph::TokenGraph;
use tvm_core::graph::evaluate::Evaluator;
use tvm_core::machine::Machine;
use tvm_program::{Program, text};
use tvm_reference::{Executor, Fault, ReferenceError};

fn programs() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/token_programs");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    files.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// The tokens of a program, and whether it reads a variable that was not written: it is 0 in the classic machine, and
/// an error in one with places. The trace is then what comes before.
fn reference(program: &Program, machine: &Machine, input: &[u8]) -> (Vec<String>, bool) {
    let mut trace = Vec::new();
    let set = machine.instruction_set();
    let executor = Executor::new(program, &set, input).unwrap();
    let run = executor.run(1_000_000, &mut |token| trace.push(token.to_string()));
    match run {
        Ok(_) => (trace, false),
        Err(ReferenceError { fault: Fault::Unwritten { .. }, .. }) => (trace, true),
        Err(error) => panic!("{error}"),
    }
}

/// Feeds the prompt, then as many tokens as the reference emitted.
fn evaluate(graph: &TokenGraph, prompt: &[String], expected: &[String], what: &str) {
    let mut evaluator = Evaluator::new(graph);
    for name in prompt {
        let token = graph.token(name).unwrap_or_else(|| panic!("{what}: no token {name}"));
        evaluator.feed(token).unwrap();
    }
    for (place, expected) in expected.iter().enumerate() {
        let token = evaluator.predict().unwrap();
        let found = &graph.tokens[token].name;

        assert_eq!(found, expected, "{what}: generated token {place}");
        evaluator.feed(token).unwrap();
    }
}

/// Does the program end?
fn check(machine: &Machine, name: &str, source: &str) -> bool {
    let set = machine.instruction_set();
    let (program, input) = text::parse(source, &set).unwrap();
    let input = input.unwrap_or_default();
    let given = program.reads_input().then_some(input.as_slice());
    let (expected, is_cut) = reference(&program, machine, &input);
    let prompt = text::prompt(&program, &set, given);
    evaluate(&machine.universal(), &prompt, &expected, &format!("{name}, universal"));
    let baked = text::specialised_prompt(&program, &input);
    let graph = machine.specialised(&program).unwrap();
    evaluate(&graph, &baked, &expected, &format!("{name}, specialised"));
    !is_cut
}

tvm_core::opcode! {
    /// Operands of both widths, the last of which is read as a whole.
    MIXED {
        /// Is the last operand greater?
        mixed = 0xe0 : [a: i32 b: i64] -> [x: i64] {
            let greater = step(b.low > a.value);
            x.byte = greater when first;
        }
    }
}

/// A result that cannot lie where the last operand is can lie elsewhere: what such an instruction commits is a token.
#[test]
fn the_vocabulary_has_the_commits_of_all_places() {
    let full = Machine::full();
    let chosen = full.opcodes().iter().filter(|one| ["halt", "i64.const"].contains(&one.mnemonic));
    let machine = Machine::new("mixed", [MIXED, &chosen.copied().collect::<Vec<_>>()].concat());
    let machine = machine.unwrap();
    let set = machine.instruction_set();
    assert!(!set.by_name("mixed").unwrap().overwrites_top);
    let graph = machine.universal();
    // The last operand and the result are in variables, and the first operand is on the stack.
    for place in ["local64.2", "stack+0", "local64.4", "commit(-1,sts=0,bt=0)"] {
        assert!(graph.token(place).is_some(), "{place}");
    }
    parse_row(&set, "local64.2 stack+0 local64.4").unwrap();
    parse_row(&set, "local64.2 stack+0 local64.2").unwrap_err();
}

fn parse_row(set: &tvm_program::InstructionSet, places: &str) -> Result<(), text::TextError> {
    text::parse(&format!("{{ mixed 00 00 00 00 {places} }}"), set).map(|_| ())
}

#[test]
fn classic_programs_agree_with_the_reference() {
    let machine = Machine::classic();
    let programs = programs();
    let classic: Vec<_> = programs.iter().filter(|(name, _)| name.starts_with("classic")).collect();
    assert!(!classic.is_empty() && classic.len() < programs.len(), "programs of either set");
    for (name, source) in classic {
        assert!(check(&machine, name, source), "{name} ends");
    }
}

#[test]
fn all_programs_agree_with_the_reference_on_the_full_machine() {
    let machine = Machine::full();
    let ends: Vec<bool> =
        programs().iter().map(|(name, source)| check(&machine, name, source)).collect();
    let cut = ends.iter().filter(|ends| !*ends).count();
    assert!(cut <= 3, "only those with variables read some that were not written: {cut}");
}

#[test]
fn the_classic_vocabulary_has_915_tokens() {
    assert_eq!(Machine::classic().universal().tokens.len(), 915);
}
