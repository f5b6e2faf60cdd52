//! Explanations against the dense engine and against the definition of attention; reports word by word.

use proptest::prelude::*;

use super::{
    Explainer, Explanation, Intervention, Observation, Observed, RememberingPlan, Report, Scored,
};
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn attempts_are_the_definition_with_a_change(
        integers in model(Numbers::Integers),
        fractions in model(Numbers::Fractions),
        tokens in prop::collection::vec(0..TOKENS as u32, 1..12),
    ) {
        let tokens: Vec<Token> = tokens.into_iter().map(Token).collect();
        attempts_agree(&integers, &tokens);
        attempts_agree(&fractions, &tokens);
        let plan = RememberingPlan::new(&integers).expect("integers are not rounded");
        takes_over(&integers, &plan, &tokens);
        if let Some(plan) = RememberingPlan::new(&fractions) {
            takes_over(&fractions, &plan, &tokens);
        }
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

/// An explainer that takes over what a plan remembers goes on like one that has read everything.
fn takes_over(weights: &Weights, plan: &RememberingPlan, tokens: &[Token]) {
    let blank = Explainer::new(weights);
    let (mut reading, mut engine) = (blank.clone(), plan.engine());
    for (position, &token) in tokens.iter().enumerate() {
        let mut taken_over = plan.explainer(&engine, &blank, |at| tokens[at as usize]);
        assert_eq!(taken_over.position(), position);
        let expected = reading.explain(token, 3);
        assert_eq!(taken_over.explain(token, 3), expected, "{position}");
        engine.feed(token);
        let packed = engine.state().pack();
        engine.go_on_from(&packed);
    }
}

/// A forward pass by the definition, with a change. Earlier positions are as they were explained.
fn by_definition(
    weights: &Weights,
    history: &[Explanation],
    (token, intervention): (Token, &Intervention),
    observed: Observed,
) -> Observation {
    let dot = |row: &mut dyn Iterator<Item = (usize, f64)>, stream: &[f64]| {
        row.fold(0.0, |sum, (slot, weight)| sum + weight * stream[slot])
    };
    let read = match intervention {
        Intervention::Token(other) => *other,
        _ => token,
    };
    let mut stream = Explainer::new(weights).explain(read, 0).embedding;
    let at = history.len();
    let periodic =
        |at: usize| weights.position_periodic.full_row(at % weights.position_periodic.rows());
    let own = weights.embedding.full_row(read.0 as usize);
    for slot in 0..stream.len() {
        let linear = weights.position_linear.get(0, slot);
        stream[slot] = own[slot] + at as f64 * linear + periodic(at)[slot];
    }
    for (index, layer) in weights.layers.iter().enumerate() {
        let heads = &layer.attention;
        let pair = |matrix: &Matrix, head: usize, stream: &[f64]| {
            [0, 1].map(|axis| dot(&mut matrix.row(2 * head + axis), stream))
        };
        if let Observed::Value { layer, head, value } = observed
            && layer == index
        {
            return Observation::Value(pair(&heads.value, head, &stream)[value]);
        }
        let mut change = vec![0.0; stream.len()];
        for (head, selection) in heads.selection.iter().enumerate() {
            let before = history.iter().map(|then| then.residual(2 * index).unwrap());
            let all: Vec<&[f64]> = before.chain([&stream[..]]).collect();
            let values = || all.iter().map(|stream| pair(&heads.value, head, stream));
            let query = pair(&heads.query, head, &stream).map(coordinate);
            let score = |stream: &[f64]| -> i128 {
                let key = pair(&heads.key, head, stream).map(coordinate);
                (0..2).map(|axis| i128::from(query[axis]) * i128::from(key[axis])).sum()
            };
            let mut fetched = match selection {
                Selection::Latest => {
                    let best = (0..all.len()).max_by_key(|&at| (score(all[at]), at)).unwrap();
                    pair(&heads.value, head, all[best])
                }
                Selection::Mean => [0, 1].map(|axis| {
                    values().fold(0.0, |sum, value| sum + value[axis]) / all.len() as f64
                }),
            };
            match intervention {
                Intervention::Fetched { layer, head: changed, values }
                    if (*layer, *changed) == (index, head) =>
                {
                    fetched = *values;
                }
                _ => {}
            }
            for (axis, fetched) in fetched.into_iter().enumerate() {
                for (slot, weight) in heads.output.column(2 * head + axis) {
                    change[slot] += weight * fetched;
                }
            }
        }
        stream.iter_mut().zip(change).for_each(|(slot, change)| *slot += change);
        let mut change = vec![0.0; stream.len()];
        for neuron in 0..layer.feed_forward.gate.rows() {
            let gate = dot(&mut layer.feed_forward.gate.row(neuron), &stream).max(0.0);
            let value = dot(&mut layer.feed_forward.value.row(neuron), &stream);
            let inactive = matches!(intervention, Intervention::Inactive { layer, neurons }
                if *layer == index && neurons.contains(&neuron));
            if !inactive && gate > 0.0 {
                for (slot, weight) in layer.feed_forward.output.column(neuron) {
                    change[slot] += weight * (gate * value);
                }
            }
        }
        stream.iter_mut().zip(change).for_each(|(slot, change)| *slot += change);
    }
    let score = |token: Token| dot(&mut weights.unembedding.row(token.0 as usize), &stream);
    let best = weights
        .generable()
        .reduce(|best, token| if score(token) > score(best) { token } else { best });
    Observation::NextToken(best.unwrap())
}

/// Every change of every part, at the last position, and the same again: nothing is remembered.
fn attempts_agree(weights: &Weights, tokens: &[Token]) {
    let (&last, before) = tokens.split_last().unwrap();
    let mut explainer = Explainer::new(weights);
    let history: Vec<Explanation> =
        before.iter().map(|&token| explainer.explain(token, 0)).collect();
    let mut interventions: Vec<Intervention> =
        (0..4).map(|token| Intervention::Token(Token(token))).collect();
    let mut observed = vec![Observed::NextToken];
    for (layer, parts) in weights.layers.iter().enumerate() {
        for head in 0..parts.attention.selection.len() {
            observed.extend([0, 1].map(|value| Observed::Value { layer, head, value }));
            let values = [[0.0, 0.0], [1.0, -2.0]];
            interventions.extend(values.map(|values| Intervention::Fetched {
                layer,
                head,
                values,
            }));
        }
        let neurons = parts.feed_forward.gate.rows();
        interventions.extend(
            [0..neurons / 2, neurons / 2..neurons]
                .map(|neurons| Intervention::Inactive { layer, neurons }),
        );
    }
    for &observed in &observed {
        for change in &interventions {
            let expected = by_definition(weights, &history, (last, change), observed);
            assert_eq!(explainer.attempt(last, Some(change), observed), expected, "{change:?}");
        }
    }
    let truth = explainer.attempt(last, None, Observed::NextToken);
    explainer.feed(last);
    assert_eq!(truth, Observation::NextToken(explainer.predict()));
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
