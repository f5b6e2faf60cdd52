//! The executables of the programs, as a user meets them.

use std::fs;
use std::process::{Command, Output};

use tvm_test_support::tools;
use tvm_toolchain::catalogue;

/// What it wrote.
fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What it said beside.
fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn executable(name: &str) -> Command {
    let path = match name {
        "hello" => env!("CARGO_BIN_EXE_hello"),
        "addition" => env!("CARGO_BIN_EXE_addition"),
        "collatz" => env!("CARGO_BIN_EXE_collatz"),
        "fibonacci" => env!("CARGO_BIN_EXE_fibonacci"),
        "min_cost_matching" => env!("CARGO_BIN_EXE_min_cost_matching"),
        "sudoku" => env!("CARGO_BIN_EXE_sudoku"),
        other => panic!("no executable {other}"),
    };
    Command::new(path)
}

#[test]
fn every_program_is_an_executable() {
    for entry in catalogue::read("programs".as_ref()).unwrap() {
        let output = executable(&entry.name).output().unwrap();
        assert!(output.status.success(), "{}: {}", entry.name, stderr(&output));
        assert_eq!(stdout(&output), entry.expected_output, "{}", entry.name);
        let figures = stderr(&output);
        assert_eq!(figures.lines().count(), 1, "{figures}");
        assert!(figures.contains("tokens/s") && figures.contains("instructions"), "{figures}");
    }
}

#[test]
fn a_wrong_input_is_refused() {
    for input in [
        "123",
        "x",
        "8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4.,",
    ] {
        let output = executable("sudoku").arg(input).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{input}");
        assert!(output.stdout.is_empty());
        assert!(stderr(&output).contains("input"), "{}", stderr(&output));
    }
    assert_eq!(executable("hello").arg("--nonsense").output().unwrap().status.code(), Some(2));
}

#[test]
fn input_comes_from_stdin_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("input");
    fs::write(&file, "2+3\n").unwrap();
    let stdin = fs::File::open(&file).unwrap();
    let output = executable("addition").arg("-").stdin(stdin).output().unwrap();
    assert_eq!(stdout(&output), "2+3=5\n");
}

/// A stream to which nothing can be written, where the system has it.
fn full() -> Option<fs::File> {
    let full = fs::File::options().write(true).open("/dev/full").ok();
    tools::is_here("device `/dev/full`", full.is_some());
    full
}

#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let Some(stream) = full() else { return };
    for arguments in [&[][..], &["--help"]] {
        let stdout = stream.try_clone().unwrap();
        let output = executable("hello").args(arguments).stdout(stdout).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(stderr(&output).contains("hello: cannot write to stdout"), "{}", stderr(&output));
    }
}

#[test]
fn a_reader_may_stop_reading() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    for name in ["hello", "sudoku"] {
        let output = executable(name).stdout(writer.try_clone().unwrap()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{name}: {}", stderr(&output));
        assert_eq!(stderr(&output), "", "{name}");
    }
}

#[test]
fn messages_that_nobody_reads_change_nothing() {
    let Some(stream) = full() else { return };
    for (name, arguments, status) in [
        ("hello", &["--stats"][..], 0),
        ("sudoku", &["x"], 2),
        ("collatz", &["--max-tokens", "9"], 4),
    ] {
        let stderr = stream.try_clone().unwrap();
        let output = executable(name).args(arguments).stderr(stderr).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{name}");
        assert_eq!(stdout(&output).contains("Hello"), name == "hello", "{}", stdout(&output));
    }
}

#[test]
#[cfg(unix)]
fn an_argument_need_not_be_text() {
    use std::os::unix::ffi::OsStrExt;
    let bytes = std::ffi::OsStr::from_bytes(b"12\xff");
    let output = executable("sudoku").arg(bytes).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("character 3 of the input"), "{}", stderr(&output));
}

#[test]
fn the_token_limit_is_an_error() {
    let output = executable("collatz").args(["--max-tokens", "100"]).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(stderr(&output).contains("--max-tokens"), "{}", stderr(&output));
}

#[test]
fn an_executable_names_the_place_of_a_trap() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("input");
    // Longer than the memory of the program.
    fs::write(&file, format!("{}+1", "1".repeat(140_000))).unwrap();
    let stdin = fs::File::open(&file).unwrap();
    let output = executable("addition").arg("-").stdin(stdin).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let message = stderr(&output).lines().last().unwrap_or_default().to_owned();
    let place = "addition: trap: out of bounds memory access in function `compute` (instruction ";
    assert!(message.starts_with(place), "{message}");
    assert!(message.ends_with(": i32.load8_u), called from `(start of the program)`"), "{message}");
}
