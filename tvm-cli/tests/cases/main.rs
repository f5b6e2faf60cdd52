//! What commands do where the world around them is unusual: streams that are closed or full, outputs that
//! are no regular files, inputs of any bytes and any length, files of the wrong kind, odd names. They go
//! by what a Unix has: links, FIFOs, `/dev/full`.

#![cfg(unix)]

#[path = "../commands/mod.rs"]
mod commands;
mod exports;
mod files;
mod hosts;
mod inputs;
mod long_prompts;
mod names;
mod processes;
mod recorded;
mod streams;
mod terminals;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Writes `y` and a new line without end.
const ENDLESS: &str = r#"(module (import "tvm" "output" (func $output (param i32)))
    (func (export "main") (loop $again
        (call $output (i32.const 121)) (call $output (i32.const 10)) (br $again))))"#;

/// Writes its input, up to the first 0.
const ECHO: &str = r#"(module
    (import "tvm" "input" (func $input (result i32))) (import "tvm" "output" (func $output (param i32)))
    (memory 1)
    (func (export "main") (local $at i32)
        (local.set $at (call $input))
        (block $end (loop $next
            (br_if $end (i32.eqz (i32.load8_u (local.get $at))))
            (call $output (i32.load8_u (local.get $at)))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br $next)))))"#;

/// Writes a byte and traps.
const TRAP: &str = r#"(module (import "tvm" "output" (func $output (param i32)))
    (func (export "main") (call $output (i32.const 33)) unreachable))"#;

/// Ends at once.
const NOTHING: &str = r#"(module (func (export "main")))"#;

/// A folder with these programs.
struct Workplace(TempDir);

impl Workplace {
    fn new() -> Workplace {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("endless.wat", ENDLESS),
            ("echo.wat", ECHO),
            ("trap.wat", TRAP),
            ("nothing.wat", NOTHING),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        Workplace(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// `tvm` in this folder, with the arguments that the words are.
    fn tvm(&self, words: &str) -> Command {
        self.command(env!("CARGO_BIN_EXE_tvm").as_ref(), words)
    }

    /// An executable in this folder.
    fn command(&self, executable: &Path, words: &str) -> Command {
        let mut command = Command::new(executable);
        command.current_dir(self.0.path()).args(words.split_whitespace());
        command
    }

    /// The executable that a program is bundled as.
    fn bundle(&self, program: &str) -> PathBuf {
        let made = self.tvm(&format!("bundle {program}.wat -o {program}")).output().unwrap();
        assert!(made.status.success(), "{}", commands::stderr(&made));
        self.path(program)
    }

    /// The names of what is in the folder beside the programs.
    fn others(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| !name.ends_with(".wat")).collect();
        names.sort();
        names
    }
}
