//! Plans stay short, whatever the schedule. A small edit of a program may put its values into other slots;
//! where a plan's bounds are then not good enough, a table is added up neuron by neuron and every sum of
//! it is watched. Such a plan is exact, but ten times as long, and its kernel as large and as slow.

use std::path::Path;

use tvm_core::machine::Machine;
use tvm_core::model::Weights;
use tvm_core::pipeline::{specialised, universal};
use tvm_core::program::{Program, wasm};
use tvm_core::runtime::plan::{Plan, Step};
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

/// The whole plan of a program that uses a part of the machine.
const SPECIALISED: Steps = Steps { all: 2_600, watched: 16, watches: 130, in_order: 0 };

/// The whole plan of `full`.
const UNIVERSAL: Steps = Steps { all: 4_000, watches: 130, ..SPECIALISED };

/// What is executed for a token: the common part and that of its class.
const TOKEN: Steps = Steps { all: 700, watched: 12, watches: 30, in_order: 0 };

fn check(name: &str, weights: &Weights, most: Steps) {
    let plan = Plan::new(weights);
    let all = Steps::of(plan.steps.iter());
    assert!(!all.exceeds(most), "{name}: {all:?}, at most {most:?} are allowed");
    let branches = plan.branches.as_ref().expect("the opcode is known somewhere");
    // Class 0 is the whole plan.
    for (class, arm) in plan.arms().iter().enumerate().skip(1) {
        let token = Steps::of(branches.common.iter().chain(&arm.steps));
        assert!(!token.exceeds(TOKEN), "{name}, class {class}: {token:?}, at most {TOKEN:?}");
    }
}

fn check_program(name: &str, program: &Program) {
    let construction = specialised(&Machine::full(), program, name).unwrap();
    check(name, &construction.model.weights, SPECIALISED);
}

fn root(folder: &str) -> std::path::PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join(folder)
}

#[test]
fn of_the_instruction_sets() {
    for machine in [Machine::classic(), Machine::full()] {
        let construction = universal(&machine).unwrap();
        check(machine.name(), &construction.model.weights, UNIVERSAL);
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
