//! Programs with a host: what they are given, what they may not reach, and how they end.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::Workplace;
use crate::commands::{stderr, stdout};
use crate::processes::start;

/// Writes its arguments, each with a zero, then its input, then the file that its first argument names. Ends with
/// the number of arguments as exit status, or with the number of an error plus 100.
const PROGRAM: &str = r#"(module
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_open"
        (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func $check (param $error i32)
        (if (local.get $error) (then (call $exit (i32.add (local.get $error) (i32.const 100))))))
    (func $say (param $at i32) (param $length i32)
        (i32.store (i32.const 0) (local.get $at))
        (i32.store (i32.const 4) (local.get $length))
        (call $check (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
    (func $copy (param $from i32)
        (loop $more
            (i32.store (i32.const 0) (i32.const 2048))
            (i32.store (i32.const 4) (i32.const 1000))
            (call $check (call $read (local.get $from) (i32.const 0) (i32.const 1) (i32.const 12)))
            (if (i32.load (i32.const 12)) (then
                (call $say (i32.const 2048) (i32.load (i32.const 12)))
                (br $more)))))
    (func $length (param $at i32) (result i32) (local $end i32)
        (local.set $end (local.get $at))
        (loop $next
            (if (i32.load8_u (local.get $end)) (then
                (local.set $end (i32.add (local.get $end) (i32.const 1)))
                (br $next))))
        (i32.sub (local.get $end) (local.get $at)))
    (func (export "_start")
        (call $check (call $sizes (i32.const 16) (i32.const 20)))
        (call $check (call $args (i32.const 100) (i32.const 512)))
        (call $say (i32.const 512) (i32.load (i32.const 20)))
        (call $copy (i32.const 0))
        (if (i32.gt_u (i32.load (i32.const 16)) (i32.const 1)) (then
            (call $check (call $open (i32.const 3) (i32.const 0) (i32.load (i32.const 104))
                (call $length (i32.load (i32.const 104))) (i32.const 0) (i64.const 2) (i64.const 0)
                (i32.const 0) (i32.const 24)))
            (call $copy (i32.load (i32.const 24)))))
        (call $exit (i32.load (i32.const 16)))))"#;

/// Adds numbers, and asks its host for more.
const LIBRARY: &str = r#"(module
    (import "env" "more" (func $more (param i32) (result i32)))
    (func (export "add") (param i32 f64) (result i32 f64)
        (i32.add (local.get 0) (i32.const 1)) (f64.add (local.get 1) (f64.const 0.5)))
    (func (export "ask") (result i32) (call $more (i32.const 7))))"#;

/// Writes `y` and a new line without end, by its host.
const ENDLESS: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\08\00\00\00\02\00\00\00y\n")
    (func (export "_start") (loop $again
        (br_if $again
            (i32.eqz (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))))))"#;

pub fn workplace() -> Workplace {
    let place = Workplace::new();
    for (name, text) in [("program.wat", PROGRAM), ("library.wat", LIBRARY), ("flood.wat", ENDLESS)]
    {
        fs::write(place.path(name), text).unwrap();
    }
    fs::create_dir(place.path("inside")).unwrap();
    fs::write(place.path("inside/file"), "of a file").unwrap();
    fs::write(place.path("secret"), "outside").unwrap();
    std::os::unix::fs::symlink("../secret", place.path("inside/link")).unwrap();
    place
}

/// Runs a command with an input.
pub fn with_input(command: &mut Command, input: &str) -> Output {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn a_program_has_arguments_input_files_and_an_exit_status() {
    let place = workplace();
    let mut run = place.tvm("run program.wat --dir inside -q -- file second");
    let output = with_input(&mut run, "the input, ");
    assert_eq!(stdout(&output), "program.wat\0file\0second\0the input, of a file");
    assert_eq!((stderr(&output).as_str(), output.status.code()), ("", Some(3)));
    let output = place.tvm("run program.wat --input given -q").output().unwrap();
    assert_eq!((stdout(&output).as_str(), output.status.code()), ("program.wat\0given", Some(1)));
    let output = place.tvm("run program.wat --input x --json").output().unwrap();
    let figures: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&figures["output"], &figures["status"]), (&"program.wat\0x".into(), &1.into()));
}

#[test]
fn nothing_outside_of_a_directory_is_reached() {
    let place = workplace();
    let outside = place.path("secret");
    for path in ["../secret", "link", outside.to_str().unwrap(), "inside/../../secret"] {
        let output = place.tvm(&format!("run program.wat --input - -q --dir inside -- {path}"));
        let output = with_input(&mut { output }, "");
        let status = output.status.code().unwrap();
        assert!(status > 100, "{path}: {status}");
        assert!(!stdout(&output).contains("outside"), "{path}");
    }
    let output = with_input(&mut place.tvm("run program.wat -q -- file"), "");
    assert_eq!(output.status.code(), Some(100 + 8), "no directory, no descriptor");
    let output = place.tvm("run program.wat --dir nowhere").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("nowhere"), "{}", stderr(&output));
}

#[test]
fn functions_are_invoked_by_name() {
    let place = workplace();
    let output = place.tvm("run library.wat --invoke add -q -5 1.25").output().unwrap();
    assert_eq!((stdout(&output).as_str(), output.status.code()), ("-4\n1.75\n", Some(0)));
    let output = place.tvm("run library.wat --invoke add --json 0xff 1e3").output().unwrap();
    let figures: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(figures["results"], serde_json::json!([256, 1000.5]));
    for (words, status, message) in [
        ("add 1", 2, "`add` takes 2 arguments (i32 f64), and 1 are given"),
        ("add x 1", 2, "\"x\" is no i32"),
        ("sum", 2, "exports no function `sum`; it exports `add`, `ask`"),
        ("ask", 1, "env.more: nobody provides `more` of module `env`"),
    ] {
        let output = place.tvm(&format!("run library.wat -q --invoke {words}")).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{words}");
        assert!(stderr(&output).contains(message), "{words}: {}", stderr(&output));
    }
}

#[test]
fn what_is_for_a_host_is_refused_where_there_is_none() {
    let place = workplace();
    let bundle = place.bundle("echo");
    for (words, message) in [
        ("--dir inside", "the program needs no host, and --dir is for one that does: leave it out"),
        ("--env A=b", "the program needs no host, and --env"),
        ("--inherit-env", "the program needs no host, and --inherit-env"),
        ("--input x -- first", "the program takes no arguments: its input is --input"),
    ] {
        for command in ["run", "verify"] {
            let output = place.tvm(&format!("{command} echo.wat {words}")).output().unwrap();
            let found = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{command} {words}: {found}");
            assert!(found.contains(message), "{command} {words}: {found}");
            assert_eq!(stdout(&output), "", "{command} {words}");
        }
        let output = place.command(&bundle, words).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{words}: {}", stderr(&output));
    }
}

#[test]
fn a_program_ends_when_nobody_reads_and_hears_of_a_full_disk() {
    let place = workplace();
    let bundle = place.bundle("flood");
    let commands = || [place.tvm("run flood.wat -q"), place.command(&bundle, "")];
    for mut command in commands() {
        let started = start(&mut command);
        assert_eq!(started.line, "y\n", "{command:?}");
        let output = started.close();
        assert_eq!((stderr(&output).as_str(), output.status.code()), ("", Some(0)), "{command:?}");
    }
    for mut command in commands() {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let status = command.stdout(full).status().unwrap();
        assert!(status.success(), "the program is told, and ends: {command:?}");
    }
    let full = File::options().write(true).open("/dev/full").unwrap();
    let invoked = place.tvm("run library.wat -q --invoke add 1 2").stdout(full).output().unwrap();
    assert_eq!(invoked.status.code(), Some(1));
    assert!(stderr(&invoked).contains("cannot write to stdout"), "{}", stderr(&invoked));
}

#[test]
fn functions_of_the_host_have_their_types() {
    let place = workplace();
    for (name, types, call, message) in [
        (
            "fd_write",
            "(param i32) (result i32)",
            "drop (call $f (i32.const 1))",
            "as (i32) -> (i32), and the host's is (i32 i32 i32 i32) -> (i32)",
        ),
        (
            "sched_yield",
            "(result i64)",
            "drop (call $f)",
            "as () -> (i64), and the host's is () -> (i32)",
        ),
        ("sched_yield", "", "call $f", "as () -> (), and the host's is () -> (i32)"),
        (
            "fd_close",
            "(param f32) (result i32)",
            "drop (call $f (f32.const 1))",
            "as (f32) -> (i32), and the host's is (i32) -> (i32)",
        ),
        (
            "proc_exit",
            "(param i32) (result i32)",
            "drop (call $f (i32.const 3))",
            "as (i32) -> (i32), and the host's is (i32) -> ()",
        ),
        ("fd_open", "", "call $f", "nobody provides `fd_open` of module `wasi_snapshot_preview1`"),
    ] {
        let text = format!(
            r#"(module (import "wasi_snapshot_preview1" "{name}" (func $f {types})) (memory 1)
                (func (export "_start") ({call})))"#
        );
        fs::write(place.path("wrong.wat"), text).unwrap();
        let output = place.tvm("run wrong.wat -q").output().unwrap();
        let found = stderr(&output);
        assert!(found.contains(message), "{name}: {found}");
        assert_eq!(output.status.code(), Some(1), "{name}");
    }
}

#[test]
fn an_address_outside_of_memory_is_told_to_the_program() {
    const FAULT: i32 = 21;
    let place = workplace();
    for (list, count) in [(65_530, 1), (0, 0x2000_0000), (-8, 1), (16, 1)] {
        let text = format!(
            r#"(module
                (import "wasi_snapshot_preview1" "fd_write"
                    (func $write (param i32 i32 i32 i32) (result i32)))
                (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
                (memory (export "memory") 1)
                (data (i32.const 16) "\fc\ff\00\00\05\00\00\00")
                (func (export "_start") (call $exit
                    (call $write (i32.const 1) (i32.const {list}) (i32.const {count}) (i32.const 8)))))"#
        );
        fs::write(place.path("outside.wat"), text).unwrap();
        let output = place.tvm("run outside.wat -q").output().unwrap();
        assert_eq!((stdout(&output).as_str(), output.status.code()), ("", Some(FAULT)), "{list}");
    }
}

#[test]
fn a_bundle_has_the_same_world() {
    let place = workplace();
    let bundle = place.bundle("program");
    let mut run = place.command(Path::new(&bundle), "--dir inside file --dir");
    let output = with_input(&mut run, "read, ");
    assert_eq!(stdout(&output), "program\0file\0--dir\0read, of a file");
    assert_eq!(output.status.code(), Some(3));
    let mut run = place.command(Path::new(&bundle), "--dir inside ../secret");
    assert!(with_input(&mut run, "").status.code().unwrap() > 100);
}
