//! The commands of `tvm` that look inside, begin and check, as a user and as a script meet them.

mod commands;

use std::fs;
use std::path::Path;
use std::process::Command;

use commands::{stderr, succeeds, tvm, tvm_in};
use serde_json::Value;
use tvm_test_support::tools;

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&succeeds(&tvm(arguments))).unwrap()
}

#[test]
fn a_new_program_runs_and_is_bundled_as_it_says() {
    let folder = tempfile::tempdir().unwrap();
    succeeds(&tvm_in(folder.path(), &["new", "greeting"]));
    let project = folder.path().join("greeting");
    for file in [
        "greeting.c",
        "tvm.h",
        "README.md",
        "prebuilt/greeting.wasm",
        "opcode/Cargo.toml",
        "opcode/src/lib.rs",
        "opcode/src/main.rs",
        "opcode/saturate.c",
        "opcode/prebuilt/saturate.wasm",
    ] {
        assert!(project.join(file).exists(), "{file}");
    }
    let readme = fs::read_to_string(project.join("README.md")).unwrap();
    assert!(readme.contains("tvm run greeting.c") && !readme.contains("NAME"), "{readme}");
    // The commands of its README, as they stand there.
    for line in readme.lines().filter(|line| line.starts_with("    tvm ")) {
        let command = line.split('#').next().unwrap();
        let arguments: Vec<&str> = command.split_whitespace().skip(1).collect();
        assert!(!succeeds(&tvm_in(&project, &arguments)).is_empty() || arguments[0] == "bundle");
    }
    let made = Command::new(project.join("greeting")).env_clear().arg("you").output().unwrap();
    assert_eq!(succeeds(&made), "Hello, you! That is 3 letters.\n");
    let again = tvm_in(folder.path(), &["new", "greeting"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(stderr(&again).contains("exists already"), "{}", stderr(&again));
    assert_eq!(tvm_in(folder.path(), &["new", "../out"]).status.code(), Some(2));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn the_opcode_of_a_new_program_finds_the_sources() {
    let folder = tempfile::tempdir().unwrap();
    succeeds(&tvm_in(folder.path(), &["new", "mine"]));
    let manifest = fs::read_to_string(folder.path().join("mine/opcode/Cargo.toml")).unwrap();
    let (_, rest) = manifest.split_once("path = \"").unwrap();
    let core = rest.split('"').next().unwrap();
    assert!(Path::new(core).join("src/lib.rs").exists(), "{core}");
}

#[test]
fn a_program_is_verified() {
    let report = json(&["verify", "programs/addition.c", "--input", "19+23", "--json"]);
    assert_eq!(report["agree"], true);
    let results = report["results"].as_array().unwrap();
    let of = |model: &str| results.iter().filter(|row| row["model"] == model).count();
    assert_eq!((of("universal"), of("specialised")), (8, 7));
    assert!(results.iter().all(|row| row["tokens"].as_u64() > Some(500)), "{report}");
}

#[test]
fn a_trapping_program_is_verified_too() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("trap.wat");
    fs::write(&source, r#"(module (func (export "_start") unreachable))"#).unwrap();
    let report = succeeds(&tvm(&["verify", source.to_str().unwrap()]));
    assert!(report.lines().skip(1).all(|line| line.ends_with("equal")), "{report}");
}

#[test]
fn a_position_is_explained() {
    let report = json(&["explain", "programs/hello.c", "191", "--json"]);
    assert_eq!(report["position"], 191);
    let text = succeeds(&tvm(&["explain", "programs/hello.c", "191", "--top", "1"]));
    assert!(text.contains("1  `out(H)`") && !text.contains("2  `"), "{text}");
    assert!(text.contains("layer 10, feed-forward"), "{text}");
    let beyond = tvm(&["explain", "programs/hello.c", "1000000"]);
    assert_eq!(beyond.status.code(), Some(2));
    assert!(stderr(&beyond).contains("the run ends at 486"), "{}", stderr(&beyond));
}

#[test]
fn an_explanation_of_a_specialised_model_has_its_names() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("hello.tvm");
    let path = model.to_str().unwrap();
    succeeds(&tvm(&["specialise", "programs/hello.c", "-o", path]));
    let text = succeeds(&tvm(&["explain", "--model", path, "100", "--top", "1"]));
    assert!(text.contains("cursor"), "{text}");
    let inspection = json(&["inspect", path, "--json", "--largest", "3"]);
    assert_eq!(inspection["program"], "hello");
    assert_eq!(inspection["largest"].as_array().unwrap().len(), 3);
    assert_eq!(inspection["digest"].as_str().unwrap().len(), 32);
}

#[test]
fn shells_and_manuals_are_served() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = succeeds(&tvm(&["completions", shell]));
        for word in ["bundle", "explain", "target-runtime"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    assert!(succeeds(&tvm(&["man"])).contains(".TH tvm 1"));
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man");
    succeeds(&tvm(&["man", "-o", pages.to_str().unwrap()]));
    for page in ["tvm.1", "tvm-bundle.1", "tvm-explain.1"] {
        assert!(pages.join(page).exists(), "{page}");
    }
}

#[test]
fn figures_say_how_a_run_ended() {
    let halted = json(&["run", "programs/hello.c", "--json"]);
    assert_eq!((&halted["end"], &halted["status"]), (&"halt".into(), &0.into()));
    let output = tvm(&["run", "programs/hello.c", "--json", "--max-tokens", "50"]);
    assert_eq!(output.status.code(), Some(4));
    let limited: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&limited["status"], &limited["generated_tokens"]), (&4.into(), &50.into()));
    assert_eq!(limited["end"], "no halt within 50 tokens");
}

#[test]
fn quiet_is_quiet_and_nothing_is_coloured() {
    let output = tvm(&["run", "programs/hello.c", "--quiet"]);
    assert_eq!(succeeds(&output), "Hello, world!\n");
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
    for arguments in [&["run", "nowhere.c"][..], &["--help"], &["run", "--nonsense"]] {
        let output = tvm(arguments);
        assert!(![output.stdout, output.stderr].concat().contains(&0x1b), "{arguments:?}");
    }
}

#[test]
fn memory_has_a_limit() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("fill.wat");
    // Writes a byte to every fourth address of 64 MiB.
    let text = r#"(module (memory 1024)
        (func (export "_start") (local i32)
            (loop $next
                (i32.store (local.get 0) (i32.const 1))
                (local.set 0 (i32.add (local.get 0) (i32.const 4)))
                (br_if $next (i32.lt_u (local.get 0) (i32.const 67000000))))))"#;
    fs::write(&source, text).unwrap();
    let output = tvm(&["run", source.to_str().unwrap(), "--max-memory", "64"]);
    assert_eq!(output.status.code(), Some(4), "{}", stderr(&output));
    assert!(stderr(&output).contains("--max-memory"), "{}", stderr(&output));
}

#[test]
fn sources_that_are_wrong_say_where_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text, status, words) in [
        ("a.txt", "{ i32.const 00 00 00 zz }", 1, &["a.txt", "token 6", "zz"][..]),
        ("a.wat", "(module\n  (func (nonsense)))", 1, &["a.wat:2:", "nonsense"]),
        ("a.wasm", "no module", 1, &["a.wasm"]),
        (
            "vector.wat",
            r#"(module (import "tvm" "now" (func $now)) (func $dead (param v128))
                (func (export "_start") (call $begin) (call $now))
                (func $begin (drop (v128.const i64x2 0 0))))"#,
            1,
            &["vector.wat", "2 things", "begin", "v128_const", "without vectors", "tvm.now"],
        ),
        ("empty.wat", "(module)", 1, &["empty.wat", "main"]),
        ("a.tvm", "x", 1, &["a.tvm"]),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let path = path.to_str().unwrap();
        let output = match name.ends_with(".tvm") {
            true => tvm(&["run", "--model", path]),
            false => tvm(&["run", path]),
        };
        let message = stderr(&output);
        assert_eq!(output.status.code(), Some(status), "{message}");
        for word in words {
            assert!(message.contains(word), "{name}: {word}: {message}");
        }
    }
}

/// Sends a signal, and says whether that was possible.
fn send(signal: &str, child: &std::process::Child) -> bool {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
    sent.is_ok_and(|status| status.success())
}

#[test]
fn a_second_ctrl_c_leaves_no_unfinished_trace() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("endless.wat");
    // Nobody reads what it writes, so the run comes to no checkpoint.
    let text = r#"(module (import "tvm" "output" (func $output (param i32)))
        (func (export "_start") (loop $next (call $output (i32.const 65)) (br $next))))"#;
    fs::write(&source, text).unwrap();
    let traces = folder.path().join("traces");
    fs::create_dir(&traces).unwrap();
    let count = || fs::read_dir(&traces).unwrap().count();
    let mut child = Command::new(env!("CARGO_BIN_EXE_tvm"))
        .args(["run", source.to_str().unwrap(), "--trace"])
        .arg(traces.join("trace"))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let begun = count();
    let mut is_sent = send("-INT", &child);
    std::thread::sleep(std::time::Duration::from_millis(200));
    is_sent &= send("-TERM", &child);
    if !is_sent {
        child.kill().unwrap();
    }
    let status = child.wait().unwrap();
    if tools::is_here("kill", is_sent) {
        assert_eq!((begun, status.code(), count()), (1, Some(130), 0));
    }
}

#[test]
fn ctrl_c_ends_an_explanation() {
    let child = Command::new(env!("CARGO_BIN_EXE_tvm"))
        .current_dir(commands::REPOSITORY)
        .args(["explain", "benches/programs/counting.txt", "900000000", "--input", "400000000"])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let is_sent = send("-INT", &child);
    let output = child.wait_with_output().unwrap();
    if !tools::is_here("kill", is_sent) {
        return;
    }
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    assert!(stderr(&output).contains("interrupted"), "{}", stderr(&output));
}

#[test]
fn ctrl_c_ends_a_run_with_its_figures() {
    let child = Command::new(env!("CARGO_BIN_EXE_tvm"))
        .current_dir(commands::REPOSITORY)
        .args(["run", "benches/programs/counting.txt", "--input", "4000000"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // Long enough to have begun, and a small part of the run.
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let is_sent = send("-INT", &child);
    let output = child.wait_with_output().unwrap();
    if !tools::is_here("kill", is_sent) {
        return;
    }
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    let message = stderr(&output);
    assert!(message.contains("tokens/s") && message.contains("interrupted"), "{message}");
}
