//! Two graphs of ONNX: `step.onnx`, new positions after those in caches that are inputs and outputs, and `sequence.onnx`, a
//! whole sequence at once. Both take their weights from `model.safetensors` beside them.
//!
//! Operators are those of the standard, in f64. `next_token` is the token with the greatest score, or -1 where a limit was
//! passed, so that no token is given which might be wrong.

mod attention;
mod builder;
mod linear;
mod proto;

use std::collections::HashSet;

use prost::Message as _;
use safetensors::SafeTensors;
use tvm_model::Model;
use tvm_runtime::plan::{Exactness, POSITIONS, WATCHED};

use crate::exact::watched_heads;
use crate::pytorch::{CONFIG_FILE, WEIGHTS_FILE};
use crate::{ExportError, File, config, exact, tensors};
use attention::{Heads, Positions};
use builder::{Builder, Name};
use linear::{Excesses, linear};
use proto::{Attribute, DOUBLE, INT64, OperatorSet, Size, Tensor, ValueInfo};

/// The version of the format, and that of the operators.
const IR_VERSION: i64 = 8;
const OPSET: i64 = 17;

/// The folder: both graphs, the weights, and a configuration with the vocabulary and the names.
///
/// # Errors
/// [`ExportError`] when f64 might not hold what a head compares, or the matrices are too large.
pub fn onnx(model: &Model) -> Result<Vec<File>, ExportError> {
    tensors::check_size(model)?;
    let exactness = exact::exactness(model)?;
    let config = serde_json::Value::Object(config::config(model, &exactness));
    let weights = tensors::safetensors(model, "");
    let graph = |name: &str, cached| {
        let exporter = Exporter { model, exactness: &exactness, cached };
        File::new(name, exporter.graph(&weights).encode_to_vec())
    };
    let graphs = [graph("step.onnx", true), graph("sequence.onnx", false)];
    let mut files = graphs.to_vec();
    files.push(File::new(CONFIG_FILE, format!("{config}\n")));
    files.push(File::new(WEIGHTS_FILE, weights));
    Ok(files)
}

struct Exporter<'model> {
    model: &'model Model<'model>,
    exactness: &'model Exactness,
    /// With caches; else all positions are new.
    cached: bool,
}

impl Exporter<'_> {
    fn graph(&self, weights: &[u8]) -> proto::Model {
        let mut builder = Builder::new(if self.cached { "step" } else { "sequence" });
        let sizes = ["batch", "positions"].map(|name| Size::Name(name.to_string()));
        builder.graph.input.push(ValueInfo::new("tokens", INT64, &sizes));
        let tokens = Size::Number(self.model.weights.tokens() as i64);
        let scores = [sizes[0].clone(), sizes[1].clone(), tokens];
        builder.graph.output.push(ValueInfo::new("next_token", INT64, &sizes));
        builder.graph.output.push(ValueInfo::new("logits", DOUBLE, &scores));
        let mut excesses = Excesses::default();
        let (mut x, positions) = self.embed(&mut builder);
        let most = builder.numbers("most_positions", &[POSITIONS as f64], &[]);
        let beyond = builder.op("Sub", &[&positions.counts, &most], "positions.excess");
        excesses.0.push(beyond);
        for layer in 0..self.model.weights.layers.len() {
            x = self.layer(&mut builder, &mut excesses, (layer, &positions), &x);
        }
        self.predict(&mut builder, &mut excesses, &x);
        add_weights(&mut builder, weights);
        proto::Model {
            ir_version: IR_VERSION,
            producer_name: "transformer-vm".to_string(),
            doc_string: "A transformer with computed weights; config.json has the names"
                .to_string(),
            graph: Some(builder.graph),
            opset_import: vec![OperatorSet { domain: String::new(), version: OPSET }],
            metadata_props: Vec::new(),
        }
    }

    /// The residual stream before the first layer.
    fn embed(&self, builder: &mut Builder) -> (Name, Positions) {
        let embedded = builder.gather("tok_embed.weight", "tokens", 0, "tok_embed");
        let [zero, one] = [("zero", 0), ("one", 1)].map(|(name, it)| builder.integer(name, it));
        let shape = builder.op("Shape", &["tokens"], "shape");
        let new = builder.gather(&shape, &one, 0, "positions");
        let begin = if self.cached {
            builder.graph.input.push(ValueInfo::new("position", INT64, &[]));
            "position".to_string()
        } else {
            zero
        };
        let end = builder.op("Add", &[&begin, &new], "end");
        let range = builder.op("Range", &[&begin, &end, &one], "own_positions");
        let cast = |builder: &mut Builder, from: &str, to: &str| {
            builder.op_with("Cast", &[from], to, vec![Attribute::int("to", DOUBLE.into())])
        };
        let column = builder.integers("column", [-1, 1]);
        let numbers = cast(builder, &range, "own_positions.numbers");
        let numbers = builder.op("Reshape", &[&numbers, &column], "own_positions.column");
        let linear = builder.op("Mul", &[&numbers, "pos.linear"], "pos.linear.moved");
        let x = builder.op("Add", &[&embedded, &linear], "pos.linear.added");
        let period = self.model.weights.position_periodic.rows() as i64;
        let period = builder.integer("period", period);
        let residue = builder.op("Mod", &[&range, &period], "own_positions.residues");
        let periodic = builder.gather("pos.periodic", &residue, 0, "pos.periodic.row");
        let x = builder.op("Add", &[&x, &periodic], "embed");
        let counts = builder.op("Add", &[&range, &one], "counts");
        let counts = cast(builder, &counts, "counts.numbers");
        let zero = builder.integer("zero", 0);
        let all = builder.op("Range", &[&zero, &end, &one], "all_positions");
        let own = builder.op("Reshape", &[&range, &column], "own_positions.rows");
        let seen = builder.op("LessOrEqual", &[&all, &own], "seen");
        (x, Positions { counts, seen })
    }

    fn layer(
        &self,
        builder: &mut Builder,
        excesses: &mut Excesses,
        (index, positions): (usize, &Positions),
        x: &str,
    ) -> Name {
        let (layer, known) = (&self.model.weights.layers[index], &self.exactness.layers[index]);
        let name = format!("layers.{index}");
        let mut x = x.to_string();
        if !layer.attention.selection.is_empty() {
            let heads = Heads {
                layer: index,
                attention: &layer.attention,
                known,
                watched: watched_heads(self.exactness, index),
                cached: self.cached,
            };
            let attended = heads.attend(builder, excesses, positions, &x);
            x = builder.op("Add", &[&x, &attended], &format!("{name}.resid_mid"));
            builder.describe(self.held(2 * index + 1));
            excesses.within(builder, &known.after_attention, &x, &format!("{name}.attn.limits"));
        }
        let neurons = &layer.feed_forward;
        if neurons.gate.rows() > 0 {
            let mut rows = |part: &str, matrix, order, x: &str| {
                linear(builder, excesses, (&format!("{name}.mlp.{part}"), matrix), order, x)
            };
            let gate = rows("gate", &neurons.gate, &known.gate, &x);
            let value = rows("value", &neurons.value, &known.neuron_value, &x);
            let open = builder.op("Relu", &[&gate], &format!("{name}.mlp.open"));
            let post = builder.op("Mul", &[&open, &value], &format!("{name}.mlp.post"));
            if !known.watched.is_empty() {
                let watched = builder.indices(&format!("{name}.mlp.watched"), &known.watched);
                let products = format!("{name}.mlp.watched.products");
                let products = builder.gather(&post, &watched, -1, &products);
                excesses.at_most(builder, &products, WATCHED, &products);
            }
            let part = format!("{name}.mlp.out");
            let order = &known.neuron_output;
            let change = linear(builder, excesses, (&part, &neurons.output), order, &post);
            x = builder.op("Add", &[&x, &change], &format!("{name}.resid_post"));
            builder.describe(self.held(2 * index + 2));
            excesses.within(builder, &known.after_neurons, &x, &format!("{name}.mlp.limits"));
        }
        x
    }

    /// The names of what slots hold at a boundary.
    fn held(&self, boundary: usize) -> String {
        let Some(names) = &self.model.description.names else { return String::new() };
        let slots = 0..self.model.weights.d_model();
        let named = slots.filter_map(|slot| {
            let value = names.value(slot, boundary)?;
            Some(format!("{slot}: {}", value.name))
        });
        named.collect::<Vec<_>>().join("\n")
    }

    /// The scores and the token that has the greatest.
    fn predict(&self, builder: &mut Builder, excesses: &mut Excesses, x: &str) {
        let weights = &self.model.weights;
        let order = &self.exactness.unembedding;
        let scores = linear(builder, excesses, ("head", &weights.unembedding), order, x);
        let bias = |&can: &bool| if can { 0.0 } else { f64::NEG_INFINITY };
        let only_read: Vec<f64> = weights.generable.iter().map(bias).collect();
        let only_read = builder.numbers("only_read", &only_read, &[only_read.len()]);
        let logits = builder.op("Add", &[&scores, &only_read], "logits");
        let attributes = [("axis", -1), ("keepdims", 0)];
        let attributes = attributes.map(|(key, value)| Attribute::int(key, value)).to_vec();
        let best = builder.op_with("ArgMax", &[&logits], "best_token", attributes);
        let all: Vec<&str> = excesses.0.iter().map(String::as_str).collect();
        let excess = builder.op("Max", &all, "excess");
        let nothing = builder.numbers("nothing", &[0.0], &[]);
        let exact = builder.op("LessOrEqual", &[&excess, &nothing], "is_exact");
        let none = builder.integer("no_token", -1);
        builder.op("Where", &[&exact, &best, &none], "next_token");
    }
}

/// The weights that are read, as constants whose entries are in the file of weights.
fn add_weights(builder: &mut Builder, weights: &[u8]) {
    let (header, metadata) = SafeTensors::read_metadata(weights).expect("it was just written");
    let begin = size_of::<u64>() + header;
    let mut tensors: Vec<_> = metadata.tensors().into_iter().collect();
    tensors.sort_by_key(|(_, info)| info.data_offsets);
    let nodes = builder.graph.node.iter();
    let read: HashSet<String> = nodes.flat_map(|node| node.input.iter().cloned()).collect();
    for (name, info) in tensors.into_iter().filter(|(name, _)| read.contains(name)) {
        let (from, to) = info.data_offsets;
        let place = (WEIGHTS_FILE, begin + from, to - from);
        builder.constant(Tensor::in_file(&name, &info.shape, place));
    }
}
