//! What every operator of WebAssembly costs in tokens: modules that use it are compiled, and
//! the reference executor counts. `docs/operators.md` says the same, or the test fails;
//! `TVM_UPDATE=1 cargo test -p tvm-core --test operator_tokens` rewrites its tables.

mod division;
mod floats;
mod measure;
mod rows;
mod split_mix;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use measure::{Measured, measure};
use rows::{BULK_LENGTHS, Row, SECTIONS};
use tvm_core::machine::Machine;

/// Opcodes that no operator is compiled to: the input section, what speaks to a host, the trap of an exception
/// that nothing catches, and a trap that the routines leave to the division of words inside them.
const IN_NO_OPERATOR: [&str; 9] = [
    "input_base",
    "host.request",
    "host.argument",
    "host.argument64",
    "host.receive",
    "host.receive64",
    "host.section",
    "trap.divide_by_zero",
    "trap.uncaught_exception",
];

fn document() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/operators.md")
}

/// The lines of a section: operators that are one opcode of the same name and take equally many tokens
/// share one.
fn section(rows: &[Row]) -> (String, BTreeSet<String>) {
    let mut opcodes = BTreeSet::new();
    let mut lines: Vec<(String, String, u64)> = Vec::new();
    for row in rows {
        let Measured { tokens, instructions, used } = measure(&[row.operands], row.operator);
        opcodes.extend(used);
        let native = row.label.is_none() && instructions == [format!("`{}`", row.operator)];
        let label = row.label.map_or_else(|| format!("`{}`", row.operator), str::to_owned);
        let how = match &instructions[..] {
            [] => "nothing".to_owned(),
            _ if native => "itself".to_owned(),
            several => several.join(" "),
        };
        match lines
            .iter_mut()
            .find(|(_, known, number)| native && *known == how && *number == tokens[0])
        {
            Some((labels, ..)) => *labels += &format!(" {label}"),
            None => lines.push((label, how, tokens[0])),
        }
    }
    let mut text = String::from("| operator | instructions | tokens |\n|---|---|---|\n");
    for (label, how, tokens) in lines {
        let _ = writeln!(text, "| {label} | {how} | {tokens} |");
    }
    (text, opcodes)
}

/// The tokens of `memory.copy` and `memory.fill`, by length.
fn bulk_memory() -> (String, BTreeSet<String>) {
    let mut text =
        String::from("| bytes | copied upwards | copied downwards | filled |\n|---|---|---|---|\n");
    let mut opcodes = BTreeSet::new();
    for length in BULK_LENGTHS {
        let operands = [(0, 131_072), (1, 0), (0, 7)]
            .map(|(to, what)| format!("i32.const {to} i32.const {what} i32.const {length}"));
        let operators = ["memory.copy", "memory.copy", "memory.fill"];
        let _ = write!(text, "| {length} |");
        for (operands, operator) in operands.iter().zip(operators) {
            let Measured { tokens, used, .. } = measure(&[operands], operator);
            opcodes.extend(used);
            let _ = match length {
                100.. => write!(
                    text,
                    " {}, {:.1} a byte |",
                    tokens[0],
                    tokens[0] as f64 / f64::from(length)
                ),
                _ => write!(text, " {} |", tokens[0]),
            };
        }
        text.push('\n');
    }
    (text, opcodes)
}

/// The document with every table between its marks written anew.
fn rewritten(text: &str, tables: &[(&str, String)]) -> String {
    let mut text = text.to_owned();
    for (name, table) in tables {
        let begins = format!("<!-- tokens: {name} -->\n");
        let start = text.find(&begins).unwrap_or_else(|| panic!("no mark {begins}")) + begins.len();
        let length = text[start..].find("<!-- end -->").expect("a table has an end");
        text.replace_range(start..start + length, table);
    }
    text
}

#[test]
fn the_document_says_what_operators_cost() {
    let mut tables = Vec::new();
    let mut opcodes = BTreeSet::new();
    for (name, rows) in SECTIONS {
        let (table, used) = section(rows);
        tables.push((name, table));
        opcodes.extend(used);
    }
    let routines = [
        ("bulk", bulk_memory()),
        ("division", division::table()),
        ("float arithmetic", floats::arithmetic()),
        ("float conversions", floats::conversions()),
    ];
    for (name, (table, used)) in routines {
        tables.push((name, table));
        opcodes.extend(used);
    }
    for opcode in Machine::full().opcodes() {
        let name = opcode.mnemonic;
        // A comparison right before a branch is the same for all of them: the first table has some.
        let used = opcodes.contains(name.strip_prefix("br_if.").unwrap_or(name));
        assert!(used || IN_NO_OPERATOR.contains(&name), "{name} is part of no operator");
    }
    let path = document();
    let text = fs::read_to_string(&path).unwrap();
    let expected = rewritten(&text, &tables);
    if std::env::var_os("TVM_UPDATE").is_some() {
        fs::write(&path, expected).unwrap();
        return;
    }
    assert!(
        text == expected,
        "docs/operators.md is not what is measured:\n{}\n\
         TVM_UPDATE=1 cargo test -p tvm-core --test operator_tokens rewrites it",
        expected.lines().filter(|line| !text.contains(line)).collect::<Vec<_>>().join("\n")
    );
}
