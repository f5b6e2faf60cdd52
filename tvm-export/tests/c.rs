//! The C program of a model prints the tokens that the plan engine gives, and what the program writes.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use tempfile::TempDir;
use tvm_core::machine::Machine;
use tvm_core::program::text;
use tvm_core::{Compiled, Transformer, compile, compile_for};
use tvm_test_support::tools::is_here;

const SUDOKU: &str =
    "53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79";

/// 20 factorial: products and divisions of 64 bits, calls, a branch back.
const FACTORIAL: &str = r#"(module
    (import "tvm" "output" (func $output (param i32)))
    (func $print (param $n i64)
        (if (i64.ge_u (local.get $n) (i64.const 10))
            (then (call $print (i64.div_u (local.get $n) (i64.const 10)))))
        (call $output (i32.add (i32.const 48)
            (i32.wrap_i64 (i64.rem_u (local.get $n) (i64.const 10))))))
    (func (export "main") (local $n i64) (local $f i64)
        (local.set $f (i64.const 1))
        (loop $next
            (local.set $n (i64.add (local.get $n) (i64.const 1)))
            (local.set $f (i64.mul (local.get $f) (local.get $n)))
            (br_if $next (i64.lt_u (local.get $n) (i64.const 20))))
        (call $print (local.get $f))))"#;

fn program(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs").join(name)
}

/// A compiled C program in a folder of its own.
struct Built {
    folder: TempDir,
}

impl Built {
    /// `None` where there is no compiler of C.
    fn of(text: &str) -> Option<Built> {
        let found = Command::new("cc").arg("--version").output().is_ok();
        if !is_here("cc", found) {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("program.c"), text).unwrap();
        let options =
            ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O2", "program.c", "-lm"];
        let compiled = Command::new("cc").args(options).current_dir(&folder).output().unwrap();
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
        Some(Built { folder })
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let executable = self.folder.path().join("a.out");
        Command::new(executable).args(arguments).current_dir(&self.folder).output().unwrap()
    }
}

/// Compares the tokens and the output of a transformer's C program with those of the plan.
fn compare(transformer: &Transformer, input: &str, argument: &str) {
    let Some(built) = Built::of(&tvm_export::c(transformer.model())) else { return };
    compare_built(&built, transformer, input, argument);
}

fn compare_built(built: &Built, transformer: &Transformer, input: &str, argument: &str) {
    let run = transformer.run(input).unwrap();
    let names = run.tokens.iter().map(|&token| transformer.model().vocabulary.name(token));
    let expected = names.collect::<Vec<_>>().join(" ");
    let printed = built.run(&["--tokens", argument]);
    assert_eq!(String::from_utf8_lossy(&printed.stdout).trim_end(), expected);
    let output = built.run(&[argument]);
    assert_eq!((output.stdout, output.status.code()), (run.output, Some(0)));
}

/// The same for a universal model, which reads the text of the program from a file.
fn compare_universal(compiled: &Compiled, input: &str) {
    let transformer = compiled.universal().unwrap();
    let Some(built) = Built::of(&tvm_export::c(transformer.model())) else { return };
    let set = compiled.machine.instruction_set();
    let tokens = text::prompt_tokens(&compiled.program, &set, input.as_bytes());
    let path = built.folder.path().join("program.txt");
    fs::write(path, tokens.collect::<Vec<_>>().join("\n")).unwrap();
    compare_built(&built, &transformer, input, "program.txt");
}

#[test]
fn programs_in_the_weights() {
    for (name, input) in [("hello.c", ""), ("addition.c", "19+23"), ("sudoku.c", SUDOKU)] {
        let transformer = compile(program(name).as_path()).unwrap().specialise().unwrap();
        compare(&transformer, input, input);
    }
    let factorial = compile(FACTORIAL).unwrap().specialise().unwrap();
    assert_eq!(factorial.run("").unwrap().output, b"2432902008176640000");
    compare(&factorial, "", "");
}

#[test]
fn the_classic_set_universal_and_specialised() {
    let compiled = compile_for(Machine::classic(), program("addition.c").as_path()).unwrap();
    compare(&compiled.specialise().unwrap(), "999+1", "999+1");
    compare_universal(&compiled, "12+30");
}

#[test]
fn the_full_set_universal() {
    compare_universal(&compile(FACTORIAL).unwrap(), "");
    compare_universal(&compile(program("addition.c").as_path()).unwrap(), "5+8");
}

#[test]
fn a_trap_and_a_request_to_a_host_end_the_program() {
    let trap = r#"(module (func (export "main") (unreachable)))"#;
    let transformer = compile(trap).unwrap().specialise().unwrap();
    let Some(built) = Built::of(&tvm_export::c(transformer.model())) else { return };
    let run = built.run(&[]);
    assert_eq!(String::from_utf8_lossy(&run.stderr), "trap(unreachable)\n");
    assert_eq!(run.status.code(), Some(3));
    let host = r#"(module (import "env" "f" (func $f)) (func (export "main") (call $f)))"#;
    let transformer = compile(host).unwrap().specialise().unwrap();
    let built = Built::of(&tvm_export::c(transformer.model())).unwrap();
    let run = built.run(&[]);
    assert!(String::from_utf8_lossy(&run.stderr).contains("asks its host"));
    assert_eq!(run.status.code(), Some(1));
    let usage = built.run(&["one", "two"]);
    assert_eq!(usage.status.code(), Some(2));
}
