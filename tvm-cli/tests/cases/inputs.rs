//! Inputs of any bytes and any length, and programs in files of the wrong kind.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Output};

use super::Workplace;
use super::commands::stderr;

const BYTES: &[u8] = b"\xff\xfe \x80\xc3";

/// The bytes that it wrote, where it must not fail.
fn written(output: &Output) -> &[u8] {
    assert!(output.status.success(), "{}", stderr(output));
    &output.stdout
}

#[test]
fn an_input_is_its_bytes() {
    let place = Workplace::new();
    let bytes = OsStr::from_bytes(BYTES);
    for way in ["run", "eval", "reference"] {
        let output = place.tvm(way).args(["echo.wat", "--input"]).arg(bytes).output().unwrap();
        assert_eq!(written(&output), BYTES, "{way}");
    }
    written(&place.tvm("specialise echo.wat -o model").output().unwrap());
    let output = place.tvm("run --model model --input").arg(bytes).output().unwrap();
    assert_eq!(written(&output), BYTES);
    written(&place.tvm("bundle echo.wat -o bundle --input").arg(bytes).output().unwrap());
    let bundle = place.path("bundle");
    assert_eq!(written(&place.command(&bundle, "").output().unwrap()), BYTES);
    let other = b"\xf0a";
    let output = place.command(&bundle, "").arg(OsStr::from_bytes(other)).output().unwrap();
    assert_eq!(written(&output), other);
    let odd = OsStr::from_bytes(b"trace\xff");
    written(&place.command(&bundle, "--trace").arg(odd).output().unwrap());
    assert!(place.0.path().join(odd).exists());
}

#[test]
fn an_input_of_the_promised_length_fits() {
    let place = Workplace::new();
    let input = vec![b'a'; 65_536];
    fs::write(place.path("input"), &input).unwrap();
    let stdin = || fs::File::open(place.path("input")).unwrap();
    for way in ["run", "reference", "run --isa classic"] {
        let words = format!("{way} echo.wat --input - --quiet");
        let output = place.tvm(&words).stdin(stdin()).output().unwrap();
        assert!(written(&output) == input, "{way}");
    }
    let bundle = place.bundle("echo");
    assert!(written(&place.command(&bundle, "-").stdin(stdin()).output().unwrap()) == input);
}

/// Runs an executable that may have so many kilobytes of address space.
fn within(place: &Workplace, kilobytes: u32, executable: &Path, words: &str) -> Output {
    let mut shell = Command::new("sh");
    shell.current_dir(place.0.path()).stdin(fs::File::open(place.path("input")).unwrap());
    let script = format!("ulimit -v {kilobytes} && exec \"$0\" {words}");
    shell.arg("-c").arg(script).arg(executable).output().unwrap()
}

#[test]
fn memory_is_limited_while_an_input_is_read() {
    let place = Workplace::new();
    let tvm = Path::new(env!("CARGO_BIN_EXE_tvm"));
    let bundle = place.bundle("echo");
    // A long input is read in part by the engine, a longer one not to its end.
    for megabytes in [8, 66] {
        fs::write(place.path("input"), vec![b'b'; megabytes << 20]).unwrap();
        for (executable, words) in [
            (tvm, "run echo.wat --input - --quiet --max-memory 100"),
            (tvm, "run echo.wat --input - --engine plan --max-memory 100 --json"),
            (&bundle, "- --max-memory 100"),
        ] {
            let output = within(&place, 700_000, executable, words);
            let message = stderr(&output);
            assert_eq!(output.status.code(), Some(4), "{megabytes} {words}: {message}");
            assert!(message.contains("more than 100 MB"), "{message}");
            assert!(message.contains("--max-memory"), "{message}");
        }
    }
}

#[test]
fn a_file_of_the_wrong_kind_is_said_plainly() {
    let place = Workplace::new();
    for (name, bytes, said) in [
        ("text.wasm", super::NOTHING.as_bytes(), "is text, and not a WebAssembly module"),
        ("wide.txt", b"\xff\xfe{\0 \0", "is text in UTF-16; save it as UTF-8"),
        ("program.rs", b"fn main() {}", "help: token text begins with `{`; C is in a file"),
    ] {
        fs::write(place.path(name), bytes).unwrap();
        for way in ["run", "compile", "bundle -o made"] {
            let output = place.tvm(&format!("{way} {name}")).output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{name}");
            let message = stderr(&output);
            assert!(message.contains(name) && message.contains(said), "{way} {name}: {message}");
        }
    }
    fs::write(place.path("marked.txt"), "\u{feff}{ halt 00 00 00 00 }").unwrap();
    written(&place.tvm("run marked.txt").output().unwrap());
}

#[test]
fn a_limit_of_tokens_may_have_more_than_32_bits() {
    const LIMIT: &str = "--max-tokens 10000000000";
    let place = Workplace::new();
    let record = place.tvm("run nothing.wat --record tokens.txt -q").output().unwrap();
    assert!(record.status.success());
    for words in [
        "run nothing.wat",
        "trace nothing.wat",
        "eval nothing.wat",
        "reference nothing.wat",
        "replay tokens.txt",
        "verify nothing.wat --slow-tokens 10000000000",
        "verify --replay tokens.txt",
    ] {
        let output = place.tvm(&format!("{words} {LIMIT}")).output().unwrap();
        assert!(output.status.success(), "{words}: {}", stderr(&output));
    }
    let bundle = place.bundle("nothing");
    let output = place.command(&bundle, LIMIT).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}
