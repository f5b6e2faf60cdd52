//! Every program of programs/ through every path: reference, evaluator, universal and specialised
//! model, kernel, plan, sparse and dense, hull and brute force, token for token. Dense, brute force
//! and the evaluator take the first tokens of the long programs.

mod prepared;

use std::path::Path;
use std::thread;

use tvm_core::graph::TokenGraph;
use tvm_core::graph::evaluate::Evaluator;
use tvm_core::machine::Machine;
use tvm_core::pipeline::specialised;
use tvm_model::Model;
use tvm_program::{Program, text, wasm};
use tvm_reference::Executor;
use tvm_runtime::engine::{AttentionKind, Engine, EngineKind, GeneratedKernel, Prepared};
use tvm_test_support::parallel::in_parallel;
use tvm_toolchain::catalogue::{self, CatalogueEntry};
use tvm_toolchain::clang::CompileOptions;
use tvm_toolchain::prebuilt;
use tvm_universal::{classic, full};

mod addition {
    include!(concat!(env!("OUT_DIR"), "/addition.rs"));
}
mod collatz {
    include!(concat!(env!("OUT_DIR"), "/collatz.rs"));
}
mod fibonacci {
    include!(concat!(env!("OUT_DIR"), "/fibonacci.rs"));
}
mod hello {
    include!(concat!(env!("OUT_DIR"), "/hello.rs"));
}
mod min_cost_matching {
    include!(concat!(env!("OUT_DIR"), "/min_cost_matching.rs"));
}
mod sudoku {
    include!(concat!(env!("OUT_DIR"), "/sudoku.rs"));
}

/// How many generated tokens the slow paths compare.
const SLOW_TOKENS: usize = 1_500;

struct Case {
    entry: CatalogueEntry,
    program: Program,
    trace: Vec<String>,
}

fn cases() -> Vec<Case> {
    let entries = catalogue::read(Path::new("programs")).unwrap();
    assert!(!entries.is_empty(), "there are programs");
    entries.into_iter().map(case).collect()
}

fn case(entry: CatalogueEntry) -> Case {
    let set = Machine::full().instruction_set();
    let module = prebuilt::load(&entry.source, &CompileOptions::default()).unwrap().bytes;
    let program = wasm::compile(&module, &set).unwrap();
    let mut trace = Vec::new();
    let executor = Executor::new(&program, &set, entry.input.as_bytes()).unwrap();
    let summary = executor.run(u64::MAX, &mut |token| trace.push(token.to_string())).unwrap();
    assert_eq!(String::from_utf8_lossy(&summary.output), entry.expected_output, "{}", entry.name);
    Case { entry, program, trace }
}

impl Case {
    fn given(&self) -> Option<&[u8]> {
        self.program.reads_input().then_some(self.entry.input.as_bytes())
    }

    fn universal_prompt(&self) -> Vec<String> {
        text::prompt(&self.program, &Machine::full().instruction_set(), self.given())
    }

    fn specialised_prompt(&self) -> Vec<String> {
        text::specialised_prompt(&self.program, self.given().unwrap_or_default())
    }

    /// Compares what an engine generates with the reference.
    fn compare(
        &self,
        model: &Model,
        engine: &mut dyn Engine,
        prompt: &[String],
        most: usize,
        what: &str,
    ) {
        let names = prompt.iter().map(String::as_str);
        for token in model.vocabulary.tokens(names).unwrap() {
            engine.feed(token);
        }
        for (place, expected) in self.trace.iter().take(most).enumerate() {
            let token = engine.predict();
            let found = model.vocabulary.name(token);
            assert_eq!(found, expected, "{}, {what}, token {place}", self.entry.name);
            engine.feed(token);
        }
    }

    /// Compares every engine, and beside them the evaluator of the graph.
    fn all_ways(
        &self,
        (model, kernel): (&Model, GeneratedKernel),
        graph: &TokenGraph,
        prompt: &[String],
        what: &str,
    ) {
        thread::scope(|scope| {
            scope.spawn(|| self.evaluate(graph, prompt, what));
            self.all_engines(model, kernel, prompt, what);
        });
    }

    fn all_engines(&self, model: &Model, kernel: GeneratedKernel, prompt: &[String], what: &str) {
        let engines = [
            (EngineKind::Kernel, AttentionKind::Hull, usize::MAX),
            (EngineKind::Native, AttentionKind::Hull, usize::MAX),
            (EngineKind::Plan, AttentionKind::Hull, usize::MAX),
            (EngineKind::Sparse, AttentionKind::Hull, usize::MAX),
            (EngineKind::Sparse, AttentionKind::Brute, SLOW_TOKENS),
            (EngineKind::Dense, AttentionKind::Hull, SLOW_TOKENS),
            (EngineKind::Dense, AttentionKind::Brute, SLOW_TOKENS / 4),
        ];
        in_parallel(&engines, |&(kind, attention, most)| {
            let prepared = prepared::prepared(&model.weights, kind, attention, kernel);
            let what = format!("{what}, {kind}, {attention:?}");
            self.compare(model, prepared.engine().as_mut(), prompt, most, &what);
        });
    }

    fn evaluate(&self, graph: &TokenGraph, prompt: &[String], what: &str) {
        let mut evaluator = Evaluator::new(graph);
        for name in prompt {
            evaluator.feed(graph.token(name).unwrap()).unwrap();
        }
        for (place, expected) in self.trace.iter().take(SLOW_TOKENS).enumerate() {
            let token = evaluator.predict().unwrap();
            let found = &graph.tokens[token].name;
            assert_eq!(found, expected, "{}, {what}, evaluator, token {place}", self.entry.name);
            evaluator.feed(token).unwrap();
        }
    }
}

#[test]
fn the_universal_model_runs_every_program_as_the_reference_does() {
    let model = Model::from_bytes(full::MODEL).unwrap();
    let graph = Machine::full().universal();
    for case in cases() {
        let prompt = case.universal_prompt();
        case.all_ways((&model, full::KERNEL), &graph, &prompt, "universal");
    }
}

#[test]
fn specialised_models_run_as_the_reference_does() {
    let embedded = [
        addition::PROGRAM,
        collatz::PROGRAM,
        fibonacci::PROGRAM,
        hello::PROGRAM,
        min_cost_matching::PROGRAM,
        sudoku::PROGRAM,
    ];
    let machine = Machine::full();
    let cases = cases();
    assert_eq!(cases.len(), embedded.len(), "every program has a model");
    for case in cases {
        let own = embedded.iter().find(|embedded| embedded.name == case.entry.name).unwrap();
        let model = Model::from_bytes(own.model).unwrap();
        let prompt = case.specialised_prompt();
        let kernel = own.kernel.expect("executables have one");
        let graph = machine.specialised(&case.program).unwrap();
        case.all_ways((&model, kernel), &graph, &prompt, "specialised");
    }
}

#[test]
fn a_kernel_refuses_another_model() {
    let model = Model::from_bytes(classic::MODEL).unwrap();
    let kind = Some(EngineKind::Kernel);
    let kernel = Some(full::KERNEL);
    let refused = Prepared::new(&model.weights, kind, AttentionKind::Hull, kernel).err().unwrap();
    assert!(refused.to_string().contains("the kernel was made from the matrices"), "{refused}");
    let missing = Prepared::new(&model.weights, kind, AttentionKind::Hull, None).err().unwrap();
    assert!(missing.to_string().contains("no kernel"), "{missing}");
}

#[test]
fn two_builds_give_the_same_bytes() {
    let machine = Machine::full();
    in_parallel(&cases(), |case| {
        let make =
            || specialised(&machine, &case.program, &case.entry.name).unwrap().model.to_bytes();
        assert!(make() == make(), "{}", case.entry.name);
    });
}

#[test]
fn the_universal_models_have_the_promised_dimensions() {
    let classic = Model::from_bytes(classic::MODEL).unwrap();
    assert_eq!(classic.weights.layers.len(), 7);
    assert!(classic.weights.d_model() <= 30, "{}", classic.weights.d_model());
    assert_eq!(classic.vocabulary.len(), 915);
    let full = Model::from_bytes(full::MODEL).unwrap();
    assert!(full.weights.layers.len() <= 14, "{}", full.weights.layers.len());
    assert!(full.weights.d_model() <= 97, "{}", full.weights.d_model());
}
