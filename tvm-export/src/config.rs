//! `config.json` beside the weights: shapes, the vocabulary, names, and what keeps the tokens exact. The module in
//! `tvm-python/python/transformer_vm/modeling.py` reads it; `docs/open-weights.md` describes the fields.

use serde_json::{Map, Value, json};
use tvm_model::Model;
use tvm_runtime::plan::{Exactness, LayerExactness, Limit};

use crate::exact::{WatchedHead, watched_heads};

/// The version of the configuration.
const VERSION: u32 = 1;

/// What the configuration calls this family of models.
pub(crate) const MODEL_TYPE: &str = "transformer-vm";

/// The fields of the configuration.
pub(crate) fn config(model: &Model, exactness: &Exactness) -> Map<String, Value> {
    let weights = &model.weights;
    let layers = weights.layers.iter().enumerate().map(|(index, layer)| {
        let known = &exactness.layers[index];
        json!({
            "heads": layer.attention.selection,
            "neurons": layer.feed_forward.gate.rows(),
            "order": order(known),
            "limits": {"attn": limits(&known.after_attention), "mlp": limits(&known.after_neurons)},
            "watched_heads": heads(&watched_heads(exactness, index)),
            "watched_neurons": known.watched,
        })
    });
    let description = &model.description;
    let config = json!({
        "model_type": MODEL_TYPE,
        "version": VERSION,
        "d_model": weights.d_model(),
        "period": weights.position_periodic.rows(),
        "layers": layers.collect::<Vec<Value>>(),
        "order": {"head": exactness.unembedding},
        "vocabulary": model.vocabulary.names(),
        "generable": weights.generable().map(|token| token.0).collect::<Vec<u32>>(),
        "description": {
            "instruction_set": description.instruction_set,
            "program": description.program,
            "reads_input": description.reads_input,
            "data": description.data,
        },
        "names": description.names,
    });
    match config {
        Value::Object(fields) => fields,
        _ => unreachable!("it is written as an object"),
    }
}

/// The rows that are added in order, by the name of their matrix.
fn order(known: &LayerExactness) -> Value {
    json!({
        "attn.q": known.query,
        "attn.k": known.key,
        "attn.v": known.value,
        "attn.o": known.attention_output,
        "mlp.gate": known.gate,
        "mlp.value": known.neuron_value,
        "mlp.out": known.neuron_output,
    })
}

/// The number of each head, and the most that its two products may be.
fn heads(heads: &[WatchedHead]) -> Value {
    heads.iter().map(|watched| json!([watched.head, watched.most[0], watched.most[1]])).collect()
}

fn limits(limits: &[Limit]) -> Value {
    limits.iter().map(|limit| json!([limit.slot, limit.low, limit.high])).collect()
}
