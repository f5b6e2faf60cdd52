//! Small modules that ask for much: they compile soon, or are refused with a message that says what is too
//! large.

use std::time::{Duration, Instant};

use tvm_core::machine::Machine;
use tvm_program::limits::INSTRUCTIONS_IN_WEIGHTS;
use tvm_program::{InstructionSet, Program, wasm};

use crate::{run, survives};

/// Compiles WebAssembly text, in time.
#[track_caller]
fn compile_by(set: &InstructionSet, what: &str, fields: &str) -> Result<Program, String> {
    survives(what, || {
        let begun = Instant::now();
        let module = wat::parse_str(format!("(module {fields})")).map_err(|e| e.to_string())?;
        let result = wasm::compile(&module, set).map_err(|error| error.to_string());
        assert!(begun.elapsed() < Duration::from_secs(20), "{what} takes too long");
        result
    })
}

fn compile(what: &str, fields: &str) -> Result<Program, String> {
    compile_by(&Machine::full().instruction_set(), what, fields)
}

#[track_caller]
fn refused(what: &str, fields: &str, part: &str) {
    let message = compile(what, fields).unwrap_err();
    assert!(message.contains(part), "{what}: {message}");
    assert!(message.len() < 2000, "{what}: {} bytes", message.len());
}

#[test]
fn huge_memories_and_tables_take_no_room() {
    let main = r#"(func (export "main"))"#;
    refused("memory", &format!("(memory 65536) {main}"), "declare fewer pages");
    compile("a memory of the machine's", &format!("(memory 1024) {main}")).unwrap();
    let tables = "(table 10000000 funcref)".repeat(100);
    compile("tables", &format!("{tables} {main}")).unwrap();
    let far = "(elem (i32.const 9999999) 0)";
    compile("a far element", &format!("{tables} {far} {main}")).unwrap();
    let call = r#"(func (export "main") (call_indirect (i32.const 0)))"#;
    refused("calls through a table", &format!("{tables} {call}"), "10000000 elements");
    compile("calls through 65536", &format!("(table 65536 funcref) {call}")).unwrap();
    let most = r#"(memory 1024) (data (i32.const 67108863) "a") (func (export "main")
        (drop (memory.grow (i32.const 1))) (i32.store (i32.const 67108860) (i32.const 1)))"#;
    run(&compile("the end of memory", most).unwrap(), &Machine::full().instruction_set());
}

#[test]
fn many_locals_are_windows_and_calls_among_them_have_a_limit() {
    let locals = format!("(local {})", "i64 ".repeat(49_999));
    let function = |calls: usize| {
        format!(
            r#"(func $f) (func (export "main") {locals} (local.set 49998 (i64.const 1)) {})"#,
            "(call $f)".repeat(calls)
        )
    };
    let program = compile("50,000 locals", &function(2)).unwrap();
    run(&program, &Machine::full().instruction_set());
    refused("calls among 50,000 locals", &function(3000), "8388607 instructions");
}

#[test]
fn locals_are_followed_along_very_many_ways_soon() {
    let locals = format!("(local {})", "i32 ".repeat(20_000));
    let reads: String = (0..20_000).map(|local| format!("(drop (local.get {local}))")).collect();
    let writes = |from: usize| -> String {
        let written = (from..20_000).step_by(40);
        written.map(|local| format!("(local.set {local} (i32.const 1))")).collect()
    };
    let back: String = (0..200).map(|loops| format!("(br_if {loops} (i32.const 0))")).collect();
    let (begin, end) = ("loop ".repeat(200), "end ".repeat(200));
    let nest = |from| format!("{begin} {} {back} {end}", writes(from));
    for (what, ways) in [
        ("branches", "(block (br_if 0 (local.get 0)))".repeat(6_000)),
        ("more branches", "(block (br_if 0 (local.get 0)))".repeat(30_000)),
        ("loops", (0..40).map(nest).collect()),
    ] {
        let fields = format!(r#"(func (export "main") {locals} {ways} {reads})"#);
        let program = compile(what, &fields).unwrap();
        run(&program, &Machine::full().instruction_set());
    }
}

#[test]
fn deep_nesting_needs_no_deep_recursion() {
    let nested = |open: &str, close: &str| {
        format!(r#"(func (export "main") {} {})"#, open.repeat(10_000), close.repeat(10_000))
    };
    for (open, close) in [
        ("block ", "end "),
        ("loop ", "end "),
        ("i32.const 1 if ", "end "),
        ("i32.const 1 if ", "else br 0 end "),
    ] {
        let program = compile(open, &nested(open, close)).unwrap();
        run(&program, &Machine::full().instruction_set());
    }
    // Whether parentheses may be so deep is the parser's business; it must not panic.
    let _ = compile("folded blocks", &nested("(block ", ")"));
    let _ = compile("folded sums", &nested("(drop (i32.eqz ", "))"));
    let _ = compile("parentheses", &nested("(", ")"));
    let _ = compile("comments", &nested("(; ", ";)"));
}

#[test]
fn long_branch_tables_are_followed_and_unwinding_has_a_limit() {
    let set = Machine::full().instruction_set();
    let classic = Machine::classic().instruction_set();
    let targets = "0 1 ".repeat(50_000);
    let table = format!(
        r#"(func (export "main") block block (br_table {targets} (i32.const 77777)) end end)"#
    );
    run(&compile("a long table", &table).unwrap(), &set);
    compile_by(&classic, "a long table without its opcode", &table).unwrap();
    let blocks: String = (0..6500).map(|_| "block i32.const 1 ").collect();
    let depths: String = (0..6500).map(|depth| format!("{depth} ")).collect();
    let ends = "drop end ".repeat(6500);
    let unwinding = format!(
        r#"(func (export "main") {blocks} (br_table {depths} (i32.const 0)) {})"#,
        ends.replace("drop", "unreachable")
    );
    refused("unwinding", &unwinding, "8388607 instructions");
    let branches = "(br_if 0 (i32.const 0))".repeat(20_000);
    let operands = "i32.const 1 ".repeat(20_000);
    let drops = "drop ".repeat(20_000);
    let body = format!("block {operands} {branches} {drops} end");
    refused("branches", &format!(r#"(func (export "main") {body})"#), "8388607 instructions");
}

#[test]
fn many_results_have_a_limit() {
    let results = |number: usize, calls: usize| {
        format!(
            r#"(func $f (result {}) unreachable) (func (export "main") {} unreachable)"#,
            "i32 ".repeat(number),
            "(call $f)".repeat(calls)
        )
    };
    compile("a thousand results", &results(1000, 100)).unwrap();
    refused("a thousand results, often", &results(1000, 100_000), "1000 values");
    compile("a result, often", &results(1, 100_000)).unwrap();
}

#[test]
fn data_has_a_limit() {
    let data = |bytes: usize| {
        format!(
            r#"(memory 512) (data (i32.const 0) "{}") (func (export "main"))"#,
            "abcd".repeat(bytes / 4)
        )
    };
    let classic = Machine::classic().instruction_set();
    compile_by(&classic, "a megabyte", &data(1 << 20)).unwrap();
    let message = compile_by(&classic, "sixteen megabytes", &data(1 << 24)).unwrap_err();
    assert!(message.contains("compute large tables when"), "{message}");
    // Sections of the prompt are no instructions.
    let program = compile("sixteen megabytes as a section", &data(1 << 24)).unwrap();
    assert_eq!((program.data.len(), program.data[0].len()), (1, 1 << 24));
    refused(
        "data outside",
        r#"(memory 1) (data (i32.const 65535) "ab") (func (export "main"))"#,
        "more pages",
    );
}

#[test]
fn long_names_are_cut() {
    let name = "n".repeat(99_999);
    let fields =
        format!(r#"(import "tvm" "{name}" (func $i)) (func ${name} (export "main") (call $i))"#);
    refused("names of imports", &fields, "there is no such function");
    let fields = format!(r#"(func ${name} (export "main") (drop (v128.const i64x2 0 0)))"#);
    refused("the name of a function", &fields, "v128_const");
    let parameters = "i32 ".repeat(1000);
    let fields = format!(r#"(func (export "main") (param {parameters}))"#);
    refused("a long type", &fields, "and 980 more");
    let fields = format!(r#"(func ${name} (export "main"))"#);
    let program = compile("a long name", &fields).unwrap();
    assert!(program.functions.iter().all(|one| one.name.chars().count() <= 101));
}

#[test]
fn a_program_may_be_too_long_for_weights() {
    let machine = Machine::classic();
    let halt = machine.instruction_set().by_name("halt").unwrap().code;
    let instruction = tvm_program::Instruction::new(halt, 0);
    let instructions = vec![instruction; INSTRUCTIONS_IN_WEIGHTS + 1];
    let program = Program { instructions, ..Program::default() };
    let message = machine.specialised(&program).unwrap_err().to_string();
    assert!(message.contains("2097153") && message.contains("universal"), "{message}");
}
