//! Machine code against the interpreter of plans, on weights that nobody computed: the same token, or the same
//! refusal, after every token. `tvm-runtime/tests/agreement.rs` compares the interpreter with the definition.

use proptest::prelude::*;
use tvm_cranelift::Cranelift;
use tvm_native::{Native, When};
use tvm_runtime::engine::{Backend, Engine, Planned};
use tvm_runtime::plan::Plan;
use tvm_test_support::models::{Edit, Numbers, TOKENS, edit, edits, model};
use tvm_weights::{Token, Weights};

/// Feeds both the same tokens: with all blocks translated, and with blocks that are interpreted twice before.
fn compare(
    mut model: Weights<'static>,
    edits: &[Edit],
    tokens: &[u32],
) -> Result<(), TestCaseError> {
    edit(&mut model, edits);
    let plan = Plan::new(&model);
    for when in [When::Before, When::After(2)] {
        let native = Native::new(Cranelift::new().expect("x86-64"), when);
        let mut engine = native.engine(&plan);
        let mut interpreter = Planned::new(&plan);
        for (position, &token) in tokens.iter().enumerate() {
            engine.feed(Token(token));
            interpreter.feed(Token(token));
            let found = (engine.predict(), engine.refusal());
            let expected = (interpreter.predict(), interpreter.refusal());
            prop_assert_eq!(found, expected, "{:?} at position {}\n{}", when, position, &plan);
        }
        let figures = native.figures();
        prop_assert!(when != When::Before || figures.translated == figures.blocks, "{figures:?}");
    }
    Ok(())
}

/// Short sequences, and long ones, in which keys come again.
fn tokens() -> impl Strategy<Value = Vec<u32>> {
    let of_length = |length| prop::collection::vec(0..TOKENS as u32, length);
    prop_oneof![3 => of_length(1..24), 1 => of_length(100..300)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn integers(model in model(Numbers::Integers), edits in edits(), tokens in tokens()) {
        compare(model, &edits, &tokens)?;
    }

    #[test]
    fn fractions(model in model(Numbers::Fractions), edits in edits(), tokens in tokens()) {
        compare(model, &edits, &tokens)?;
    }
}
