//! The engines against each other on weights that nobody computed: whatever numbers a valid model has, each
//! engine gives the tokens of the definition, dense with brute attention, as long as all numbers of the
//! stream are finite, or says that it does not go on.

use proptest::prelude::*;
use tvm_runtime::engine::{AttentionKind, Dense, Engine, Planned, Sparse};
use tvm_runtime::plan::{Plan, Step};
use tvm_test_support::models::{Numbers, TOKENS, edit, edits, model, scores};
use tvm_weights::{Attention, FeedForward, Layer, Matrix, Selection, Token, Weights};

/// Feeds all engines the same tokens. Gives how many predictions were compared.
fn compare(model: &Weights, tokens: &[u32]) -> Result<usize, TestCaseError> {
    let plan = Plan::new(model);
    let mut defined = Dense::new(model, AttentionKind::Brute);
    let mut engines: Vec<(&str, Box<dyn Engine + '_>)> = vec![
        ("dense, hull", Box::new(Dense::new(model, AttentionKind::Hull))),
        ("sparse", Box::new(Sparse::new(model, AttentionKind::Hull))),
        ("sparse, brute", Box::new(Sparse::new(model, AttentionKind::Brute))),
        ("plan", Box::new(Planned::new(&plan))),
    ];
    let mut compared = 0;
    for (position, &token) in tokens.iter().enumerate() {
        defined.feed(Token(token));
        if !defined.residual().iter().all(|number| number.is_finite()) {
            break;
        }
        let expected = defined.predict();
        for (name, engine) in &mut engines {
            engine.feed(Token(token));
            let found = engine.predict();
            if engine.refusal().is_some() {
                prop_assert_eq!(found, Token::NONE);
                continue;
            }
            prop_assert_eq!(found, expected, "{} at position {}\n{}", name, position, &plan);
            compared += 1;
        }
    }
    Ok(compared)
}

fn tokens() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(0..TOKENS as u32, 1..16)
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn integers_with_wild_entries(mut model in model(Numbers::Integers), edits in edits(), tokens in tokens()) {
        edit(&mut model, &edits);
        compare(&model, &tokens)?;
    }

    #[test]
    fn fractions_with_wild_entries(mut model in model(Numbers::Fractions), edits in edits(), tokens in tokens()) {
        edit(&mut model, &edits);
        compare(&model, &tokens)?;
    }
}

/// The steps of a staircase: enough for a table.
const STEPS: usize = 10;

/// A slot that is written while its old value is still there. Slot 1 holds a large number; a half-layer adds
/// multiples of it and the staircase `sum of weight * max(0, token - threshold)`, whose stairs are (threshold, weight).
/// Then slot 3 brings the result near zero, so that it tells the next token.
fn overwritten(
    numbers: &[f64],
    multiples: &[(f64, bool)],
    stairs: &[(f64, f64)],
) -> Weights<'static> {
    let tokens = numbers.len();
    let rows: Vec<[f64; 4]> = (0..tokens)
        .map(|token| token as f64)
        .map(|token| [-token * token, 2.0 * token, 0.0, 0.0])
        .collect();
    let mut model = scores(&vec![[0.0; 2]; tokens], vec![true; tokens]);
    let left: f64 = 1.0 + multiples.iter().map(|(multiple, _)| multiple).sum::<f64>();
    let entries = numbers.iter().enumerate();
    let entries = entries.flat_map(|(token, number)| [1.0, *number, token as f64, -left * number]);
    model.embedding = Matrix::new(tokens, 4, entries.collect::<Vec<f64>>());
    model.unembedding = Matrix::new(tokens, 4, rows.concat());
    (model.position_linear, model.position_periodic) = (Matrix::zeros(1, 4), Matrix::zeros(1, 4));
    let first = multiples.iter().filter(|(_, before)| *before).count();
    let neurons = multiples.len() + stairs.len();
    let mut feed_forward = FeedForward {
        gate: Matrix::zeros(neurons, 4),
        value: Matrix::zeros(neurons, 4),
        output: Matrix::zeros(4, neurons),
    };
    let places = (0..first).chain(first + stairs.len()..neurons);
    for (neuron, (multiple, _)) in places.zip(multiples) {
        feed_forward.gate.add(neuron, 0, 1.0);
        feed_forward.value.add(neuron, 1, 1.0);
        feed_forward.output.add(1, neuron, *multiple);
    }
    for (step, &(threshold, weight)) in stairs.iter().enumerate() {
        feed_forward.gate.add(first + step, 2, 1.0);
        feed_forward.gate.add(first + step, 0, -threshold);
        feed_forward.value.add(first + step, 0, 1.0);
        feed_forward.output.add(1, first + step, weight);
    }
    let empty = Attention {
        selection: Vec::new(),
        query: Matrix::zeros(0, 4),
        key: Matrix::zeros(0, 4),
        value: Matrix::zeros(0, 4),
        output: Matrix::zeros(4, 0),
    };
    let mut own = Attention {
        selection: vec![Selection::Latest],
        query: Matrix::zeros(2, 4),
        key: Matrix::zeros(2, 4),
        value: Matrix::zeros(2, 4),
        output: Matrix::zeros(4, 2),
    };
    own.value.add(0, 3, 1.0);
    own.output.add(1, 0, 1.0);
    let none = FeedForward {
        gate: Matrix::zeros(0, 4),
        value: Matrix::zeros(0, 4),
        output: Matrix::zeros(4, 0),
    };
    model.layers = vec![
        Layer { attention: empty, feed_forward },
        Layer { attention: own, feed_forward: none },
    ];
    model
}

/// Steps of these weights at 0, 1, 2 and so on.
fn ascending(weights: &[i8]) -> Vec<(f64, f64)> {
    (0..).map(f64::from).zip(weights.iter().map(|&weight| weight.into())).collect()
}

/// Numbers on either side of where sums begin to be rounded.
fn large() -> impl Strategy<Value = f64> {
    (50_u32..=54, -3_i64..=3, any::<bool>()).prop_map(|(power, near, negative)| {
        let number = ((1_i64 << power) + near) as f64;
        if negative { -number } else { number }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..config() })]

    #[test]
    fn slots_that_are_overwritten(
        numbers in prop::collection::vec(prop_oneof![large(), (-9_i8..9).prop_map(f64::from)], 2..9),
        multiples in prop::collection::vec(((-2_i8..=2).prop_map(f64::from), any::<bool>()), 0..4),
        stairs in prop::collection::vec(-3_i8..=3, STEPS).prop_map(|weights| ascending(&weights)).prop_shuffle(),
    ) {
        let tokens: Vec<u32> = (0..numbers.len() as u32).collect();
        let compared = compare(&overwritten(&numbers, &multiples, &stairs), &tokens)?;
        prop_assert_eq!(compared, 4 * tokens.len(), "no engine refuses");
    }
}

#[test]
fn what_is_overwritten_does_not_count() {
    let key = 1.01 * (1_u64 << 52) as f64;
    let stairs = ascending(&[1, 0, 2, -1, 0, 3, -2, 0, 1, 0]);
    let steps = |numbers: &[f64], multiples: &[(f64, bool)]| {
        let model = overwritten(numbers, multiples, &stairs);
        let tokens: Vec<u32> = (0..numbers.len() as u32).collect();
        assert_eq!(compare(&model, &tokens).unwrap(), 4 * tokens.len(), "no engine refuses");
        let steps = Plan::new(&model).steps;
        let tables = steps.iter().filter(|step| matches!(step, Step::Table { .. })).count();
        let in_order = |step: &&Step| matches!(step, Step::Ordered { .. } | Step::Watched { .. });
        (tables, steps.iter().filter(in_order).count())
    };
    let keys = [-key, 3.0, -key.floor() - 1.0, 0.0, 1024.0];
    let numbers: Vec<f64> = keys.into_iter().map(f64::floor).collect();
    for before in [false, true] {
        // The slot's old value, and all of it taken away: together the magnitudes are beyond 2^53.
        assert_eq!(steps(&numbers, &[(-1.0, before)]), (1, 0));
        // Twice the old value is beyond 2^53 by itself, and the staircase would be rounded beside it.
        let (tables, in_order) = steps(&numbers, &[(-2.0, before)]);
        assert!(tables == 0 && in_order > 0, "{tables} {in_order}");
    }
    let both_signs: Vec<f64> = numbers.iter().chain([&key.floor()]).copied().collect();
    assert_eq!(steps(&both_signs, &[(-1.0, true)]), (1, 0));
}

/// The steps of a large program's tables are not in one order: a table that is met first has its steps in front.
#[test]
fn a_staircase_may_begin_again() {
    // Neuron by neuron this could be 900 * 2^44, beyond 2^53; as one or two staircases it is 120 * 2^44 at most.
    let weight = (1_u64 << 44) as f64;
    let pair = |at: usize| [(at as f64, weight), (at as f64 + 1.0, -weight)];
    let in_order: Vec<usize> = (0..60).step_by(2).collect();
    let twice: Vec<usize> = (0..60).step_by(4).chain((2..60).step_by(4)).collect();
    for order in [in_order, twice] {
        let stairs: Vec<(f64, f64)> = order.iter().flat_map(|&at| pair(at)).collect();
        let model = overwritten(&[0.0; 60], &[], &stairs);
        assert_eq!(compare(&model, &[0, 3, 5, 58]).unwrap(), 16, "no engine refuses");
        let steps = Plan::new(&model).steps;
        let tables = steps.iter().filter(|step| matches!(step, Step::Table { .. })).count();
        assert_eq!(tables, 1, "{order:?}");
    }
}

/// One layer of heads that read their own position, each writing a number to slot 1.
fn one_layer(written: &[f64]) -> Weights<'static> {
    let mut model = scores(&[[0.5, 0.0], [0.0, 1.0]], vec![true, true]);
    let (width, heads) = (model.d_model(), written.len());
    let mut attention = Attention {
        selection: vec![Selection::Latest; heads],
        query: Matrix::zeros(2 * heads, width),
        key: Matrix::zeros(2 * heads, width),
        value: Matrix::zeros(2 * heads, width),
        output: Matrix::zeros(width, 2 * heads),
    };
    for (head, &number) in written.iter().enumerate() {
        attention.value.add(2 * head, 0, 1.0);
        attention.output.add(1, 2 * head, number);
    }
    let rows = || Matrix::zeros(0, width);
    let feed_forward = FeedForward { gate: rows(), value: rows(), output: Matrix::zeros(width, 0) };
    model.layers = vec![Layer { attention, feed_forward }];
    model
}

#[test]
fn large_numbers_that_cancel_out_are_added_in_order() {
    let large = (1_u64 << 53) as f64;
    for written in [[large, 1.0, -large], [1.0, large, -large], [large, -large, 1.0]] {
        let model = one_layer(&written);
        // Token 0 scores 1/2, token 1 what slot 1 holds; 2^53 + 1 is rounded to 2^53.
        let expected = Token(u32::from(written[2] == 1.0));
        let mut dense = Dense::new(&model, AttentionKind::Brute);
        dense.feed(Token(0));
        assert_eq!(dense.predict(), expected, "{written:?}");
        let compared = compare(&model, &[0, 1, 0]).unwrap();
        assert_eq!(compared, 12, "no engine refuses");
    }
}
