//! Streams that nobody reads, or that are full.

use std::fs::File;
use std::io;
use std::process::Stdio;

use tvm_test_support::tools;

use super::Workplace;
use super::commands::{stderr, stdout};
use super::processes::start;

/// A stream to which nothing can be written, where the system has it.
fn full() -> Option<Stdio> {
    let full = File::options().write(true).open("/dev/full").ok();
    tools::is_here("device `/dev/full`", full.is_some());
    Some(full?.into())
}

/// A stream that nobody reads any more.
fn closed() -> Stdio {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    writer.into()
}

#[test]
fn a_run_ends_silently_when_its_reader_is_gone() {
    let place = Workplace::new();
    let bundle = place.bundle("endless");
    let mut commands: Vec<_> = ["run", "run --engine plan", "eval", "reference", "trace"]
        .map(|way| place.tvm(&format!("{way} endless.wat")))
        .into();
    commands.push(place.command(&bundle, ""));
    commands.push(place.command(&bundle, "--stats --engine sparse"));
    for command in &mut commands {
        let started = start(command);
        assert!(!started.line.is_empty(), "{command:?}");
        let output = started.close();
        assert_eq!(output.status.code(), Some(0), "{command:?}: {}", stderr(&output));
        assert_eq!(stderr(&output), "", "{command:?}");
    }
}

#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let place = Workplace::new();
    let bundle = place.bundle("echo");
    let mut commands: Vec<_> = [
        "--help",
        "--version",
        "help run",
        "run --help",
        "run echo.wat --input x",
        "run echo.wat --input x --json",
        "run echo.wat --input x --engine sparse",
        "run endless.wat",
        "eval echo.wat --input x",
        "reference echo.wat --input x",
        "reference endless.wat",
        "trace nothing.wat",
        "explain nothing.wat 3",
        "compile nothing.wat",
        "compile nothing.wat -o -",
        "build --isa classic -o -",
        "bundle nothing.wat -o -",
        "schedule --isa classic",
        "plan --isa classic",
        "inspect --isa classic",
        "completions bash",
        "man",
        "new program",
    ]
    .map(|words| place.tvm(words))
    .into();
    commands.push(place.command(&bundle, "x"));
    commands.push(place.command(&bundle, "--help"));
    for command in &mut commands {
        let Some(full) = full() else { return };
        let output = command.stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{command:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("cannot write"), "{command:?}: {}", stderr(&output));
    }
}

#[test]
fn messages_that_nobody_reads_change_nothing() {
    let place = Workplace::new();
    let (echo, trap) = (place.bundle("echo"), place.bundle("trap"));
    for (words, status, written) in [
        ("run echo.wat --input x", 0, "x"),
        ("eval echo.wat --input x", 0, "x"),
        ("reference echo.wat --input x", 0, "x"),
        ("run trap.wat", 3, "!"),
        ("eval trap.wat", 3, "!"),
        ("reference trap.wat", 3, "!"),
        ("run endless.wat --max-tokens 50", 4, "y\ny\ny"),
        ("run no-such-file.c", 1, ""),
        ("run --no-such-option", 2, ""),
        ("no-such-command", 2, ""),
    ] {
        for stream in [full(), Some(closed())].into_iter().flatten() {
            let output = place.tvm(words).stderr(stream).output().unwrap();
            assert_eq!(output.status.code(), Some(status), "{words}");
            assert!(stdout(&output).starts_with(written), "{words}: {}", stdout(&output));
        }
    }
    for (bundle, words, status, written) in [
        (&echo, "x", 0, "x"),
        (&echo, "x --stats", 0, "x"),
        (&echo, "--no-such-option", 2, ""),
        (&trap, "", 3, "!"),
    ] {
        for stream in [full(), Some(closed())].into_iter().flatten() {
            let output = place.command(bundle, words).stderr(stream).output().unwrap();
            assert_eq!(output.status.code(), Some(status), "{words}");
            assert_eq!(stdout(&output), written, "{words}");
        }
    }
}

#[test]
fn a_run_is_interrupted() {
    let place = Workplace::new();
    for way in ["run", "eval", "reference"] {
        let output = start(&mut place.tvm(&format!("{way} endless.wat"))).interrupt();
        assert_eq!(output.status.code(), Some(130), "{way}: {}", stderr(&output));
        let message = stderr(&output);
        assert!(
            message.contains("tokens/s") && message.ends_with("tvm: interrupted\n"),
            "{message}"
        );
    }
}

#[test]
fn a_text_that_nobody_reads_is_no_failure() {
    let place = Workplace::new();
    for words in [
        "--help",
        "--version",
        "plan --isa classic",
        "completions bash",
        "compile nothing.wat -o -",
        "run trap.wat --json",
    ] {
        let output = place.tvm(words).stdout(closed()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{words}: {}", stderr(&output));
        assert_eq!(stderr(&output), "", "{words}");
    }
}
