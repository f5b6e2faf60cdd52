//! What cannot be exported is refused, and the message says which head.

use tvm_export::{ExportError, pytorch};
use tvm_model::{Description, LayerNames, Model, Names, Selection, Vocabulary, Weights};
use tvm_test_support::models::model_that_breaks_its_kind;

fn named(weights: Weights<'static>) -> Model<'static> {
    let tokens = (0..weights.tokens()).map(|token| format!("t{token}"));
    let vocabulary = Vocabulary::new(tokens.collect()).unwrap();
    let mut names = Names::new(Vec::new());
    names.push_layer(LayerNames { heads: vec![(0, "search".to_string())], neurons: Vec::new() });
    let description = Description { names: Some(names), ..Description::default() };
    Model { description, vocabulary, weights }
}

#[test]
fn heads_that_compare_or_add_up_fractions() {
    let weights = model_that_breaks_its_kind(20);
    pytorch(&named(weights.clone())).unwrap();
    let mut fractions = weights.clone();
    fractions.layers[0].attention.query.add(0, 3, 0.5);
    let error = pytorch(&named(fractions)).unwrap_err();
    assert!(matches!(error, ExportError::Scores { layer: 0, head: 0, .. }));
    assert!(error.to_string().starts_with("head 0 of layer 0 (`search`): "), "{error}");
    let mut mean = weights;
    mean.layers[0].attention.selection[0] = Selection::Mean;
    pytorch(&named(mean.clone())).unwrap();
    mean.layers[0].attention.value.add(0, 4, 0.25);
    let error = pytorch(&named(mean)).unwrap_err();
    assert!(matches!(error, ExportError::Mean { layer: 0, head: 0, .. }));
}
