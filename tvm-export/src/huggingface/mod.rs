//! A folder that the libraries of Hugging Face open: what `pytorch` writes, with code, a tokenizer and a model card
//! around it.

mod card;

use serde_json::{Value, json};
use tvm_model::{Model, Role};

use crate::pytorch::{CONFIG_FILE, MODELING, MODELING_FILE, WEIGHTS_FILE};
use crate::{ExportError, File, config, exact, tensors};

const HUGGINGFACE: &str = include_str!("huggingface.py");
const TOKENIZATION: &str = include_str!("tokenization.py");

/// What the module of modeling.py is called in that of Hugging Face.
const PREFIX: &str = "model.";

/// The most tokens that are generated unless the caller says another number.
const MOST_TOKENS: u32 = 1_000_000;

/// The files of the folder.
///
/// # Errors
/// [`ExportError`] when f64 might not hold what a head compares, or the matrices are too large.
pub fn huggingface(model: &Model) -> Result<Vec<File>, ExportError> {
    tensors::check_size(model)?;
    let exactness = exact::exactness(model)?;
    let (halt, ends) = ends(model);
    let json = |name: &str, value: &Value| File::new(name, format!("{value}\n"));
    Ok(vec![
        json(CONFIG_FILE, &configuration(model, config::config(model, &exactness).into(), &ends)),
        json(
            "generation_config.json",
            &json!({"do_sample": false, "use_cache": true, "max_new_tokens": MOST_TOKENS, "eos_token_id": ends}),
        ),
        json("tokenizer.json", &tokenizer(model, halt)),
        json("tokenizer_config.json", &tokenizer_config(model, halt)),
        File::new(WEIGHTS_FILE, tensors::safetensors(model, PREFIX)),
        File::new(MODELING_FILE, MODELING),
        File::new("huggingface.py", HUGGINGFACE),
        File::new("tokenization.py", TOKENIZATION),
        File::new("README.md", card::card(model, &exactness)),
    ])
}

/// The token `halt`, and all tokens that end a run.
fn ends(model: &Model) -> (Option<usize>, Vec<usize>) {
    let roles = model.vocabulary.roles();
    let halt = roles.iter().position(|role| *role == Role::Halts);
    let is_end = |role: &Role| matches!(role, Role::Halts | Role::Traps(_));
    let ends = roles.iter().enumerate().filter(|(_, role)| is_end(role));
    (halt, ends.map(|(token, _)| token).collect())
}

fn configuration(model: &Model, inner: Value, ends: &[usize]) -> Value {
    let weights = &model.weights;
    let heads = weights.layers.iter().map(|layer| layer.attention.selection.len()).max();
    json!({
        "architectures": ["TransformerVMForCausalLM"],
        "auto_map": {
            "AutoConfig": "huggingface.TransformerVMConfig",
            "AutoModelForCausalLM": "huggingface.TransformerVMForCausalLM",
        },
        "model_type": config::MODEL_TYPE,
        "torch_dtype": "float64",
        "vocab_size": weights.tokens(),
        "hidden_size": weights.d_model(),
        "num_hidden_layers": weights.layers.len(),
        "num_attention_heads": heads.unwrap_or(0),
        "eos_token_id": ends,
        "tie_word_embeddings": false,
        "transformer_vm": inner,
    })
}

/// Words that white space separates. There is no token for an unknown word, so that one is an error.
fn tokenizer(model: &Model, halt: Option<usize>) -> Value {
    let names = model.vocabulary.names();
    let vocabulary: serde_json::Map<String, Value> =
        names.iter().enumerate().map(|(token, name)| (name.clone(), token.into())).collect();
    let special = halt.map(|halt| {
        json!({
            "id": halt, "content": names[halt], "single_word": true, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true,
        })
    });
    json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": special.into_iter().collect::<Vec<Value>>(),
        "normalizer": null,
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": null,
        "decoder": null,
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "(unknown)"},
    })
}

fn tokenizer_config(model: &Model, halt: Option<usize>) -> Value {
    let description = &model.description;
    json!({
        "tokenizer_class": "TransformerVMTokenizer",
        "auto_map": {"AutoTokenizer": [null, "tokenization.TransformerVMTokenizer"]},
        "clean_up_tokenization_spaces": false,
        "eos_token": halt.map(|halt| &model.vocabulary.names()[halt]),
        "program": {"reads_input": description.reads_input, "data": description.data},
    })
}
