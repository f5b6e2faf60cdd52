//! Plans stay short, whatever the schedule. A small edit of a program may put its values into other slots;
//! where a plan's bounds are then not good enough, a table is added up neuron by neuron and every sum of
//! it is watched. Such a plan is exact, but ten times as long, and its kernel as large and as slow.

use std::collections::BTreeSet;
use std::path::Path;

use tvm_core::machine::Machine;
use tvm_core::model::Weights;
use tvm_core::pipeline::{specialised, universal};
use tvm_core::program::{Program, wasm};
use tvm_core::runtime::plan::{Arm, Arms, Column, Plan, Step};
use tvm_core::toolchain::clang::{self, CompileOptions};
use tvm_core::toolchain::{Source, catalogue, compile_source, prebuilt};
use tvm_test_support::tools;

/// The steps of a plan by what they cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Steps {
    all: usize,
    /// Sums whose every partial sum is looked at.
    watched: usize,
    /// Registers that are looked at.
    watches: usize,
    /// Sums that may be rounded.
    in_order: usize,
}

impl Steps {
    fn of<'steps>(steps: impl Iterator<Item = &'steps Step> + Clone) -> Steps {
        let count = |is: fn(&&Step) -> bool| steps.clone().filter(is).count();
        Steps {
            all: count(|_| true),
            watched: count(|step| matches!(step, Step::Watched { .. })),
            watches: count(|step| matches!(step, Step::Watch { .. })),
            in_order: count(|step| matches!(step, Step::Ordered { .. })),
        }
    }

    fn exceeds(self, most: Steps) -> bool {
        self.all > most.all
            || self.watched > most.watched
            || self.watches > most.watches
            || self.in_order > most.in_order
    }
}

/// How long plans may be.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// The whole plan.
    all: Steps,
    /// What is executed for a token: the common part and that of its class.
    token: Steps,
}

/// Of `full`.
const UNIVERSAL: Limits = Limits {
    all: Steps { all: 3_900, watched: 14, watches: 108, in_order: 0 },
    token: Steps { all: 460, watched: 8, watches: 15, in_order: 0 },
};

/// Of classes of `full` that do not compute in floating point.
const INTEGERS: Steps = Steps { all: 350, watched: 6, watches: 6, in_order: 0 };

/// Of a program without floating point.
const PROGRAM_OF_INTEGERS: Limits = Limits {
    all: Steps { all: 1_300, watched: 9, watches: 9, in_order: 0 },
    token: Steps { all: 350, watched: 7, watches: 7, in_order: 0 },
};

/// Of a program with floating point.
const PROGRAM_OF_NUMBERS: Limits = Limits {
    all: Steps { all: 2_500, watched: 14, watches: 90, in_order: 0 },
    token: Steps { all: 540, watched: 9, watches: 16, in_order: 0 },
};

/// Programs whose sums of columns bounds do not show to be exact, so that they are watched.
const WITH_WATCHED_COLUMNS: [&str; 2] = ["spectral", "round_trip"];

/// Of these.
const WATCHED_COLUMNS: Limits = Limits {
    all: Steps { all: 2_500, watched: 80, watches: 90, in_order: 0 },
    token: Steps { all: 1_000, watched: 75, watches: 16, in_order: 0 },
};

/// Is it an opcode, or a step of one, in floating point?
fn computes_numbers(mnemonic: &str) -> bool {
    let types = mnemonic.starts_with("f32.") || mnemonic.starts_with("f64.");
    types || ["scale", "magnitude", "trunc"].iter().any(|part| mnemonic.contains(part))
}

fn check(name: &str, weights: &Weights, most: Limits) -> Plan {
    let plan = Plan::new(weights);
    let all = Steps::of(plan.steps.iter());
    assert!(!all.exceeds(most.all), "{name}: {all:?}, at most {:?} are allowed", most.all);
    for (arm, token) in steps_of_arms(&plan) {
        let most = most.token;
        assert!(!token.exceeds(most), "{name}, arm {arm}: {token:?}, at most {most:?}");
    }
    plan
}

/// What is executed for a token by each arm but the one for all tokens.
fn steps_of_arms(plan: &Plan) -> impl Iterator<Item = (usize, Steps)> {
    let common = plan.branches.as_ref().expect("the opcode is known somewhere").common.clone();
    let arms = plan.arms().arms.into_iter().enumerate().filter(|(arm, _)| *arm != Arms::EVERYTHING);
    arms.map(move |(arm, Arm { steps, .. })| (arm, Steps::of(common.iter().chain(&steps))))
}

/// For every token the arm that executes it as an instruction, whatever the stage.
fn arms_of_tokens(plan: &Plan) -> Vec<usize> {
    let selector = plan.arms().selector.expect("the opcode is known somewhere");
    let row = |row: usize| selector.arms[row * selector.stages] as usize;
    rows_of_tokens(plan).map(row).collect()
}

/// Which row every token is.
fn rows_of_tokens(plan: &Plan) -> impl Iterator<Item = usize> {
    let inputs = &plan.inputs.token;
    let at = inputs.iter().position(|(_, column)| *column == Column::Class);
    let at = at.expect("a universal model has its rows in the embedding");
    plan.embedding.chunks(inputs.len()).map(move |row| row[at] as usize)
}

fn check_program(name: &str, program: &Program) {
    let construction = specialised(&Machine::full(), program, name).unwrap();
    let set = Machine::full().instruction_set();
    let names = program.instructions.iter().filter_map(|one| set.by_code(one.code));
    let most = match names.map(|mnemonic| mnemonic.name.as_str()).any(computes_numbers) {
        true if WITH_WATCHED_COLUMNS.contains(&name) => WATCHED_COLUMNS,
        true => PROGRAM_OF_NUMBERS,
        false => PROGRAM_OF_INTEGERS,
    };
    check(name, &construction.model.weights, most);
}

fn root(folder: &str) -> std::path::PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join(folder)
}

#[test]
fn of_the_instruction_sets() {
    for machine in [Machine::classic(), Machine::full()] {
        let construction = universal(&machine).unwrap();
        let model = &construction.model;
        let plan = check(machine.name(), &model.weights, UNIVERSAL);
        let mut of_integers = BTreeSet::new();
        for (name, arm) in model.vocabulary.names().iter().zip(arms_of_tokens(&plan)) {
            if machine.opcodes().iter().any(|opcode| opcode.mnemonic == name)
                && !computes_numbers(name)
            {
                of_integers.insert(arm);
            }
        }
        for (arm, token) in steps_of_arms(&plan).filter(|(arm, _)| of_integers.contains(arm)) {
            assert!(!token.exceeds(INTEGERS), "arm {arm}: {token:?}, at most {INTEGERS:?}");
        }
    }
}

#[test]
fn of_programs() {
    for entry in
        ["programs", "tests/c"].into_iter().flat_map(|it| catalogue::read(&root(it)).unwrap())
    {
        let module = prebuilt::load(&entry.source, &CompileOptions::default()).unwrap().bytes;
        let program = wasm::compile(&module, &Machine::full().instruction_set()).unwrap();
        check_program(&entry.name, &program);
    }
}

#[test]
fn of_programs_with_other_messages() {
    if !tools::is_here("clang", clang::find(&CompileOptions::default()).is_ok()) {
        return;
    }
    // A message, as it begins in the source, and what is written in its place.
    let edits: [(&str, &str, &[&str]); 5] = [
        ("sudoku", "back", &["bac!k", "bak", "b", "one step back, to the guess before"]),
        (
            "sudoku",
            "\\nthere is no solution",
            &["no", "\\nnothing fits", "\\nthis puzzle has no solution"],
        ),
        ("min_cost_matching", "worker", &["job", "w", "somebody who works here"]),
        ("collatz", "1\\n%u steps", &["%u", "1\\n%u steps taken", "1\\n%u iterations of the rule"]),
        ("hello", "Hello, world!", &["x", "Good morning", "Hello, dear world! How are you?"]),
    ];
    for (name, message, others) in edits {
        let text =
            std::fs::read_to_string(root("programs").join(name).with_extension("c")).unwrap();
        for other in others {
            let edited = text.replace(&format!("\"{message}"), &format!("\"{other}"));
            assert_ne!(edited, text, "{name} says {message:?}");
            let set = Machine::full().instruction_set();
            let source = Source::C(edited);
            let loaded = compile_source(&source, &set, &CompileOptions::default()).unwrap();
            check_program(&format!("{name} with {other:?}"), &loaded.program);
        }
    }
}
