//! `tvm` run as a command. Every file of tests includes this module, and none uses all of it.

#![allow(dead_code)]

use std::path::Path;
use std::process::{Command, Output};

/// The root of the repository, where the programs and the documents are.
pub const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// What `tvm` does with these arguments, in the repository.
pub fn tvm(arguments: &[&str]) -> Output {
    tvm_in(Path::new(REPOSITORY), arguments)
}

/// The same in a folder.
pub fn tvm_in(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tvm")).args(arguments).current_dir(folder).output().unwrap()
}

/// What it wrote.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What it said beside.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// What it wrote, where it must not fail.
pub fn succeeds(output: &Output) -> String {
    assert!(output.status.success(), "{}", stderr(output));
    stdout(output)
}
