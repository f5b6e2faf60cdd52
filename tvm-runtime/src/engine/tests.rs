//! The engines against each other on random small models: of integers, where only means are not, and
//! of half-integers, where every sum may be rounded.

use proptest::prelude::*;
use tvm_test_support::models::{
    AVERAGES, Numbers, TOKENS, model, model_that_breaks_its_kind, scores,
};
use tvm_weights::Token;

use super::{AttentionKind, Dense, Engine, Planned, Sparse};
use crate::plan::{KeyKind, Plan};

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn engines_agree(model in model(Numbers::Integers), tokens in prop::collection::vec(0..TOKENS as u32, 1..25)) {
        let mut defined = Dense::new(&model, AttentionKind::Brute);
        let mut hull = Dense::new(&model, AttentionKind::Hull);
        let mut sparse = [AttentionKind::Hull, AttentionKind::Brute]
            .map(|kind| Sparse::new(&model, kind));
        let plan = Plan::new(&model);
        let mut planned = Planned::new(&plan);
        for token in tokens.into_iter().map(Token) {
            defined.feed(token);
            planned.feed(token);
            prop_assert_eq!(defined.predict(), planned.predict());
            hull.feed(token);
            prop_assert_eq!(defined.residual(), hull.residual());
            for engine in &mut sparse {
                engine.feed(token);
                let (exact, averages) = engine.residual().split_at(AVERAGES);
                prop_assert_eq!(&defined.residual()[..AVERAGES], exact);
                prop_assert!((defined.residual()[AVERAGES] - averages[0]).abs() < 1e-9);
                prop_assert_eq!(defined.predict(), engine.predict());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_rounds_as_the_definition(
        model in model(Numbers::Fractions),
        tokens in prop::collection::vec(0..TOKENS as u32, 1..25),
    ) {
        let mut defined = Dense::new(&model, AttentionKind::Brute);
        let plan = Plan::new(&model);
        let mut planned = Planned::new(&plan);
        for token in tokens.into_iter().map(Token) {
            defined.feed(token);
            planned.feed(token);
            prop_assert_eq!(defined.predict(), planned.predict());
        }
    }
}

#[test]
fn a_key_of_another_kind_comes_in_the_middle_of_a_run() {
    let model = model_that_breaks_its_kind(20);
    let plan = Plan::new(&model);
    assert_eq!(plan.keys, [KeyKind::Integer]);
    let mut engines: Vec<Box<dyn Engine>> =
        vec![Box::new(Planned::new(&plan)), Box::new(Sparse::new(&model, AttentionKind::Hull))];
    let mut defined = Dense::new(&model, AttentionKind::Brute);
    let mut odd_won = false;
    for step in 0..400_u32 {
        let token = Token(if step < 200 { step * 5 % 20 } else { step * 5 % TOKENS as u32 });
        defined.feed(token);
        odd_won |= defined.predict() == Token(20);
        for engine in &mut engines {
            engine.feed(token);
            assert_eq!(engine.predict(), defined.predict(), "after {step} tokens");
        }
    }
    assert!(odd_won, "the odd key is found");
}

#[test]
fn the_lowest_of_the_best_that_can_be_emitted() {
    let rows: Vec<[f64; 2]> = (0..12).map(|token| [f64::from(token % 4), 1.0]).collect();
    let model = scores(&rows, (0..12).map(|token| token != 3).collect());
    let mut dense = Dense::new(&model, AttentionKind::Hull);
    let mut sparse = Sparse::new(&model, AttentionKind::Hull);
    for engine in [&mut dense as &mut dyn Engine, &mut sparse] {
        engine.feed(Token(0));
        assert_eq!(engine.predict(), Token(7));
    }
}
