//! Inspections of a small model whose weights can be counted by hand.

use super::*;
use tvm_model::{LayerNames, Names, ValueName};
use tvm_test_support::models::{model_that_breaks_its_kind, named as named_by_numbers};

fn named() -> Model<'static> {
    let mut model = named_by_numbers(model_that_breaks_its_kind(20));
    let value = |name: &str, slot: usize, first: usize| ValueName {
        name: name.to_string(),
        slot,
        first,
        end: 3,
        bias: 0,
    };
    let mut names = Names::new(vec![value("one", 0, 0), value("key", 1, 0), value("found", 5, 1)]);
    names.push_layer(LayerNames { heads: vec![(0, "lookup".into())], neurons: Vec::new() });
    model.description.names = Some(names);
    model.description.instruction_set = "tiny".to_string();
    model
}

#[test]
fn weights_are_counted_once() {
    let model = named();
    let inspection = Inspection::of(&model, 0);
    let embedded = model.weights.embedding.non_zero();
    let scored = model.weights.unembedding.non_zero();
    // Two weights each in query, key and value, and one of what was found.
    assert_eq!(inspection.weights.non_zero, embedded + scored + 7);
    let all: usize =
        model.tensors().iter().map(|(_, matrix)| matrix.rows() * matrix.columns()).sum();
    assert_eq!(inspection.weights.all, all);
    assert_eq!(inspection.layers[0].weights, Weights::new(4 * 2 * 7, 7));
    assert_eq!(inspection.layers[0].weights.sparsity, 87.5);
    assert_eq!(inspection.layers[0].heads, BTreeMap::from([(HeadKind::IntegerKeys, 1)]));
    assert_eq!((inspection.heads, inspection.neurons, inspection.d_model), (1, 0, 7));
    assert!(inspection.largest.is_empty());
}

#[test]
fn the_same_matrix_of_all_layers_is_summed() {
    let mut model = named();
    model.weights.layers.push(model.weights.layers[0].clone());
    let inspection = Inspection::of(&model, 0);
    let found = inspection.matrices.iter().find(|matrix| matrix.name == "attention.query");
    assert_eq!(found.map(|matrix| matrix.weights), Some(Weights::new(28, 4)));
    assert_eq!(inspection.matrices.len(), 11);
}

#[test]
fn the_largest_weights_say_what_they_mean() {
    let mut model = named();
    let layer = &mut model.weights.layers[0].attention;
    layer.query.add(1, 1, -1e15);
    layer.output.add(5, 1, 1e15);
    model.weights.embedding.add(2, 1, 1e14);
    model.weights.unembedding.add(3, 5, -1e13);
    let largest = |model: &Model| -> Vec<(String, String)> {
        let found = Inspection::of(model, 4).largest.into_iter();
        found
            .map(|one| (format!("{}[{}, {}]", one.matrix, one.row, one.column), one.meaning))
            .collect()
    };
    let expected = [
        ("layers.0.attention.query[1, 1]", "`key` in query 1 of head `lookup`"),
        ("layers.0.attention.output[5, 1]", "value 1 of head `lookup` in `found`"),
        ("embedding[2, 1]", "what token `2` sets in `key`"),
        ("unembedding[3, 5]", "`found` in the score of token `3`"),
    ];
    let expected = expected.map(|(place, meaning)| (place.to_string(), meaning.to_string()));
    assert_eq!(largest(&model), expected);
    model.description.names = None;
    assert_eq!(largest(&model)[1].1, "value 1 of head 0 in slot 5");
}

#[test]
fn people_and_programs_are_told_the_same() {
    let inspection = Inspection::of(&named(), 1);
    let text = inspection.to_string();
    for line in [
        "tiny, universal: it reads its program\n",
        "1 layers, d_model 7, 1 heads, 0 neurons\n",
        "24 tokens, 24 of them can be generated\n",
        "attention.key               14           2   85.71 %\n",
        "0          1        0          56           7   87.50 %\n",
        "heads    integer keys\n0                   1\n",
        "                -529  unembedding[23, 0]                  `one` in the score of token `23`\n",
    ] {
        assert!(text.contains(line), "{line:?} in\n{text}");
    }
    let json = serde_json::to_value(&inspection).expect("an inspection is plain data");
    assert_eq!(json["layers"][0]["heads"], serde_json::json!({"integer_keys": 1}));
    assert_eq!(json["largest"][0]["weight"], -529);
    assert_eq!(json["program"], serde_json::Value::Null);
    assert_eq!(json["digest"], inspection.digest);
}
