//! WebAssembly modules.

use tvm_core::graph::TokenGraph;
use tvm_core::graph::evaluate::Evaluator;
use tvm_core::machine::Machine;
use tvm_program::{InstructionSet, Program, text, wasm};

use crate::damage::{Damaged, edits, flips, garbage, truncations};
use crate::{files, run, survives};

/// The modules of the project.
fn modules() -> Vec<(String, Vec<u8>)> {
    let assembled =
        files("tests/differential/programs", "wat").into_iter().map(|(name, source)| {
            let module = wat::parse_bytes(&source).unwrap().into_owned();
            (name, module)
        });
    let prebuilt = [files("programs/prebuilt", "wasm"), files("tests/c/prebuilt", "wasm")];
    prebuilt.concat().into_iter().chain(assembled).collect()
}

fn damaged(bytes: &[u8]) -> impl Iterator<Item = Damaged> + '_ {
    truncations(bytes).chain(flips(bytes, 300)).chain(edits(bytes, 120))
}

/// Compiles a module in every way; what still is one is run.
fn compile(bytes: &[u8], set: &InstructionSet) -> Option<Program> {
    let _ = wasm::signature(bytes, "main");
    if let Ok(instantiation) = wasm::compile_calls(bytes, set, &[], &[]) {
        run(&instantiation, set);
    }
    let program = wasm::compile(bytes, set).ok()?;
    run(&program, set);
    Some(program)
}

#[test]
fn damaged_modules_are_refused_or_run() {
    let sets = [Machine::classic().instruction_set(), Machine::full().instruction_set()];
    for (name, module) in modules() {
        let whole = Damaged { how: "nothing".to_string(), bytes: module.clone() };
        for (number, case) in [whole].into_iter().chain(damaged(&module)).enumerate() {
            let set = &sets[usize::from(number % 4 != 0)];
            survives(&format!("{name}, {}", case.how), || compile(&case.bytes, set));
        }
    }
}

#[test]
fn garbage_is_no_module() {
    let set = Machine::full().instruction_set();
    for case in garbage(2000) {
        survives(&case.how, || compile(&case.bytes, &set));
        let with_magic = [b"\0asm\x01\0\0\0", case.bytes.as_slice()].concat();
        survives(&format!("{} behind the magic number", case.how), || compile(&with_magic, &set));
    }
}

/// Runs a graph for some tokens, as far as its numbers are exact.
fn evaluate(graph: &TokenGraph, prompt: &[String]) {
    let mut evaluator = Evaluator::new(graph);
    for name in prompt {
        let token = graph.token(name).expect("the graph has the tokens of its prompt");
        if evaluator.feed(token).is_err() {
            return;
        }
    }
    for _ in 0..300 {
        let Ok(token) = evaluator.predict() else { return };
        let name = &graph.tokens[token].name;
        if name == "halt" || name.starts_with("trap(") || evaluator.feed(token).is_err() {
            return;
        }
    }
}

#[test]
fn damaged_programs_can_be_baked_in_and_evaluated() {
    let machine = Machine::full();
    let set = machine.instruction_set();
    let (name, module) = modules().swap_remove(3);
    let programs = flips(&module, 200)
        .filter_map(|case| Some((case.how, wasm::compile(&case.bytes, &set).ok()?)));
    for (how, program) in programs.step_by(12) {
        survives(&format!("{name}, {how}"), || {
            let graph = machine.specialised(&program).expect("the machine has these opcodes");
            evaluate(&graph, &text::specialised_prompt(&program, b"12"));
        });
    }
}
