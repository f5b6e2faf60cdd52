//! Nothing that a user can feed may panic: broken C, WebAssembly, token text and model files are refused
//! with a message, or they are read and run. Every case names the damage, and the damage is the same on
//! every machine.

mod damage;
mod limits;
mod models;
mod modules;
mod nonsense;
mod sources;
#[path = "../operator_tokens/split_mix.rs"]
mod split_mix;
mod texts;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tvm_program::{InstructionSet, Program, text};
use tvm_reference::{Executor, Fault};

/// Does something; when it panics, the test fails and says with what.
#[track_caller]
fn survives<T>(what: &str, action: impl FnOnce() -> T) -> T {
    match catch_unwind(AssertUnwindSafe(action)) {
        Ok(result) => result,
        Err(_) => panic!("it panics (see above): {what}"),
    }
}

/// The files of a folder of the project with this extension, with their names.
fn files(folder: &str, extension: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_wanted = |path: &PathBuf| path.extension().is_some_and(|found| found == extension);
    let mut paths: Vec<PathBuf> = entries.filter(is_wanted).collect();
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), fs::read(path).unwrap())).collect()
}

/// Runs a program for a few thousand tokens, and writes it as token text and back.
fn run(program: &Program, set: &InstructionSet) {
    let printed = text::print(program, set);
    let (read, _) = text::parse(&printed, set).expect("what is printed is read");
    assert_eq!(read.instructions, program.instructions);
    let result =
        Executor::new(program, set, b"a {}\0\xff 12").and_then(|it| it.run(3000, &mut |_| {}));
    if let Err(error) = result {
        let unknown = matches!(error.fault, Fault::UnknownOpcode(_) | Fault::NoSemantics(_));
        assert!(!unknown, "the program is of this set: {error}");
    }
}
