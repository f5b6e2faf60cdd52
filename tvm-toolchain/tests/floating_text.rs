//! Floating point as text: what the library that belongs to `tvm.h` prints and reads, compared with
//! the C library of the host, which compiles both.

use std::process::Command;

use tvm_test_support::tools;

/// How many numbers are printed and read.
const NUMBERS: u32 = 200_000;

#[test]
fn doubles_are_printed_and_read_as_by_the_host() {
    let folder = tempfile::tempdir().unwrap();
    let executable = folder.path().join("compare");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/floating_text/compare.c");
    let compiled = Command::new("cc")
        .args(["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas", "-o"])
        .arg(&executable)
        .args([source, "-lm"])
        .status();
    if !tools::is_here("compiler `cc`", compiled.is_ok()) {
        return;
    }
    assert!(compiled.unwrap().success(), "cc refuses {source}");
    let compared = Command::new(executable).arg(NUMBERS.to_string()).output().unwrap();
    assert!(compared.status.success(), "{}", String::from_utf8_lossy(&compared.stdout));
}
