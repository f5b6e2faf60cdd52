//! Programs in languages other than C: Rust and Zig for WASI, AssemblyScript for a host that calls its exports. `build`
//! makes the modules, and what the same programs write on the host.

#[path = "../commands/mod.rs"]
mod commands;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use commands::{stderr, stdout, succeeds, tvm_in};
use tempfile::TempDir;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/languages").join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(file(name)).unwrap()
}

/// Runs a command in a folder, with this input.
fn with_input(mut command: Command, folder: &TempDir, input: &str) -> Output {
    let path = folder.path().join(".input");
    fs::write(&path, input).unwrap();
    command.current_dir(folder).stdin(fs::File::open(path).unwrap());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap()
}

/// `tvm run` of a module that has the current folder.
fn run(module: &str) -> Command {
    let mut run = Command::new(env!("CARGO_BIN_EXE_tvm"));
    run.args(["run", "--quiet", "--dir", "."]).arg(file(module)).arg("--");
    run
}

#[test]
fn rust() {
    let built = tempfile::tempdir().unwrap();
    let native = built.path().join("words");
    let rustc = std::env::var_os("RUSTC").unwrap_or("rustc".into());
    let mut compile = Command::new(rustc);
    compile.args(["--edition", "2024", "-o"]).arg(&native).arg(file("words.rs"));
    succeeds(&compile.output().unwrap());
    for (input, arguments) in
        [("", vec!["source"]), ("Two words, one naïve word\n", vec!["none", "source", "no"])]
    {
        let [by_transformer, by_host] =
            [run("words.wasm"), Command::new(&native)].map(|mut command| {
                let folder = tempfile::tempdir().unwrap();
                fs::copy(file("words.rs"), folder.path().join("source")).unwrap();
                command.args(&arguments);
                let output = with_input(command, &folder, input);
                (
                    stdout(&output),
                    output.status.code(),
                    fs::read_to_string(folder.path().join("words.txt")).ok(),
                )
            });
        assert_eq!(by_transformer, by_host);
        assert!(by_host.2.is_some());
    }
}

#[test]
fn zig() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("numbers"), text("numbers.input")).unwrap();
    let of = |argument: Option<&str>, input: &str| {
        let mut run = run("numbers.wasm");
        run.args(argument);
        with_input(run, &folder, input)
    };
    assert_eq!(succeeds(&of(Some("numbers"), "")), text("numbers.output"));
    assert_eq!(succeeds(&of(None, &text("numbers.input"))), text("numbers.output"));
    let wrong = of(None, "1\nx\n");
    assert_eq!(stdout(&wrong), "line 2: \"x\" is no number (InvalidCharacter)\n");
    assert_eq!(wrong.status.code(), Some(1));
    assert_eq!(of(Some("none"), "").status.code(), Some(2));
}

#[test]
fn assembly_script() {
    let module = file("primes.wasm");
    let call = |line: &str| {
        let arguments = ["run", "--quiet", module.to_str().unwrap(), "--invoke"];
        tvm_in(Path::new("."), &arguments.into_iter().chain(line.split(' ')).collect::<Vec<_>>())
    };
    let results: String = text("primes.input").lines().map(|line| succeeds(&call(line))).collect();
    assert_eq!(results, text("primes.output"));
    let aborted = call("divisors 0");
    assert_eq!(aborted.status.code(), Some(1));
    let message = stderr(&aborted);
    assert!(
        message.contains("the program aborts: 0 has no factors in primes.ts:28:20"),
        "{message}"
    );
}
