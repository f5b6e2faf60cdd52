//! Programs with a host at a terminal: what they are told of it, and what is shown beside what they write.

use std::fs;
use std::process::{Command, Stdio};

use tvm_test_support::tools;

use super::Workplace;
use super::hosts::workplace;
use crate::commands::{stderr, stdout};

/// Writes the type of its standard streams, each as a digit, and whether one can be sought in, as a letter.
const STREAMS: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $stat (param i32 i32) (result i32)))
    (import "tvm" "output" (func $output (param i32)))
    (memory (export "memory") 1)
    (func $say (param $stream i32)
        (drop (call $stat (local.get $stream) (i32.const 0)))
        (call $output (i32.add (i32.load8_u (i32.const 0)) (i32.const 48)))
        (call $output (select (i32.const 115) (i32.const 110)
            (i32.wrap_i64 (i64.and (i64.load (i32.const 8)) (i64.const 36))))))
    (func (export "_start")
        (call $say (i32.const 0)) (call $say (i32.const 1)) (call $say (i32.const 2))))"#;

#[test]
fn a_program_knows_a_terminal() {
    const UNKNOWN: &str = "0n";
    const TERMINAL: &str = "2n";
    let place = workplace();
    fs::write(place.path("streams.wat"), STREAMS).unwrap();
    let output = place.tvm("run streams.wat -q").stdin(Stdio::null()).output().unwrap();
    let input_is_null = stdout(&output);
    assert_eq!(input_is_null, UNKNOWN.repeat(3));
    if !has_terminal() {
        return;
    }
    let tvm = env!("CARGO_BIN_EXE_tvm");
    let shown = |words: &str| at_terminal(&place, &format!("{tvm} {words}"));
    assert_eq!(shown("run streams.wat -q --record tokens.txt"), TERMINAL.repeat(3));
    let given = format!("{UNKNOWN}{TERMINAL}{TERMINAL}");
    assert_eq!(shown("run streams.wat -q --input x"), given);
    assert_eq!(shown("run streams.wat -q 2>/dev/null </dev/null | cat"), UNKNOWN.repeat(3));
    // What the program learned there is in the sequence.
    let output = place.tvm("replay tokens.txt -q").output().unwrap();
    assert_eq!((stderr(&output).as_str(), output.status.code()), ("", Some(0)));
    let bundle = place.bundle("streams");
    assert_eq!(at_terminal(&place, bundle.to_str().unwrap()), TERMINAL.repeat(3));
}

/// Can commands be run at a terminal? `script` does that.
fn has_terminal() -> bool {
    tools::is_here("script", Command::new("script").arg("--version").output().is_ok())
}

/// What a command writes at a terminal of its own.
fn at_terminal(place: &Workplace, command: &str) -> String {
    let mut script = place.command("script".as_ref(), "-qec");
    let script = script.arg(command).arg("/dev/null").stdin(Stdio::null());
    stdout(&script.output().unwrap())
}

/// Computes for a second or two, says `whole` in a line, computes again, says `name? ` without one, computes again, and
/// says `done`.
const SLOW: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 32) "whole\nname? done\n")
    (func $say (param i32 i32 i32)
        (i32.store (i32.const 0) (local.get 1))
        (i32.store (i32.const 4) (local.get 2))
        (drop (call $write (local.get 0) (i32.const 0) (i32.const 1) (i32.const 8))))
    (func $compute (local i32)
        (local.set 0 (i32.const 1000000))
        (loop $more
            (br_if $more (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
    (func (export "_start")
        (call $compute) (call $say (i32.const 1) (i32.const 32) (i32.const 6))
        (call $compute) (call $say (i32.const 1) (i32.const 38) (i32.const 6))
        (call $compute) (call $say (i32.const 2) (i32.const 44) (i32.const 5))))"#;

#[test]
fn what_a_program_writes_stands_beside_the_progress() {
    const ERASED: &str = "\x1b[2K";
    let place = workplace();
    fs::write(place.path("slow.wat"), SLOW).unwrap();
    if !has_terminal() {
        return;
    }
    let tvm = env!("CARGO_BIN_EXE_tvm");
    let shown = at_terminal(&place, &format!("{tvm} run slow.wat"));
    assert!(shown.matches(" tokens/s, ").count() > 2, "there is progress: {shown:?}");
    // Nothing is in the line before it, and what has no end yet stays.
    assert!(shown.contains(&format!("{ERASED}whole\r\n")), "{shown:?}");
    assert!(shown.contains(&format!("{ERASED}name? done\r\n")), "{shown:?}");
}
