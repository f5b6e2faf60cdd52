//! C as people write it (tests/c): what each program writes as a transformer is what it writes when
//! the host's own C compiler has made it.
//!
//! The expected outputs are checked in for hosts without a compiler; in continuous integration there
//! must be one. `TVM_UPDATE=1` rewrites them from the host's, and the prebuilt modules from their
//! sources.

mod executors;
#[path = "executors/transformer.rs"]
mod transformer;

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use executors::{End, Reference, Run};
use transformer::with_transformer;
use tvm_core::machine::Machine;
use tvm_program::wasm;
use tvm_test_support::tools;
use tvm_toolchain::catalogue::{self, CatalogueEntry};
use tvm_toolchain::clang::CompileOptions;
use tvm_toolchain::prebuilt;

const FOLDER: &str = "tests/c";

/// The tokens that a program may take.
const MOST_TOKENS: u64 = 3_000_000;

/// The programs with their expected outputs.
fn programs() -> Vec<CatalogueEntry> {
    let programs = catalogue::read(FOLDER.as_ref()).unwrap();
    assert!(!programs.is_empty(), "there are programs");
    programs
}

fn updating() -> bool {
    std::env::var_os("TVM_UPDATE").is_some()
}

/// What the program writes as a program of the host; nothing where there is no compiler.
fn on_the_host(entry: &CatalogueEntry) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let executable = folder.path().join(&entry.name);
    let compiled = Command::new("cc")
        .args(["-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-I", "tests/c/host"])
        // A product and a sum are two operators, as in WebAssembly, also where the host has one for both.
        .arg("-ffp-contract=off")
        .arg("-o")
        .args([executable.as_path(), &entry.source])
        .arg("-lm")
        .status();
    if !tools::is_here("compiler `cc`", compiled.is_ok()) {
        return None;
    }
    assert!(compiled.unwrap().success(), "cc refuses {}", entry.source.display());
    let mut child =
        Command::new(executable).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(entry.input.as_bytes()).unwrap();
    Some(String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap())
}

#[test]
fn the_expected_outputs_are_those_of_the_host() {
    for entry in programs() {
        let Some(output) = on_the_host(&entry) else { continue };
        if updating() {
            let name = format!("{FOLDER}/expected/{}.txt", entry.name);
            fs::write(name, &output).unwrap();
        } else {
            assert_eq!(output, entry.expected_output, "{}", entry.name);
        }
    }
}

#[test]
fn the_prebuilt_modules_belong_to_their_sources() {
    if updating() {
        for written in prebuilt::update(FOLDER.as_ref(), &CompileOptions::default()).unwrap() {
            eprintln!("written: {}", written.display());
        }
    }
    prebuilt::check(FOLDER.as_ref()).unwrap();
}

/// Runs every program and prints what it took.
fn compare(executor: &dyn Run) {
    let set = Machine::full().instruction_set();
    for entry in programs() {
        let module = prebuilt::load(&entry.source, &CompileOptions::default()).unwrap().bytes;
        let program = wasm::compile(&module, &set).unwrap_or_else(|error| {
            panic!("{}: {error}", entry.source.display());
        });
        let outcome = executor.run(&program, entry.input.as_bytes(), MOST_TOKENS);
        eprintln!(
            "{}: {} instructions, {} tokens",
            entry.name,
            program.instructions.len(),
            outcome.tokens
        );
        let output = String::from_utf8_lossy(&outcome.output);
        assert_eq!(output, entry.expected_output, "{}: {:?}", entry.name, outcome.end);
        assert_eq!(outcome.end, End::Halt, "{}", entry.name);
    }
}

#[test]
fn the_reference_executor_writes_what_the_host_writes() {
    compare(&Reference::default());
}

#[test]
fn the_transformer_writes_what_the_host_writes() {
    with_transformer(|transformer| compare(transformer));
}
