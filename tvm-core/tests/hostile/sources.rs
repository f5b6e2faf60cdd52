//! C files, through clang where there is one.

use std::fs;
use std::path::Path;

use tvm_core::machine::Machine;
use tvm_test_support::tools;
use tvm_toolchain::clang::{self, CompileOptions};
use tvm_toolchain::compile_file;

use crate::{files, survives};

/// Compiles a file of this name and content; gives the message when it is refused.
fn refusal(name: &str, content: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    let set = Machine::full().instruction_set();
    let options = CompileOptions::default();
    let compiled =
        survives(&format!("{name}: {content:?}"), || compile_file(&path, &set, &options));
    compiled.err().map(|error| error.to_string())
}

#[test]
fn broken_c_is_refused_with_the_name_of_its_file() {
    if !tools::is_here("clang", clang::find(&CompileOptions::default()).is_ok()) {
        return;
    }
    let (_, source) = files("programs", "c").swap_remove(1);
    let half = &source[..source.len() / 2];
    let mut flipped = source.clone();
    flipped[source.len() / 3] ^= 0x80;
    let broken: [&[u8]; 8] = [
        b"",
        b"\0\0\0",
        b"int main(void) { return",
        b"#include \"missing.h\"\nint main(void) { return 0; }",
        b"#include \"broken.c\"\nint main(void) { return 0; }",
        b"double twice(double x) { return 2 * x; } int main(void) { return (int)twice(main != 0); }",
        half,
        &flipped,
    ];
    for content in broken {
        if let Some(message) = refusal("broken.c", content) {
            assert!(message.contains("broken.c"), "{message}");
        }
    }
    assert!(refusal("broken.c", half).is_some(), "half a program is none");
    assert_eq!(refusal("-o.c", b"int main(void) { return 0; }"), None);
}

#[test]
fn a_file_that_is_something_else_is_refused_with_its_name() {
    let kinds = ["a.wasm", "a.wat", "a.txt", "a", "a.tvm"];
    let contents: [&[u8]; 4] = [b"", b"{ halt", b"\xff\xfe\0", b"\0asm\x01\0\0\0"];
    for (kind, content) in kinds.iter().flat_map(|kind| contents.map(|content| (kind, content))) {
        // The empty text is a module without an entry.
        let message = refusal(kind, content).unwrap();
        assert!(message.contains(kind), "{message}");
    }
    let set = Machine::full().instruction_set();
    for folder in [".", "/", "no/such/file.wasm", ""] {
        let options = CompileOptions::default();
        let refused = survives(folder, || compile_file(Path::new(folder), &set, &options));
        assert!(refused.unwrap_err().to_string().contains(folder));
    }
}
