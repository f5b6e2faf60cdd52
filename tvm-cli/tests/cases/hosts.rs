//! Programs with a host: what they are given, what they may not reach, how they end, and their sequences of tokens
//! executed again without a host.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tvm_test_support::tools;

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

fn workplace() -> Workplace {
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
fn with_input(command: &mut Command, input: &str) -> Output {
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
        (local.set 0 (i32.const 300000))
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

#[test]
fn a_recorded_sequence_is_executed_again() {
    let place = workplace();
    let mut run = place.tvm("run program.wat --dir inside --record tokens.txt -q -- file");
    assert_eq!(with_input(&mut run, "").status.code(), Some(2));
    fs::remove_file(place.path("inside/file")).unwrap();
    let output = place.tvm("replay tokens.txt").output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("generated tokens are the same"), "{}", stderr(&output));
    let recorded = fs::read_to_string(place.path("tokens.txt")).unwrap();
    let specialised = place.tvm("specialise program.wat -o program.tvm").output().unwrap();
    assert!(specialised.status.success(), "{}", stderr(&specialised));
    let mut run = place.tvm("run --model program.tvm --record again.txt -q file");
    assert_eq!(with_input(&mut run, "").status.code(), Some(100 + 8));
    let output = place.tvm("replay again.txt --model program.tvm -q").output().unwrap();
    assert_eq!((stderr(&output).as_str(), output.status.code()), ("", Some(0)));
    // A host can say anything, but the model says the rest.
    let position = recorded.find(" await ").unwrap();
    let (before, after) = recorded.split_at(position);
    let changed = format!("{}{}", before.replacen(" request ", " branch_taken ", 1), after);
    fs::write(place.path("halts.wat"), r#"(module (func (export "_start")))"#).unwrap();
    let halts = place.tvm("run halts.wat --record halts.txt -q").output().unwrap();
    assert!(halts.status.success(), "{}", stderr(&halts));
    let halted = fs::read_to_string(place.path("halts.txt")).unwrap();
    let long = format!("`{}…` is no token of the model", "x".repeat(100));
    for (text, message) in [
        (&format!("{halted} 00"), "the program has ended before it"),
        (&recorded.replacen("} ", &format!("}} {} ", "x".repeat(100_000)), 1), long.as_str()),
        (&changed, "and the model generates"),
        (&recorded.replacen("} ", "} nonsense ", 1), "`nonsense` is no token of the model"),
        (&format!("{before} await 00 00"), "the sequence ends here"),
        (&"i32.const".to_owned(), "begins with `{`"),
        (&String::new(), "the sequence ends here"),
    ] {
        fs::write(place.path("wrong.txt"), text).unwrap();
        let output = place.tvm("replay wrong.txt").output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{message}");
        assert!(stderr(&output).contains(message), "{message}: {}", stderr(&output));
    }
}

/// The words of a file.
fn words(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap().split_whitespace().map(str::to_owned).collect()
}

#[test]
fn a_recorded_run_is_verified_traced_and_explained() {
    let place = workplace();
    let run = "run program.wat --dir inside --input given -q --record tokens.txt -- file";
    assert_eq!(place.tvm(run).output().unwrap().status.code(), Some(2));
    let specialise = place.tvm("specialise program.wat -o program.tvm").status().unwrap();
    assert!(specialise.success());
    let run = "run --model program.tvm --dir inside --input given -q --record special.txt file";
    assert_eq!(place.tvm(run).output().unwrap().status.code(), Some(2));
    let invoke = "run library.wat --invoke add -q --record invoked.txt 1 2";
    assert!(place.tvm(invoke).output().unwrap().status.success());
    fs::remove_file(place.path("inside/file")).unwrap();
    for what in [
        "--replay tokens.txt",
        "program.wat --replay tokens.txt",
        "program.wat --replay special.txt",
        "library.wat --replay invoked.txt",
        "library.wat --invoke add 1 2",
        "program.wat --dir inside --input given file",
    ] {
        let output = place.tvm(&format!("verify {what} --slow-tokens 30 --json")).output().unwrap();
        assert!(output.status.success(), "{what}: {}", stderr(&output));
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            (&report["agree"], report["results"].as_array().unwrap().len()),
            (&true.into(), 13)
        );
        assert!(report["results"][0]["tokens"].as_u64().unwrap() > 100, "{what}: {report}");
    }
    let (recorded, special) = (words(&place.path("tokens.txt")), words(&place.path("special.txt")));
    // The same run by the universal model has the program in its prompt.
    let prompt = recorded.iter().position(|word| word == "}").unwrap() + 1;
    let long = [&recorded[..prompt], &special[2..]].concat();
    for (command, expected) in [
        ("trace --replay tokens.txt --tokens", &recorded),
        ("trace program.wat --replay special.txt --tokens", &long),
    ] {
        let output = place.tvm(command).output().unwrap();
        assert!(output.status.success(), "{command}: {}", stderr(&output));
        let text = stdout(&output);
        let found: Vec<&str> =
            text.lines().skip(1).map(|line| line.split_whitespace().last().unwrap()).collect();
        assert!(found == *expected, "{command}");
    }
    let output = place.tvm("trace program.wat --replay tokens.txt --function _start").output();
    let traced = stdout(&output.unwrap());
    assert!(traced.contains("host.request") && traced.contains("_start"), "{traced}");
    for (command, expected) in [
        ("eval --replay tokens.txt", &recorded),
        ("eval program.wat --replay special.txt", &long),
        ("reference --replay tokens.txt", &recorded),
        ("reference program.wat --replay special.txt", &long),
    ] {
        let output = place.tvm(&format!("{command} -q --trace again.txt")).output().unwrap();
        assert!(output.status.success(), "{command}: {}", stderr(&output));
        assert!(words(&place.path("again.txt")) == *expected, "{command}");
    }
    for (command, words) in [
        ("explain --replay tokens.txt", &recorded),
        ("explain --model program.tvm --replay special.txt", &special),
    ] {
        // A byte of the host, far from the prompt.
        let position = words.len() - 30;
        let output = place.tvm(&format!("{command} {position}")).output().unwrap();
        let expected = format!("position {position}: `{}`", words[position]);
        assert!(stdout(&output).starts_with(&expected), "{command}: {}", stderr(&output));
    }
}

#[test]
fn what_is_no_recorded_run_of_the_program_is_said() {
    let place = workplace();
    let run = "run program.wat --input given -q --record tokens.txt -- some arguments";
    assert_eq!(place.tvm(run).output().unwrap().status.code(), Some(100 + 8));
    let recorded = fs::read_to_string(place.path("tokens.txt")).unwrap();
    let (before, answers) = recorded.split_at(recorded.find(" await ").unwrap());
    let three = answers.replacen(" 03 00 00 00 ", " 02 00 00 00 ", 1);
    assert_ne!(three, answers);
    for (name, text) in [
        ("answer.txt", before.to_owned() + &three),
        ("generated.txt", before.to_owned() + &answers.replacen("request", "branch_taken", 1)),
        ("short.txt", format!("{before} await 01 02")),
        ("long.txt", before.to_owned() + &answers.replacen(" await ", " await 00 ", 1)),
        ("special.txt", "{ } await".to_owned()),
    ] {
        fs::write(place.path(name), text).unwrap();
    }
    for (command, status, message) in [
        ("verify --replay answer.txt", 1, "in the run with the host, and the reference generates"),
        ("verify --replay generated.txt", 1, "is `branch_taken` in the run with the host"),
        ("trace --replay generated.txt", 1, "and the model generates"),
        ("eval --replay generated.txt -q", 1, "and the model generates"),
        ("reference --replay generated.txt -q", 1, "and the model generates"),
        ("verify --replay short.txt", 1, "the sequence ends here"),
        ("trace --replay short.txt", 1, "the sequence ends here"),
        ("verify --replay long.txt", 1, "the host answers 5 bytes where 4 are awaited"),
        ("verify --replay special.txt", 1, "its program was in the weights: say which PROGRAM"),
        ("verify library.wat --replay tokens.txt", 1, "it is of another program"),
        (
            "verify --replay tokens.txt --dir inside",
            2,
            "with --replay the host is not asked: --dir",
        ),
        ("verify --replay tokens.txt --input x", 2, "cannot be used with"),
        ("verify --replay nowhere.txt", 1, "cannot read `nowhere.txt`"),
        ("trace program.wat", 1, "tvm run --record FILE"),
        ("eval program.wat -q", 1, "tvm run --record FILE"),
        ("verify library.wat --invoke ask", 1, "nobody provides `more`"),
    ] {
        let output = place.tvm(command).output().unwrap();
        let found = stderr(&output);
        assert!(found.contains(message), "{command}: {found}");
        assert_eq!(output.status.code(), Some(status), "{command}");
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
fn a_record_that_cannot_be_written_is_a_failure() {
    let place = workplace();
    let (program, flood) = (place.bundle("program"), place.bundle("flood"));
    let output = place.tvm("run program.wat --input x -q --record /dev/full").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("cannot write `/dev/full`"), "{}", stderr(&output));
    // A run without end does not go on in vain.
    for mut command in [
        place.tvm("run flood.wat -q --record /dev/full"),
        place.command(&flood, "--trace /dev/full"),
    ] {
        let output = crate::processes::wait(
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap(),
        );
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        assert!(stderr(&output).contains("cannot write `/dev/full`"), "{}", stderr(&output));
    }
    // Who reads a record need not read all of it.
    assert!(Command::new("mkfifo").arg(place.path("fifo")).status().unwrap().success());
    for mut command in [
        place.tvm("run program.wat --input x -q --record fifo"),
        place.command(&program, "--trace fifo"),
    ] {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        drop(File::open(place.path("fifo")).unwrap());
        let output = crate::processes::wait(child);
        assert_eq!((stderr(&output).as_str(), output.status.code()), ("", Some(1)), "{command:?}");
        assert!(stdout(&output).starts_with("program"), "{command:?}");
    }
    let before = place.others();
    let output = place.tvm("run program.wat --input x -q --record nowhere/tokens.txt").output();
    assert_eq!(output.unwrap().status.code(), Some(1));
    assert_eq!(place.others(), before);
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
fn a_part_of_a_recorded_sequence_is_no_other_run() {
    let place = workplace();
    let run = "run library.wat --invoke add -q --record tokens.txt 1 2";
    assert!(place.tvm(run).output().unwrap().status.success());
    let recorded = words(&place.path("tokens.txt"));
    let prompt = recorded.iter().position(|word| word == "}").unwrap() + 1;
    let is_byte = |word: &str| word.len() == 2 && u8::from_str_radix(word, 16).is_ok();
    let awaits = |word: &String| word == "await";
    let first = recorded.iter().position(awaits).unwrap();
    assert!(is_byte(&recorded[first + 1]));
    let replay = |words: &[String]| {
        fs::write(place.path("part.txt"), words.join(" ")).unwrap();
        let output = place.tvm("replay part.txt").output().unwrap();
        (output.status.code().unwrap(), stderr(&output))
    };
    let part = |length| replay(&recorded[..length]);
    let ends = |said: &str| said.contains("the sequence ends before the program does");
    for length in [0, 1, prompt - 1, first + 2, first + 5] {
        let (status, said) = part(length);
        assert!(status == 1 && said.contains("the sequence ends here"), "{length}: {said}");
    }
    for length in [prompt, first, first + 6, first + 8] {
        let (status, said) = part(length);
        assert!(status == 0 && ends(&said), "{length}: {said}");
    }
    fs::write(place.path("part.txt"), recorded[..prompt + 60].join(" ") + " nonsense").unwrap();
    let output = place.tvm("replay part.txt --max-tokens 40").output().unwrap();
    let said = stderr(&output);
    assert!(said.starts_with("40 generated tokens are the same") && !ends(&said), "{said}");
    for length in [first + 1, recorded.len()] {
        let (status, said) = part(length);
        assert!(status == 0 && !ends(&said), "{length}: {said}");
    }
    let edited = |at: usize, remove: usize, insert: &[&str]| {
        let mut words = recorded.clone();
        words.splice(at..at + remove, insert.iter().map(|&word| word.to_owned()));
        replay(&words)
    };
    let commit = recorded.iter().skip(first).position(|word| word.starts_with("commit")).unwrap();
    for (what, (status, said)) in [
        ("a byte more", edited(first + 1, 0, &["00"])),
        ("a byte less", edited(first + 1, 1, &[])),
        ("another byte", edited(first + 1, 1, &["07"])),
        ("no bytes", edited(first + 1, commit - 1, &[])),
        ("another commit", edited(first + commit, 1, &["commit(-1,sts=0,bt=0)"])),
        ("no answer", edited(first + 1, commit, &[])),
        ("a generated token less", edited(prompt, 1, &[])),
        ("more after the end", edited(recorded.len(), 0, &["00"])),
        (
            "more of the host after the end",
            edited(recorded.len(), 0, &["09", "00", "00", "00", "commit(+1,sts=1,bt=0)", "halt"]),
        ),
    ] {
        assert_eq!(status, 1, "{what}: {said}");
        let is_said = ["and the model generates", "the sequence ends here"];
        assert!(is_said.iter().any(|text| said.contains(text)), "{what}: {said}");
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
