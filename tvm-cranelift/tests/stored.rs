//! Machine code that was stored: it runs with the plan that it was made from, and with nothing else.

#![allow(unsafe_code)]

use tvm_cranelift::Cranelift;
use tvm_native::{Native, Stored, When, store};
use tvm_runtime::Token;
use tvm_runtime::engine::{Backend, Engine, NoEngine, Planned, Prepared};
use tvm_runtime::plan::Plan;
use tvm_test_support::models::scores;
use tvm_weights::Weights;

/// A model without layers, whose next token depends on the last one.
fn model(entry: f64) -> Weights<'static> {
    let mut model = scores(&[[0.5, 0.0], [0.0, entry], [0.25, 0.75]], vec![true; 3]);
    for token in 0..3 {
        model.embedding.add(token, 1, token as f64 - 1.0);
    }
    model
}

fn stored(model: &Weights) -> Vec<u8> {
    store(&Plan::new(model), &Cranelift::new().expect("x86-64"))
}

/// What was stored, and perhaps cut short: what is executed is what was stored.
fn read(bytes: &[u8]) -> Option<Stored<'_>> {
    // SAFETY: the code is as it was stored wherever the plan is accepted.
    unsafe { Stored::read(bytes) }
}

#[test]
fn it_runs_with_its_own_plan() {
    let (model, other) = (model(1.0), model(2.0));
    let bytes = stored(&model);
    let native = Native::new(read(&bytes).expect("for this platform"), When::Before);
    let plan = Plan::new(&model);
    let (mut engine, mut interpreter) = (native.engine(&plan), Planned::new(&plan));
    for token in [0, 2, 1, 1, 0, 2] {
        engine.feed(Token(token));
        interpreter.feed(Token(token));
        assert_eq!(engine.predict(), interpreter.predict());
    }
    drop(engine);
    // The common part, everything, and reading.
    assert_eq!((native.figures().translated, native.figures().blocks), (3, 3));
    assert!(Prepared::native(&model, &native).is_ok());
    assert!(matches!(Prepared::native(&other, &native), Err(NoEngine::NoNative)));
}

#[test]
fn a_plan_that_is_derived_otherwise_is_not_accepted() {
    let model = model(1.0);
    let bytes = stored(&model);
    let native = Native::new(read(&bytes).expect("for this platform"), When::Before);
    let mut plan = Plan::new(&model);
    plan.registers += 1;
    assert!(!native.accepts(&plan));
}

#[test]
fn other_bytes_are_not_for_this_platform() {
    let whole = stored(&model(1.0));
    // Mark, matrices, fingerprint, number, and the ends of four routines.
    let header = 72 + 4 * 16;
    assert!((0..header).all(|length| read(&whole[..length]).is_none()));
    assert!(read(&whole[..whole.len() - 1]).is_none(), "the last routine is cut short");
    let mut other = whole.clone();
    other[15] ^= 1;
    assert!(read(&other).is_none());
    assert!(read(&[]).is_none());
}

#[test]
#[should_panic(expected = "not of the vocabulary")]
fn a_token_of_another_vocabulary_is_refused() {
    let model = model(1.0);
    let native = Native::new(Cranelift::new().expect("x86-64"), When::Before);
    let plan = Plan::new(&model);
    native.engine(&plan).feed(Token(3));
}
