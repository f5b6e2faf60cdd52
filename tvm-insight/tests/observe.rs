//! Named values at every position, against the residual stream of forward passes one by one.

use std::path::Path;

use tvm_core::machine::Machine;
use tvm_core::pipeline::{self, SPECIALISED};
use tvm_core::schedule::Options;
use tvm_insight::explain::Explainer;
use tvm_insight::observe::{Observing, UnknownValue};
use tvm_model::{Model, Token, ValueName};
use tvm_program::wasm;
use tvm_runtime::engine::{AttentionKind, Dense, Engine};

/// How the model is scheduled here: at once, however large it becomes.
const QUICK: Options = Options { rounds: 0, solver: None, ..SPECIALISED };

fn addition() -> Model<'static> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs/prebuilt/addition.wasm");
    let machine = Machine::full();
    let module = std::fs::read(path).unwrap();
    let program = wasm::compile(&module, &machine.instruction_set()).unwrap();
    pipeline::specialised_within(&machine, &program, "addition", &QUICK).unwrap().model
}

/// A run by the definition.
fn run(model: &Model<'_>, input: &[u8]) -> Vec<Token> {
    let mut tokens = model.prompt(input).unwrap();
    let mut engine = Dense::new(&model.weights, AttentionKind::Hull);
    tokens.iter().for_each(|&token| engine.feed(token));
    while model.vocabulary.name(tokens[tokens.len() - 1]) != "halt" {
        let next = engine.predict();
        engine.feed(next);
        tokens.push(next);
    }
    tokens
}

#[test]
fn every_named_value_is_what_the_stream_holds_at_every_position() {
    let model = addition();
    let tokens = run(&model, b"7+8");
    let names = model.description.names.as_ref().unwrap();
    // Of the values that have one name, the one that is there first is meant.
    let mut first: Vec<&ValueName> = names.values().iter().collect();
    first.sort_by_key(|value| (&value.name, value.first, value.slot));
    first.dedup_by_key(|value| &value.name);
    assert!(first.len() >= 50, "{} names", first.len());
    let asked: Vec<String> = first.iter().map(|value| value.name.clone()).collect();
    let observing = Observing::new(&model.weights, names, &asked).unwrap();
    let observed = observing.read(&tokens);
    let mut explainer = Explainer::new(&model.weights);
    for (position, (&token, observed)) in
        tokens.iter().zip(observed.chunks(first.len())).enumerate()
    {
        let explanation = explainer.explain(token, 1);
        for (value, observed) in first.iter().zip(observed) {
            let held = explanation.residual(value.first).unwrap()[value.slot];
            assert_eq!(*observed, held - value.bias as f64, "{} at {position}", value.name);
        }
    }
}

#[test]
fn a_name_that_there_is_not_is_an_error_that_tells_one() {
    let model = addition();
    let names = model.description.names.as_ref().unwrap();
    let error = Observing::new(&model.weights, names, &["byte_numbers".to_owned()]).err();
    let nearest = "byte_number".to_owned();
    let Some(UnknownValue { name, nearest: found }) = error else {
        panic!("there is no such value")
    };
    assert_eq!(name, "byte_numbers");
    assert!(found.starts_with(&nearest), "{found}");
}
