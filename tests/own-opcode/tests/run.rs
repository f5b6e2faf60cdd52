//! The opcode through the transformer and through the reference executor, called from C.

use std::path::Path;

use own_opcode::machine;
use tvm_core::pipeline::{specialised, universal};
use tvm_core::program::clang::CompileOptions;
use tvm_core::program::{Code, Program, prebuilt, text, wasm};
use tvm_core::reference::{Executor, Outcome};
use tvm_core::runtime::engine::{AttentionKind, Sparse};
use tvm_core::runtime::run::{Observer, run};
use tvm_core::runtime::{Model, Token};

const INPUT: &[u8] = b"A";

fn program() -> Program {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("saturate.c");
    let module = prebuilt::load(&source, &CompileOptions::default()).unwrap();
    wasm::compile(&module, &machine().unwrap().instruction_set()).unwrap()
}

#[derive(Default)]
struct Watcher {
    tokens: Vec<Token>,
    output: Vec<u8>,
}

impl Observer for Watcher {
    fn token(&mut self, token: Token) {
        self.tokens.push(token);
    }

    fn output(&mut self, byte: u8) {
        self.output.push(byte);
    }
}

/// The generated tokens and the output.
fn transform(model: &Model, prompt: &[String]) -> (Vec<String>, Vec<u8>) {
    let prompt = model.vocabulary.tokens(prompt.iter().map(String::as_str)).unwrap();
    let mut engine = Sparse::new(model, AttentionKind::Hull);
    let mut watcher = Watcher::default();
    run(&mut engine, &model.vocabulary, &prompt, 100_000, &mut watcher).unwrap();
    let generated = &watcher.tokens[prompt.len()..];
    let names = generated.iter().map(|&token| model.vocabulary.name(token).to_string());
    (names.collect(), watcher.output)
}

fn reference(program: &Program) -> Vec<String> {
    let saturating = |operands: &[u32]| {
        let (a, b) = (operands[0], operands[1]);
        match a.checked_add(b) {
            Some(_) => Outcome::sum(a, b),
            None => Outcome::plain(u32::MAX),
        }
    };
    let mut trace = Vec::new();
    let set = machine().unwrap().instruction_set();
    let executor = Executor::new(program, &set, INPUT).unwrap();
    let executor = executor.with_opcode(Code(0xe0), saturating);
    executor.run(100_000, &mut |token| trace.push(token.to_string())).unwrap();
    trace
}

#[test]
fn a_c_program_calls_it() {
    let (machine, program) = (machine().unwrap(), program());
    let expected = reference(&program);
    let set = machine.instruction_set();
    let prompt = text::prompt(&program, &set, Some(INPUT));
    let model = universal(&machine).unwrap().model;
    assert_eq!(transform(&model, &prompt), (expected.clone(), b"B!.".to_vec()));
    let section = text::input_section(INPUT);
    let prompt: Vec<String> = ["{".into(), "}".into()].into_iter().chain(section).collect();
    let model = specialised(&machine, &program, "saturate").unwrap().model;
    assert_eq!(transform(&model, &prompt), (expected, b"B!.".to_vec()));
}

#[test]
fn the_prebuilt_module_belongs_to_its_source() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("TVM_UPDATE").is_some() {
        prebuilt::update(folder, &CompileOptions::default()).unwrap();
    }
    prebuilt::check(folder).unwrap();
}

#[test]
fn a_taken_code_is_refused() {
    let twice = machine().unwrap().with("twice", own_opcode::SATURATING);
    assert!(twice.unwrap_err().to_string().contains("sat_add"));
}
