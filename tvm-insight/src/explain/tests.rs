//! Explanations against the dense engine and against the definition of attention; reports word by word.

use proptest::prelude::*;

use super::{Explainer, Explanation, Report, Scored};
use tvm_model::{
    Attention, Description, FeedForward, Layer, LayerNames, Matrix, Model, Names, Selection, Token,
    ValueName, Vocabulary, Weights,
};
use tvm_runtime::attention::coordinate;
use tvm_runtime::engine::{AttentionKind, Dense, Engine};
use tvm_test_support::models::{Numbers, TOKENS, model, model_that_breaks_its_kind, named, scores};

fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

/// Every amount that is said to be added makes the stream after a half-layer from the one before.
fn writes_make_the_stream(explanation: &Explanation) {
    let halves = explanation.layers.iter().flat_map(|layer| {
        let heads = layer.attention.heads.iter().flat_map(|head| head.writes.clone());
        let active = layer.feed_forward.active.iter().flat_map(|neuron| neuron.writes.clone());
        [heads.collect::<Vec<_>>(), active.collect()]
    });
    for (boundary, writes) in halves.enumerate() {
        let before = explanation.residual(boundary).unwrap();
        let mut change = vec![0.0; before.len()];
        writes.iter().for_each(|write| change[write.slot] += write.amount);
        let sums: Vec<f64> =
            before.iter().zip(change).map(|(slot, change)| slot + change).collect();
        assert_eq!(sums, explanation.residual(boundary + 1).unwrap(), "half-layer {boundary}");
    }
}

/// The attended positions are those of the greatest score, the latest on a tie.
fn heads_attend_as_defined(history: &[Explanation]) {
    let now = history.last().unwrap();
    for (index, layer) in now.layers.iter().enumerate() {
        for (number, head) in layer.attention.heads.iter().enumerate() {
            let score = |then: &Explanation| -> i128 {
                let key = then.layers[index].attention.heads[number].key.map(coordinate);
                let query = head.query.map(coordinate);
                (0..2).map(|axis| i128::from(query[axis]) * i128::from(key[axis])).sum()
            };
            let best = history.iter().max_by_key(|then| (score(then), then.position)).unwrap();
            match head.kind {
                Selection::Mean => assert_eq!(head.attended, None),
                Selection::Latest => {
                    let attended = head.attended.unwrap();
                    assert_eq!((attended.position, attended.token), (best.position, best.token));
                }
            }
        }
    }
}

/// Everything that can be checked of a run.
fn agrees(weights: &Weights, tokens: &[Token]) {
    let mut dense =
        [AttentionKind::Brute, AttentionKind::Hull].map(|kind| Dense::new(weights, kind));
    let mut explainers = [AttentionKind::Hull, AttentionKind::Brute]
        .map(|kind| Explainer::with_attention(weights, kind));
    let mut silent = Explainer::new(weights);
    let mut history = Vec::new();
    for &token in tokens {
        dense.iter_mut().for_each(|engine| engine.feed(token));
        silent.feed(token);
        let [explanation, brute] =
            explainers.each_mut().map(|explainer| explainer.explain(token, 3));
        assert_eq!(explanation, brute);
        let last = 2 * weights.layers.len();
        for engine in &mut dense {
            assert_eq!(bits(explanation.residual(last).unwrap()), bits(engine.residual()));
            assert_eq!(bits(silent.residual()), bits(engine.residual()));
            assert_eq!(explanation.top[0].token, engine.predict());
        }
        writes_make_the_stream(&explanation);
        history.push(explanation);
        heads_attend_as_defined(&history);
    }
    assert_eq!(silent.position(), tokens.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn explains_what_dense_does(
        integers in model(Numbers::Integers),
        fractions in model(Numbers::Fractions),
        tokens in prop::collection::vec(0..TOKENS as u32, 1..20),
    ) {
        let tokens: Vec<Token> = tokens.into_iter().map(Token).collect();
        agrees(&integers, &tokens);
        agrees(&fractions, &tokens);
    }
}

#[test]
fn explains_a_head_whose_keys_change_their_kind() {
    let token =
        |step: u32| Token(if step < 200 { step * 5 % 20 } else { step * 5 % TOKENS as u32 });
    agrees(&model_that_breaks_its_kind(20), &(0..300).map(token).collect::<Vec<Token>>());
}

#[test]
fn the_best_tokens_are_generable_and_the_first_on_a_tie() {
    let rows: Vec<[f64; 2]> = (0..12).map(|token| [f64::from(token % 4), 1.0]).collect();
    let model = scores(&rows, (0..12).map(|token| token != 3).collect());
    let top = |number: usize| -> Vec<(u32, f64)> {
        let explanation = Explainer::new(&model).explain(Token(0), number);
        explanation.top.iter().map(|&Scored { token, score }| (token.0, score)).collect()
    };
    assert_eq!(top(4), [(7, 3.0), (11, 3.0), (2, 2.0), (6, 2.0)]);
    assert_eq!(top(0), []);
    assert_eq!(top(100).len(), 11);
}

/// Remembers the first token after every `a`; then counts by steps. One layer, with names.
fn small() -> Model<'static> {
    let set = |rows: usize, columns: usize, entries: &[(usize, usize, f64)]| {
        let mut matrix = Matrix::zeros(rows, columns);
        entries.iter().for_each(|&(row, column, entry)| matrix.add(row, column, entry));
        matrix
    };
    // Slots: one, number, a square, what was found, a mean that becomes a biased sum.
    let numbers = [1.0, 2.0, 3.0];
    let embedding: Vec<f64> = numbers.iter().flat_map(|&k| [1.0, k, -k * k, 0.0, 0.0]).collect();
    let attention = Attention {
        selection: vec![Selection::Latest, Selection::Mean],
        query: set(4, 5, &[(0, 1, 1.0), (0, 0, -1.0), (1, 0, 1.0)]),
        key: set(4, 5, &[(0, 1, 2.0), (1, 2, 1.0)]),
        value: set(4, 5, &[(0, 1, 1.0), (2, 1, 1.0)]),
        output: set(5, 4, &[(3, 0, 1.0), (4, 2, 1.0)]),
    };
    let feed_forward = FeedForward {
        gate: set(
            4,
            5,
            &[(0, 1, 1.0), (1, 1, 1.0), (1, 0, -1.0), (2, 1, 1.0), (2, 0, -2.0), (3, 0, 1.0)],
        ),
        value: set(4, 5, &[(0, 0, 1.0), (1, 0, 1.0), (2, 0, 1.0), (3, 3, 1.0)]),
        output: set(5, 4, &[(2, 0, 1.0), (2, 1, -1.0), (2, 2, 5.0), (3, 3, -1.0)]),
    };
    let value = |name: &str, slot: usize, first: usize, end: usize, bias: i64| ValueName {
        name: name.to_string(),
        slot,
        first,
        end,
        bias,
    };
    let mut names = Names::new(vec![
        value("one", 0, 0, 3, 0),
        value("number", 1, 0, 2, 0),
        value("square", 2, 0, 1, 0),
        value("step", 2, 2, 3, 4),
        value("found", 3, 1, 2, 0),
        value("mean", 4, 1, 3, 0),
    ]);
    names.push_layer(LayerNames {
        heads: vec![(0, "found".to_string()), (1, "mean".to_string())],
        neurons: vec![(0, "step".to_string()), (3, "clear".to_string())],
    });
    Model {
        description: Description { names: Some(names), ..Description::default() },
        vocabulary: Vocabulary::new(["a", "b", "c"].map(String::from).into())
            .expect("the names are distinct"),
        weights: Weights {
            embedding: Matrix::new(3, 5, embedding),
            position_linear: Matrix::zeros(1, 5),
            position_periodic: Matrix::zeros(1, 5),
            layers: vec![Layer { attention, feed_forward }],
            unembedding: set(3, 5, &[(0, 0, 1.0), (1, 4, 1.0), (2, 4, 0.5)]),
            generable: vec![true; 3],
        },
    }
}

fn third_token(model: &Model) -> Explanation {
    let mut explainer = Explainer::new(&model.weights);
    explainer.feed(Token(0));
    explainer.feed(Token(1));
    explainer.explain(Token(2), 2)
}

/// The report of an explanation, with names or without.
fn report(model: &Model, explanation: &Explanation, named: bool) -> (String, serde_json::Value) {
    let names = model.description.names.as_ref().filter(|_| named);
    let report = Report { explanation, names, vocabulary: &model.vocabulary };
    (report.to_string(), serde_json::to_value(report).expect("a report is plain data"))
}

#[test]
fn a_report_says_everything_by_name() {
    let model = small();
    let (text, _) = report(&model, &third_token(&model), true);
    let expected = "\
position 2: `c`

embedding
  written: one = 1, number = 3, square = -9

layer 0, attention
  found  query (2, 1), own key (6, -9) -> position 1 (`b`, 1 ago) -> 2, 0  =>  found +2
  mean   mean of 3 positions -> 2, 0  =>  mean +2
  written: found = 2, mean = 2
  kept: one = 1, number = 3
  1 slot holds a value that is no longer read

layer 0, feed-forward
  4 of 4 neurons are active
  step   3 active  =>  step +6
  clear  1 * 2 = 2  =>  slot 3 -2
  written: step = -7 (held as 4 + -7)
  kept: one = 1, mean = 2
  1 slot holds a value that is no longer read

next token
    1  `b`  score 2
    2  `a`  score 1, 1 behind
";
    assert_eq!(text, expected);
}

#[test]
fn a_report_without_names_has_numbers() {
    let mut model = small();
    model.weights.layers[0].feed_forward.value.add(2, 0, -1.0);
    let (text, json) = report(&model, &third_token(&model), false);
    for line in [
        "  written: slot 3 = 2, slot 4 = 2\n",
        "  kept: slot 0 = 1, slot 1 = 3, slot 2 = -9\n",
        "  head 0  query (2, 1)",
        "  neuron 1  2 * 1 = 2  =>  slot 2 -2\n",
        "  written, 0: slot 3\n",
        "  active, product 0: neuron 2\n",
    ] {
        assert!(text.contains(line), "{line:?} in\n{text}");
    }
    assert_eq!(json["layers"][0]["feed_forward"]["active"][2]["name"], "neuron 2");
}

#[test]
fn programs_read_the_same_as_people() {
    let model = small();
    let (_, json) = report(&model, &third_token(&model), true);
    let attention = &json["layers"][0]["attention"];
    assert_eq!(attention["heads"][0]["attended"], serde_json::json!({"position": 1, "token": "b"}));
    assert_eq!(attention["heads"][1]["attended"], serde_json::Value::Null);
    assert_eq!(attention["residual"], serde_json::json!([1, 3, -9, 2, 2]));
    let feed_forward = &json["layers"][0]["feed_forward"];
    let step = serde_json::json!(
        {"name": "step", "slot": 2, "value": -7, "bias": 4, "written": true}
    );
    assert_eq!(feed_forward["values"][1], step);
    assert_eq!(feed_forward["active"][1]["name"], "step[1]");
    assert_eq!(json["top"][1], serde_json::json!({"token": "a", "score": 1, "behind": 1}));
}

#[test]
fn long_lists_are_broken_and_zeros_are_gathered() {
    let mut model = named(scores(&[[1.0, 0.0]; 2], vec![true; 2]));
    let width = 40;
    let filled: Vec<f64> = (0..2 * width).map(|at| f64::from(at % 2 == 0) * 1e6).collect();
    model.weights.embedding = Matrix::new(2, width, filled);
    (model.weights.position_linear, model.weights.position_periodic) =
        (Matrix::zeros(1, width), Matrix::zeros(1, width));
    model.weights.unembedding = Matrix::zeros(2, width);
    let (text, _) = report(&model, &Explainer::new(&model.weights).explain(Token(0), 1), false);
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    assert!(text.contains("\n      slot "), "{text}");
    assert!(text.contains("  written, 0: slot 1, slot 3,"), "{text}");
}
