//! What is measured.

use tvm_core::machine::Machine;
use tvm_host::executable::prompt;
use tvm_model::{Model, Token};
use tvm_program::{text, wasm};
use tvm_runtime::engine::GeneratedKernel;
use tvm_universal::{classic, full};

use crate::failure::Failure;

/// sudoku.c in the weights; the build script makes it.
mod sudoku {
    include!(concat!(env!("OUT_DIR"), "/sudoku.rs"));
}

/// A program with its input, and the model that runs it.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// Only when it is asked for.
    pub(super) is_long: bool,
    pub(super) max_tokens: u64,
    pub(super) job: fn() -> Result<Job, Failure>,
}

/// What a case runs.
pub(super) struct Job {
    pub(super) model: &'static [u8],
    pub(super) kernel: GeneratedKernel,
    start: Start,
}

enum Start {
    /// The whole prompt, by name.
    Tokens(Vec<String>),
    /// The program is in the model; this is its input.
    Input(&'static [u8]),
}

/// A puzzle that needs much search (Arto Inkala, 2012).
const INKALA: &str =
    "8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4..";

pub(super) const CASES: [Case; 6] = [
    Case {
        name: "sieve",
        about: "a sieve, classic token program, universal classic model",
        is_long: false,
        max_tokens: 100_000_000,
        job: || {
            text_job(Machine::classic(), include_str!("../../../benches/programs/sieve.txt"), None)
        },
    },
    Case {
        name: "sudoku-universal",
        about: "sudoku.c, universal full model",
        is_long: false,
        max_tokens: 100_000_000,
        job: sudoku_universal,
    },
    Case {
        name: "sudoku",
        about: "sudoku.c in the weights",
        is_long: false,
        max_tokens: 100_000_000,
        job: || Ok(specialised(sudoku::PROGRAM.default_input)),
    },
    Case {
        name: "inkala",
        about: "sudoku.c in the weights, Inkala's puzzle",
        is_long: false,
        max_tokens: 100_000_000,
        job: || Ok(specialised(INKALA.as_bytes())),
    },
    Case {
        name: "counting",
        about: "a counting loop in C, universal full model, a million tokens",
        is_long: false,
        max_tokens: 100_000_000,
        job: || counting("17750"),
    },
    Case {
        name: "counting-long",
        about: "the same, a hundred million tokens",
        is_long: true,
        max_tokens: 1_000_000_000,
        job: || counting("1785600"),
    },
];

impl Job {
    /// The tokens that the run begins with.
    pub(super) fn prompt(&self, model: &Model) -> Result<Vec<Token>, Failure> {
        Ok(match &self.start {
            Start::Tokens(names) => model.vocabulary.tokens(names.iter().map(String::as_str))?,
            Start::Input(input) => prompt(model, input)?,
        })
    }
}

fn specialised(input: &'static [u8]) -> Job {
    let program = &sudoku::PROGRAM;
    let kernel = sudoku::kernel::KERNEL;
    Job { model: program.model, kernel, start: Start::Input(input) }
}

fn sudoku_universal() -> Result<Job, Failure> {
    let set = Machine::full().instruction_set();
    let bytes = include_bytes!("../../../programs/prebuilt/sudoku.wasm");
    let program = wasm::compile(bytes, &set).expect("the prebuilt module is compiled in the build");
    let input = sudoku::PROGRAM.default_input;
    Ok(universal_full(text::prompt(&program, &set, Some(input))))
}

fn counting(limit: &str) -> Result<Job, Failure> {
    let program = include_str!("../../../benches/programs/counting.txt");
    text_job(Machine::full(), program, Some(limit))
}

fn text_job(machine: Machine, program: &str, input: Option<&str>) -> Result<Job, Failure> {
    let set = machine.instruction_set();
    let is_classic = machine.name() == "classic";
    let (program, _) = text::parse(program, &set).expect("token text that is checked in");
    let names = text::prompt(&program, &set, input.map(str::as_bytes));
    if is_classic {
        let (model, kernel) = (classic::MODEL, classic::KERNEL);
        return Ok(Job { model, kernel, start: Start::Tokens(names) });
    }
    Ok(universal_full(names))
}

fn universal_full(names: Vec<String>) -> Job {
    let (model, kernel) = (full::MODEL, full::KERNEL);
    Job { model, kernel, start: Start::Tokens(names) }
}
