//! The model card: what the model is, how to load it, figures, limits.

use tvm_model::Model;
use tvm_runtime::plan::{Exactness, LayerExactness};

use crate::tensors;

/// The text of README.md.
pub(super) fn card(model: &Model, exactness: &Exactness) -> String {
    let (description, weights) = (&model.description, &model.weights);
    let set = &description.instruction_set;
    let (title, what) = match &description.program {
        Some(program) => (
            program.clone(),
            format!(
                "It executes the program `{program}`, which is in its weights, one instruction after the other, exactly."
            ),
        ),
        None => (
            format!("{set}, universal"),
            "It executes any program of its instruction set exactly; the program is the first part of its prompt."
                .to_string(),
        ),
    };
    let matrices = tensors::named(model);
    let all: usize = matrices.iter().map(|(_, matrix)| matrix.rows() * matrix.columns()).sum();
    let non_zero: usize = matrices.iter().map(|(_, matrix)| matrix.non_zero()).sum();
    let neurons: usize = weights.layers.iter().map(|layer| layer.feed_forward.gate.rows()).sum();
    let in_order: usize = exactness.layers.iter().map(rows_in_order).sum();
    let figures = [
        ("instruction set", set.clone()),
        ("layers", weights.layers.len().to_string()),
        ("width of the residual stream", weights.d_model().to_string()),
        ("heads, of two dimensions each", weights.heads().to_string()),
        ("neurons", neurons.to_string()),
        ("tokens", weights.tokens().to_string()),
        ("weights; of these not zero", format!("{all}; {non_zero}")),
        ("rows that are added in order", in_order.to_string()),
    ];
    let figures = figures.map(|(name, figure)| format!("| {name} | {figure} |\n")).concat();
    let prompt = match (&description.program, description.reads_input) {
        (Some(_), true) => "tokenizer.prompt(b\"INPUT\")",
        (Some(_), false) => "tokenizer.prompt()",
        (None, _) => "open(\"program.txt\").read()  # what `tvm compile` prints",
    };
    format!(
        "---\nlibrary_name: transformers\npipeline_tag: text-generation\ntags:\n- transformer-vm\n- computed-weights\n\
         - interpretability\n---\n\n# {title}\n\nA transformer whose weights were computed by transformer-vm, not \
         trained. {what}\n\n```python\nfrom transformers import AutoModelForCausalLM, AutoTokenizer\n\n\
         model = AutoModelForCausalLM.from_pretrained(FOLDER, trust_remote_code=True)\n\
         tokenizer = AutoTokenizer.from_pretrained(FOLDER, trust_remote_code=True)\n\
         prompt = tokenizer({prompt}, return_tensors=\"pt\").input_ids\n\
         tokens = model.generate(prompt)[0]\nprint(tokenizer.output(tokens))\n```\n\n\
         `model.model` is the module of modeling.py: hook points, attention patterns, names of heads, neurons and \
         slots, a check of a whole trace at once. `config.json` has the names.\n\n\
         | what | figure |\n|---|---|\n{figures}\n## Limits\n\n\
         - It computes in float64. Converted to another type it raises an error.\n\
         - Attention is hard: the latest of the positions with the greatest score. A softmax gives other tokens where \
         scores are equal.\n\
         - It is no language model, and there are no probabilities. Generation is greedy.\n\
         - It looks at the limits in config.json, and raises an error when a number is too large to be exact.\n\
         - A batch has sequences of one length. Scores of all positions are computed in every step, so that a step takes \
         longer the longer the sequence is.\n\
         - A program that asks its host for something stops at the token `await`.\n"
    )
}

fn rows_in_order(layer: &LayerExactness) -> usize {
    let lists = [
        &layer.query,
        &layer.key,
        &layer.value,
        &layer.attention_output,
        &layer.gate,
        &layer.neuron_value,
        &layer.neuron_output,
    ];
    lists.iter().map(|rows| rows.len()).sum()
}
