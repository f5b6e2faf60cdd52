//! The opcode through the transformer and through the reference executor, called from C.

use std::path::{Path, PathBuf};

use own_opcode::machine;
use tvm_core::program::{Code, Value};
use tvm_core::reference::{Executor, Outcome};
use tvm_core::runtime::engine::EngineKind;
use tvm_core::toolchain::clang::CompileOptions;
use tvm_core::toolchain::prebuilt;
use tvm_core::{Compiled, Transformer, compile_for};

const INPUT: &[u8] = b"A";

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("saturate.c")
}

/// The generated tokens and the output.
fn transform(transformer: &Transformer) -> (Vec<String>, Vec<u8>) {
    let run = transformer.run_by(EngineKind::Sparse, INPUT, 100_000.into()).unwrap();
    let generated = &run.tokens[transformer.prompt(INPUT).unwrap().len()..];
    let vocabulary = &transformer.model().vocabulary;
    let names = generated.iter().map(|&token| vocabulary.name(token).to_string());
    (names.collect(), run.output)
}

fn reference(compiled: &Compiled) -> Vec<String> {
    let saturating = |operands: &[Value]| {
        let [Value::I32(a), Value::I32(b)] = *operands else { panic!("two i32: {operands:?}") };
        match a.checked_add(b) {
            Some(_) => Outcome::sum(operands[0], operands[1]),
            None => Outcome::plain(Value::I32(u32::MAX)),
        }
    };
    let mut trace = Vec::new();
    let set = machine().unwrap().instruction_set();
    let executor = Executor::new(&compiled.program, &set, INPUT).unwrap();
    let executor = executor.with_opcode(Code(0xe0), saturating);
    executor.run(100_000, &mut |token| trace.push(token.to_string())).unwrap();
    trace
}

#[test]
fn a_c_program_calls_it() {
    let compiled = compile_for(machine().unwrap(), source().as_path()).unwrap();
    let expected = (reference(&compiled), b"B!.".to_vec());
    assert_eq!(transform(&compiled.universal().unwrap()), expected);
    assert_eq!(transform(&compiled.specialise().unwrap()), expected);
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
