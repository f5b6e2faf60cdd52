//! The rules of inputs, and every program of the catalogue run by two oracles.

use super::*;
use crate::clang::CompileOptions;
use crate::prebuilt;
use tvm_program::{CompileError, wasm};
use tvm_test_support::modules::{Outcome, as_program, by_wasmi};
use tvm_test_support::sets as fixture;

fn programs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs")
}

fn module(program: &CatalogueEntry) -> Vec<u8> {
    prebuilt::load(&program.source, &CompileOptions::default()).unwrap().bytes
}

#[test]
fn every_c_file_is_in_the_catalogue() {
    let mut sources: Vec<_> = fs::read_dir(programs())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "c"))
        .collect();
    sources.sort();
    let catalogued: Vec<_> = read(&programs()).unwrap().into_iter().map(|one| one.source).collect();
    assert_eq!(catalogued, sources);
}

#[test]
fn every_program_prints_what_is_expected() {
    for program in read(&programs()).unwrap() {
        let (bytes, input) = (module(&program), program.input.as_bytes());
        let output = program.expected_output.clone().into_bytes();
        let expected = Outcome { output, ended: true };
        assert_eq!(by_wasmi(&bytes, input), expected, "{} by wasmi", program.name);
        let executed = as_program(&bytes, &fixture::full(), input);
        assert_eq!(executed, expected, "{} as a program", program.name);
    }
}

#[test]
fn the_classic_set_runs_what_it_can_and_refuses_the_rest() {
    let classic = ["addition", "fibonacci", "hello"];
    for program in read(&programs()).unwrap() {
        let (bytes, input) = (module(&program), program.input.as_bytes());
        if classic.contains(&program.name.as_str()) {
            let executed = as_program(&bytes, &fixture::classic(), input);
            assert_eq!(executed.output, program.expected_output.as_bytes(), "{}", program.name);
        } else {
            let refused = wasm::compile(&bytes, &fixture::classic()).unwrap_err();
            let lacks =
                matches!(refused, CompileError::Unsupported { .. } | CompileError::Several { .. });
            assert!(lacks, "{refused}");
            assert!(refused.to_string().contains("--isa full"), "{refused}");
        }
    }
}

fn sudoku(puzzle: &str) -> String {
    let programs = read(&programs()).unwrap();
    let sudoku = programs.iter().find(|program| program.name == "sudoku").unwrap();
    sudoku.rule.check(puzzle.as_bytes()).unwrap();
    let bytes = module(sudoku);
    let outcome = as_program(&bytes, &fixture::full(), puzzle.as_bytes());
    assert_eq!(outcome, by_wasmi(&bytes, puzzle.as_bytes()));
    String::from_utf8(outcome.output).unwrap()
}

/// The last nine lines are a solution of the puzzle: every unit has nine digits, and the clues
/// are kept.
#[track_caller]
fn assert_solved(puzzle: &str, output: &str) {
    let lines: Vec<&str> = output.lines().collect();
    let grid = lines[lines.len() - 9..].concat().into_bytes();
    assert_eq!(grid.len(), 81);
    for (clue, digit) in puzzle.bytes().zip(&grid) {
        assert!(clue == b'.' || clue == *digit);
    }
    let unit_of: [fn(usize) -> usize; 3] =
        [|cell| cell / 9, |cell| cell % 9, |cell| cell / 27 * 3 + cell % 9 / 3];
    for unit in unit_of {
        let mut seen = [0u32; 9];
        for (cell, digit) in grid.iter().enumerate() {
            seen[unit(cell)] |= 1 << (digit - b'0');
        }
        assert_eq!(seen, [0b11_1111_1110; 9]);
    }
}

#[test]
fn sudokus_are_solved() {
    for puzzle in [
        "8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4..",
        "..............3.85..1.2.......5.7.....4...1...9.......5......73..2.1........4...9",
        "000000010400000000020000000000050407008000300001090000300400200050100000000806000",
        &".".repeat(81),
    ] {
        assert_solved(&puzzle.replace('0', "."), &sudoku(puzzle));
    }
}

#[test]
fn a_sudoku_without_solution_is_said_to_have_none() {
    for clues in ["55", "12345678.........9", "1234.....5........"] {
        let puzzle = format!("{clues:.<81}");
        let solvable = clues.starts_with("1234.");
        let output = sudoku(&puzzle);
        assert_eq!(output.ends_with("there is no solution\n"), !solvable, "{output}");
    }
}

#[test]
fn a_rule_names_what_breaks_it() {
    let rule = InputRule { length: Some(3), alphabet: Some("01.".to_owned()) };
    assert_eq!(rule.check(b"0.1"), Ok(()));
    let length = rule.check(b"0").unwrap_err().to_string();
    assert_eq!(length, "the input has 1 bytes; 3 are expected");
    let alphabet = rule.check(b"0x1").unwrap_err().to_string();
    assert_eq!(alphabet, "the input has `x` at position 2; only `01.` may occur");
    assert_eq!(InputRule::default().check(b"anything"), Ok(()));
}

#[test]
fn a_catalogue_that_contradicts_itself_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |text: &str| {
        fs::write(folder.path().join(FILE), text).unwrap();
        read(folder.path()).unwrap_err().to_string()
    };
    let message =
        refused("[one]\nabout = \"x\"\ninput = \"ab\"\nexpected = \"\"\nrule.length = 1\n");
    assert!(message.contains("the default input of `one`"), "{message}");
    let message = refused("[one]\nabout = \"x\"\nsurprise = 1\n");
    assert!(message.contains("surprise"), "{message}");
    let message = refused("[one]\nabout = \"x\"\n");
    assert!(message.contains("expected/one.txt") || message.contains("one.txt"), "{message}");
}
