//! Bundles as a friend gets them: one file, in an empty folder, with an empty environment.

mod commands;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use commands::{stderr, stdout, tvm};
use tempfile::TempDir;

/// A file in a folder of its own.
struct Friend {
    folder: TempDir,
    file: PathBuf,
}

impl Friend {
    fn new(arguments: &[&str]) -> Friend {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("program");
        let output = tvm(&[&["bundle", "-o", file.to_str().unwrap()], arguments].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
        Friend { folder, file }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.file);
        command.env_clear().current_dir(self.folder.path()).args(arguments);
        command.output().unwrap()
    }

    fn output(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    }
}

#[test]
fn a_bundle_writes_what_tvm_run_does() {
    let puzzle =
        "8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4..";
    for (program, inputs) in [
        ("programs/hello.c", &[""][..]),
        ("programs/addition.c", &["19+23", "99999999999999999999+1"]),
        ("programs/prebuilt/collatz.wasm", &["27", "97"]),
        ("programs/sudoku.c", &[puzzle]),
    ] {
        let bundle = Friend::new(&[program, "--input", inputs[0]]);
        for input in inputs {
            let expected = stdout(&tvm(&["run", program, "--input", input]));
            assert!(!expected.is_empty(), "{program}");
            assert_eq!(bundle.output(&[input]), expected, "{program} {input}");
        }
        assert_eq!(bundle.output(&[]), bundle.output(&[inputs[0]]), "{program}");
    }
}

#[test]
fn options_work_in_it() {
    let bundle = Friend::new(&["programs/addition.c", "--input", "1+2", "--about", "Adds."]);
    let help = bundle.output(&["--help"]);
    assert!(help.starts_with("Adds.") && help.contains("\"1+2\""), "{help}");
    assert_eq!(bundle.output(&["4+5", "--trace", "trace.txt"]), "4+5=9\n");
    let trace = fs::read_to_string(bundle.folder.path().join("trace.txt")).unwrap();
    let universal = bundle.folder.path().join("universal.txt");
    let path = universal.to_str().unwrap();
    tvm(&["run", "programs/addition.c", "--input", "4+5", "--trace", path]);
    let universal = fs::read_to_string(&universal).unwrap();
    // The universal model has the program between the braces.
    let generated = |trace: &str| trace.split_once('}').unwrap().1.to_string();
    assert_eq!(generated(&trace), generated(&universal));
    let stats = stderr(&bundle.run(&["--stats"]));
    for word in ["tokens/s", "d_model", "digest", "native"] {
        assert!(stats.contains(word), "{stats}");
    }
    let stats = stderr(&bundle.run(&["--stats", "--engine", "plan"]));
    assert!(stats.contains("engine   plan"), "{stats}");
    assert!(bundle.run(&["--quiet"]).stderr.is_empty());
    assert_eq!(bundle.run(&["--nonsense"]).status.code(), Some(2));
    assert_eq!(bundle.run(&["--max-tokens", "10"]).status.code(), Some(4));
    for engine in ["sparse", "dense"] {
        assert_eq!(bundle.output(&["--engine", engine]), "1+2=3\n");
    }
}

#[test]
fn a_trap_has_its_status_and_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("trap.wat");
    fs::write(&source, r#"(module (func $deep unreachable) (func (export "_start") call $deep))"#)
        .unwrap();
    let output = Friend::new(&[source.to_str().unwrap()]).run(&[]);
    assert_eq!(output.status.code(), Some(3));
    let message = stderr(&output);
    assert!(message.contains("program: trap: unreachable in function `deep`"), "{message}");
}

#[test]
fn a_file_that_is_there_is_kept_unless_forced() {
    let bundle = Friend::new(&["programs/hello.c"]);
    let before = fs::read(&bundle.file).unwrap();
    let file = bundle.file.to_str().unwrap();
    let again = ["bundle", "programs/collatz.c", "--input", "6", "-o", file];
    let output = tvm(&again);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("--force"), "{}", stderr(&output));
    assert!(before == fs::read(&bundle.file).unwrap());
    assert!(tvm(&[&again[..], &["--force"]].concat()).status.success());
    assert_eq!(bundle.output(&[]), "6 3 10 5 16 8 4 2 1\n8 steps\n");
}

#[test]
fn a_bundle_can_be_the_runtime_of_another() {
    let first = Friend::new(&["programs/hello.c"]);
    let runtime = first.file.to_str().unwrap();
    let second = Friend::new(&["programs/collatz.c", "--input", "6", "--target-runtime", runtime]);
    assert_eq!(second.output(&[]), "6 3 10 5 16 8 4 2 1\n8 steps\n");
    let script = first.folder.path().join("script");
    fs::write(&script, "#!/bin/sh\n").unwrap();
    let other = first.folder.path().join("other");
    let paths = [script.to_str().unwrap(), other.to_str().unwrap()];
    let output = tvm(&["bundle", "programs/hello.c", "--target-runtime", paths[0], "-o", paths[1]]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("no runtime"), "{}", stderr(&output));
    assert!(!other.exists());
}

#[test]
fn what_is_damaged_does_not_run() {
    let bundle = Friend::new(&["programs/hello.c"]);
    let whole = fs::read(&bundle.file).unwrap();
    let refused = |bytes: &[u8]| {
        let name = bundle.folder.path().join("damaged");
        fs::copy(&bundle.file, &name).unwrap();
        fs::write(&name, bytes).unwrap();
        let output = run_once_written(&name);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert!(output.stdout.is_empty());
        stderr(&output)
    };
    let half = refused(&whole[..whole.len() - 5_000]);
    assert!(half.contains("damaged: this executable was cut short"), "{half}");
    let mut flipped = whole.clone();
    let place = whole.len() - 10_000;
    flipped[place] ^= 1;
    let message = refused(&flipped);
    assert!(message.contains("damaged") && message.contains("get it again"), "{message}");
}

/// A file that was only just written may still be open in a child that another test has started.
fn run_once_written(path: &Path) -> Output {
    loop {
        match Command::new(path).env_clear().output() {
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => {
                std::thread::yield_now();
            }
            other => return other.unwrap(),
        }
    }
}
