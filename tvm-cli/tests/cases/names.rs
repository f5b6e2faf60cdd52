//! Functions with odd names: a backslash, a tab, a quote, an escape sequence of a terminal, a character
//! that turns the direction of a text. They are escaped once, whatever shows them.

use std::fs;

use serde_json::Value;

use super::Workplace;
use super::commands::{stderr, stdout};

/// The functions call each other, the last the first; the innermost traps.
const ODD: &str = r#"(module (func $"a\5cb" unreachable) (func $"t\09ab" (call 0)) (func $"q`q" (call 1))
    (func $"\1b[31mred" (call 2)) (func $"\c3\a9\e2\80\aex" (call 3)) (func (export "main") (call 4)))"#;

/// The names as they are.
const NAMES: [&str; 5] = ["a\\b", "t\tab", "q`q", "\u{1b}[31mred", "é\u{202e}x"];

const MESSAGE: &str = "trap: unreachable in function `a\\\\b` (instruction 2: unreachable), \
    called from `t\\tab`, from `q`q`, from `\\u{1b}[31mred`, from `é\\u{202e}x` and 2 more";

fn place() -> Workplace {
    let place = Workplace::new();
    fs::write(place.path("odd.wat"), ODD).unwrap();
    place
}

#[test]
fn a_trap_shows_names_escaped_once() {
    let place = place();
    let made = place.tvm("specialize odd.wat -o model").output().unwrap();
    assert!(made.status.success(), "{}", stderr(&made));
    for words in
        ["run odd.wat", "eval odd.wat", "reference odd.wat", "run --model model", "trace odd.wat"]
    {
        let output = place.tvm(words).output().unwrap();
        let message = stderr(&output).lines().last().unwrap_or_default().to_owned();
        assert_eq!(message, format!("tvm: {MESSAGE}"), "{words}");
    }
    let figures = stdout(&place.tvm("run odd.wat --json").output().unwrap());
    assert_eq!(serde_json::from_str::<Value>(&figures).unwrap()["end"], MESSAGE);
    let bundle = stderr(&place.command(&place.bundle("odd"), "--quiet").output().unwrap());
    assert_eq!(bundle, format!("odd: {MESSAGE}\n"));
}

#[test]
fn json_has_the_names_themselves() {
    let place = place();
    let text = stdout(&place.tvm("trace odd.wat --json").output().unwrap());
    let steps: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let inner: Vec<&str> =
        steps.iter().rev().filter_map(|step| step["function"].as_str()).take(5).collect();
    assert_eq!(inner, NAMES);
    assert!(steps.iter().any(|step| step["effect"]["function"] == NAMES[1]), "{text}");
    // A function is chosen by its name.
    for name in NAMES {
        let chosen = place.tvm("trace odd.wat --json --function").arg(name).output().unwrap();
        let step: Value = serde_json::from_str(&stdout(&chosen)).unwrap();
        assert_eq!(step["function"], name);
    }
}

#[test]
fn lines_have_no_control_characters() {
    let place = place();
    for words in ["trace odd.wat", "trace odd.wat --function none", "verify odd.wat"] {
        let output = place.tvm(words).output().unwrap();
        let text = stdout(&output) + &stderr(&output);
        let odd = text.chars().find(|&c| (c.is_control() && c != '\n') || c == '\u{202e}');
        assert_eq!(odd, None, "{words}: {text:?}");
    }
    let table = stdout(&place.tvm("trace odd.wat").output().unwrap());
    for name in ["a\\\\b", "t\\tab", "q`q", "\\u{1b}[31mred", "é\\u{202e}x"] {
        assert!(table.contains(&format!("call {name} ")), "{name}: {table}");
    }
}
