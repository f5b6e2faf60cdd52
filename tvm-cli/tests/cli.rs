//! The command line, as a user meets it.

mod commands;

use std::fs;
use std::process::{Command, Stdio};

use commands::{stderr, stdout, tvm};

#[test]
fn all_ways_to_run_give_one_trace() {
    let folder = tempfile::tempdir().unwrap();
    for isa in ["classic", "full"] {
        let mut traces = Vec::new();
        for way in ["run", "eval", "reference"] {
            let trace = folder.path().join(format!("{way}.txt"));
            let path = trace.to_str().unwrap();
            let output = tvm(&[
                way,
                "programs/addition.c",
                "--isa",
                isa,
                "--input",
                "19+23",
                "--trace",
                path,
            ]);
            assert!(output.status.success(), "{}", stderr(&output));
            assert_eq!(stdout(&output), "19+23=42\n");
            traces.push(fs::read_to_string(&trace).unwrap());
        }
        assert_eq!(traces[0], traces[1]);
        assert_eq!(traces[0], traces[2]);
    }
}

#[test]
fn engines_and_attention_can_be_chosen() {
    for (engine, attention) in [("dense", "hull"), ("dense", "brute"), ("sparse", "brute")] {
        let chosen = ["--engine", engine, "--attention", attention];
        let output = tvm(&[&["run", "programs/hello.c"], &chosen[..]].concat());
        assert_eq!(stdout(&output), "Hello, world!\n", "{}", stderr(&output));
    }
}

#[test]
fn figures_are_one_json_object() {
    let output = tvm(&["run", "programs/hello.c", "--json"]);
    let figures: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for field in [
        "tokens",
        "generated_tokens",
        "instructions",
        "seconds",
        "tokens_per_second",
        "d_model",
        "layers",
        "heads",
        "d_ffn",
        "vocabulary",
    ] {
        assert!(figures[field].is_number(), "{field}: {figures}");
    }
    assert_eq!(figures["output"], "Hello, world!\n");
    assert_eq!(figures["generated_tokens"], 327);
}

#[test]
fn a_specialised_model_file_runs_and_a_broken_one_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("addition.tvm");
    let path = model.to_str().unwrap();
    assert!(tvm(&["specialise", "programs/addition.c", "-o", path]).status.success());
    let output = tvm(&["run", "--model", path, "--input", "4+5"]);
    assert_eq!(stdout(&output), "4+5=9\n", "{}", stderr(&output));
    let bytes = fs::read(&model).unwrap();
    fs::write(&model, &bytes[..bytes.len() / 2]).unwrap();
    let output = tvm(&["run", "--model", path]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("addition.tvm"), "{}", stderr(&output));
}

#[test]
fn compiled_text_runs_again() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("hello.txt");
    let path = text.to_str().unwrap();
    assert!(tvm(&["compile", "programs/hello.c", "--isa", "classic", "-o", path]).status.success());
    assert_eq!(stdout(&tvm(&["run", path, "--isa", "classic"])), "Hello, world!\n");
}

#[test]
fn a_trap_has_a_status_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trap.wat");
    fs::write(&file, "(module (func (export \"_start\") unreachable))").unwrap();
    for way in ["run", "eval", "reference"] {
        let output = tvm(&[way, file.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(3), "{way}: {}", stderr(&output));
        assert!(stderr(&output).contains("unreachable"), "{}", stderr(&output));
    }
}

/// Traps by its input: `0` divides by zero, `1` calls a function of another type, `2` never ends to
/// call itself, `3` leaves memory, `4` divides 64 bits by zero.
const TRAPPING: &str = r#"(module
    (memory 1)
    (global (export "tvm.input") i32 (i32.const 16))
    (type $nullary (func))
    (table 1 funcref)
    (elem (i32.const 0) $store)
    (func $divide (param i32) (drop (i32.div_s (i32.const 7) (local.get 0))))
    (func $divide64 (param i64) (drop (i64.div_u (i64.const 7) (local.get 0))))
    (func $recurse (call $recurse))
    (func $store (param i32) (i32.store (local.get 0) (i32.const 1)))
    (func $choose (param i32)
        (if (i32.eq (local.get 0) (i32.const 48)) (then (call $divide (i32.const 0))))
        (if (i32.eq (local.get 0) (i32.const 49)) (then (call_indirect (type $nullary) (i32.const 0))))
        (if (i32.eq (local.get 0) (i32.const 50)) (then (call $recurse)))
        (if (i32.eq (local.get 0) (i32.const 51)) (then (call $store (i32.const -3))))
        (call $divide64 (i64.const 0)))
    (func (export "compute") (param i32) (call $choose (i32.load8_u (local.get 0)))))"#;

#[test]
fn a_trap_names_its_kind_function_and_instruction() {
    let folder = tempfile::tempdir().unwrap();
    let (source, model) = (folder.path().join("trap.wat"), folder.path().join("trap.tvm"));
    let (source, model) = (source.to_str().unwrap(), model.to_str().unwrap());
    fs::write(source, TRAPPING).unwrap();
    let made = tvm(&["specialise", source, "-o", model]);
    assert!(made.status.success(), "{}", stderr(&made));
    let callers = "called from `choose`, from `compute`, from `(start of the program)`";
    for (input, kind, function, mnemonic, callers) in [
        ("0", "integer divide by zero", "divide", "i32.div_s", callers),
        (
            "1",
            "indirect call type mismatch",
            "call_indirect () -> ()",
            "trap.indirect_call_type_mismatch",
            callers,
        ),
        (
            "2",
            "call stack exhausted",
            "recurse",
            "call",
            "called from `recurse`, from `recurse`, from `recurse`, from `recurse` and 65532 more",
        ),
        ("3", "out of bounds memory access", "store", "i32.store", callers),
        (
            "4",
            "integer divide by zero",
            "i64.div_u",
            "i32.div_u",
            "called from `divide64`, from `choose`",
        ),
    ] {
        let universal = tvm(&["run", source, "--input", input]);
        let message = stderr(&universal).lines().last().unwrap_or_default().to_owned();
        let place = format!("tvm: trap: {kind} in function `{function}` (instruction ");
        assert!(message.starts_with(&place), "{message}");
        assert!(message.contains(&format!("{mnemonic}), {callers}")), "{message}");
        for way in [
            &["run", "--model", model, "--input", input][..],
            &["reference", source, "--input", input],
        ] {
            let output = tvm(way);
            assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
            assert_eq!(stderr(&output).lines().last(), Some(message.as_str()), "{way:?}");
        }
    }
}

#[test]
fn the_instruction_of_a_trap_is_that_of_the_compiled_text() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("trap.wat");
    fs::write(&source, TRAPPING).unwrap();
    let source = source.to_str().unwrap();
    for way in ["run", "eval"] {
        let output = tvm(&[way, source, "--input", "0"]);
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
        let message = stderr(&output);
        let (_, rest) = message.split_once("(instruction ").unwrap();
        let (number, _) = rest.split_once(':').unwrap();
        let text = stdout(&tvm(&["compile", source]));
        // After `{`, eight tokens an instruction.
        let mnemonic = text.split_whitespace().nth(1 + 8 * number.parse::<usize>().unwrap());
        assert_eq!(mnemonic, Some("i32.div_s"), "{way}: {message}");
    }
}

#[test]
fn a_schedule_can_be_printed() {
    let output = tvm(&["schedule", "--isa", "classic"]);
    let begin = "classic: 7 layers, d_model ";
    assert!(stdout(&output).starts_with(begin), "{}", stdout(&output));
    assert!(stdout(&output).contains("proven least"));
}

#[test]
fn a_schedule_can_be_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("schedule.svg");
    let drawn = tvm(&["schedule", "--isa", "classic", "--svg", path.to_str().unwrap()]);
    assert!(drawn.status.success() && drawn.stdout.is_empty(), "{}", stderr(&drawn));
    // What it must be is said by a test of the compiler.
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/pictures/schedule-classic.svg");
    assert_eq!(fs::read_to_string(path).unwrap(), fs::read_to_string(kept).unwrap());
}

#[test]
fn what_is_not_there_is_said() {
    let output = tvm(&["run", "nowhere.wat"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("nowhere.wat"), "{}", stderr(&output));
}

#[test]
fn a_reader_may_stop_reading() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tvm"))
        .current_dir(commands::REPOSITORY)
        .arg("plan")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_bench_gives_figures() {
    let case = ["bench", "--case", "sudoku", "--engine", "kernel", "--runs", "1", "--json"];
    let report: serde_json::Value = serde_json::from_slice(&tvm(&case).stdout).unwrap();
    let result = &report["results"][0];
    assert_eq!((&result["case"], &result["engine"]), (&"sudoku".into(), &"kernel".into()));
    assert_eq!(result["tokens"], 76_851);
    assert!(result["median_tokens_per_second"].as_f64().unwrap() > 0.0);
    let unknown = tvm(&["bench", "--case", "nothing"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("no case nothing"), "{}", stderr(&unknown));
}

#[test]
fn a_trace_tells_every_instruction() {
    let traced = tvm(&["trace", "programs/hello.c", "--json"]);
    assert!(traced.status.success(), "{}", stderr(&traced));
    let objects = stdout(&traced);
    let steps: Vec<serde_json::Value> =
        objects.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let tokens: u64 = steps.iter().map(|step| step["tokens"].as_u64().unwrap()).sum();
    assert_eq!(tokens, 327);
    let output = steps.iter().filter_map(|step| step["output"].as_u64()).map(|byte| byte as u8);
    assert_eq!(String::from_utf8(output.collect()).unwrap(), "Hello, world!\n");
    let text = stdout(&tvm(&["trace", "programs/hello.c"]));
    assert_eq!(text.lines().count(), steps.len() + 1);
    assert!(text.contains("out 'H'"), "{text}");
}

#[test]
fn a_trace_is_cut_by_position_and_function() {
    let chosen = ["--from", "300", "--to", "330", "--function", "main"];
    let traced = tvm(&[&["trace", "programs/hello.c", "--json"], &chosen[..]].concat());
    let objects = stdout(&traced);
    assert!(objects.lines().count() > 1, "{objects}");
    for line in objects.lines() {
        let step: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!((300..=330).contains(&step["position"].as_u64().unwrap()), "{line}");
        assert_eq!(step["function"], "main");
    }
    let unknown = tvm(&["trace", "programs/hello.c", "--function", "nobody"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        stderr(&unknown).contains("there are: (start of the program), main"),
        "{}",
        stderr(&unknown)
    );
}

#[test]
fn the_tokens_of_a_trace_are_those_of_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens");
    let path = file.to_str().unwrap();
    assert!(tvm(&["run", "programs/hello.c", "--trace", path]).status.success());
    let text = stdout(&tvm(&["trace", "programs/hello.c", "--tokens"]));
    let mut tokens = Vec::new();
    for (position, line) in text.lines().skip(1).enumerate() {
        let (number, token) = line.trim_start().split_once("  ").unwrap();
        assert_eq!(number.parse(), Ok(position));
        tokens.push(token);
    }
    let run = fs::read_to_string(&file).unwrap();
    assert_eq!(tokens, run.split_whitespace().collect::<Vec<_>>());
}

#[test]
fn a_trace_ends_as_the_run_does() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("division");
    let program = "{ i32.const 07 00 00 00 i32.const 00 00 00 00 i32.rem_u 00 00 00 00 }";
    fs::write(&file, program).unwrap();
    let trapped = tvm(&["trace", file.to_str().unwrap()]);
    assert_eq!(trapped.status.code(), Some(3));
    let text = stdout(&trapped);
    assert!(text.ends_with("trap(divide_by_zero)\n"), "{text}");
    assert!(stderr(&trapped).contains("integer divide by zero"), "{}", stderr(&trapped));
    let limited = tvm(&["trace", "programs/hello.c", "--max-tokens", "12"]);
    assert_eq!(limited.status.code(), Some(4));
    assert_eq!(stdout(&limited).lines().count(), 3);
}

#[test]
fn a_reader_of_a_trace_may_stop() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tvm"))
        .current_dir(commands::REPOSITORY)
        .args(["trace", "programs/collatz.c", "--input", "27"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stderr(&output), "");
}

/// A recursion that takes 32 bytes of C stack a call, until it has taken 64.
const RECURSION: &str = r#"(module (memory 1)
    (global $__stack_pointer (mut i32) (i32.const 64))
    (func $deep (export "main")
      (global.set 0 (i32.sub (global.get 0) (i32.const 32)))
      (i32.store (global.get 0) (i32.const 1))
      (call $deep)))"#;

#[test]
fn a_used_up_c_stack_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep.wat");
    fs::write(&path, RECURSION).unwrap();
    for way in ["run", "eval", "reference", "trace"] {
        let output = tvm(&[way, path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(3));
        let message = stderr(&output);
        assert!(message.contains("the C stack of 64 bytes is used up"), "{way}: {message}");
    }
}

#[test]
fn the_warnings_of_clang_are_shown() {
    let clang = tvm_toolchain::clang::find(&tvm_toolchain::clang::CompileOptions::default());
    if !tvm_test_support::tools::is_here("clang", clang.is_ok()) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("unused.c");
    let text = "#include <tvm.h>\nint main(void) { int unused; puts(\"a\"); return 0; }\n";
    fs::write(&path, text).unwrap();
    let output = tvm(&["run", path.to_str().unwrap(), "--quiet"]);
    assert_eq!(stdout(&output), "a\n");
    let message = stderr(&output);
    assert!(message.contains("unused.c:2:22: warning: unused variable"), "{message}");
}

/// Each call takes some 80 bytes of the C stack; what lies behind it would be the table.
const TABLE: &str = r#"#include "tvm.h"
    static unsigned char table[20000];
    __attribute__((noinline)) static int deep(int n, volatile char *below) {
        volatile char frame[64];
        frame[n & 63] = (char)(n + below[0]);
        return n ? deep(n - 1, frame) + frame[n & 63] : 0;
    }
    int main(void) {
        volatile char first[4] = {0};
        for (int i = 0; i < 20000; i += 7) table[tvm_opaque(i)] = 7;
        int sum = deep(tvm_opaque(1060), first), bad = 0;
        for (int i = 0; i < 20000; i += 7) bad += table[tvm_opaque(i)] != 7;
        printf("%d bytes of the table changed\n", bad);
        return sum;
    }"#;

#[test]
fn the_c_stack_has_the_size_that_is_asked_for() {
    let clang = tvm_toolchain::clang::find(&tvm_toolchain::clang::CompileOptions::default());
    if !tvm_test_support::tools::is_here("clang", clang.is_ok()) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.c");
    fs::write(&path, TABLE).unwrap();
    let path = path.to_str().unwrap();
    let output = tvm(&["run", path]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(3), ""));
    let message = stderr(&output);
    assert!(message.contains("the C stack of 65536 bytes is used up"), "{message}");
    let output = tvm(&["run", path, "--c-stack", "128K"]);
    assert_eq!(stdout(&output), "0 bytes of the table changed\n", "{}", stderr(&output));
    let output = tvm(&["run", path, "--c-stack", "1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no size of a C stack"), "{}", stderr(&output));
}
