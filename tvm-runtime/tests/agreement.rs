//! The engines against each other on weights that nobody computed: whatever numbers a valid model has, each
//! engine gives the tokens of the definition, dense with brute attention, as long as all numbers of the
//! stream are finite, or says that it does not go on.

use proptest::prelude::*;
use tvm_runtime::engine::{AttentionKind, Dense, Engine, Planned, Sparse};
use tvm_runtime::plan::Plan;
use tvm_test_support::models::{Numbers, TOKENS, model, scores};
use tvm_weights::{Attention, FeedForward, Layer, Matrix, Selection, Token, Weights};

/// Entries that sums of may be rounded, or that are no integers.
fn wild() -> impl Strategy<Value = f64> {
    let two_to_53 = (1_u64 << 53) as f64;
    prop_oneof![
        (-2_i64..=2).prop_map(move |near| two_to_53 + near as f64),
        (-2_i64..=2).prop_map(move |near| near as f64 - two_to_53),
        (20_u32..62).prop_map(|power| (1_u64 << power) as f64),
        (20_u32..62).prop_map(|power| 1.0 - (1_u64 << power) as f64),
        Just(-0.0),
        Just(0.5),
        Just(1.0 / 3.0),
        Just(1e-300),
        Just(5e-324),
        Just(1e120),
        Just(-1e120),
        (-9_i8..=9).prop_map(f64::from),
    ]
}

/// All matrices of a model.
fn matrices<'model>(model: &'model mut Weights<'static>) -> Vec<&'model mut Matrix<'static>> {
    let mut all = vec![
        &mut model.embedding,
        &mut model.position_linear,
        &mut model.position_periodic,
        &mut model.unembedding,
    ];
    for Layer { attention: a, feed_forward: f } in &mut model.layers {
        all.extend([&mut a.query, &mut a.key, &mut a.value, &mut a.output]);
        all.extend([&mut f.gate, &mut f.value, &mut f.output]);
    }
    all
}

/// An entry to be replaced, or multiplied.
type Edit = (prop::sample::Index, prop::sample::Index, f64, bool);

fn edit(model: &mut Weights<'static>, edits: &[Edit]) {
    for (matrix, place, number, multiply) in edits {
        let mut all = matrices(model);
        let matrix = matrix.get_mut(&mut all);
        if matrix.entries().is_empty() {
            continue;
        }
        let mut entries = matrix.entries().to_vec();
        let entry = place.get_mut(&mut entries);
        *entry = if *multiply { *entry * number } else { *number };
        **matrix = Matrix::new(matrix.rows(), matrix.columns(), entries.into());
    }
}

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

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), wild(), any::<bool>());
    prop::collection::vec(edit, 0..12)
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
