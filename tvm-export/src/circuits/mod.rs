//! The ground truth of what a model computes where: which heads, neurons and slots compute every named value and what
//! feeds them, and which of them every opcode needs. As JSON and as a graph, with the weights beside.
//!
//! All of it is read off the weights; names are those of the model. [`graph`] is the graph of values and of the runs of
//! heads and neurons between them. [`opcode`] is what is left of it while one opcode is being executed.

mod graph;
mod opcode;
mod pairs;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};
use tvm_core::machine::Machine;
use tvm_model::{Model, Names};

use crate::{ExportError, File, exact, pytorch};
use graph::{EMBEDDINGS, Graph, HEAD, Half};
use opcode::{Circuit, Needs};
use pairs::Pairs;

/// An opcode, and what the machine fetches for it: the values called `fetched.opcode_x` and `fetched.opcode_y`.
#[derive(Debug, Clone, PartialEq)]
struct Opcode {
    /// Its mnemonic.
    name: String,
    /// Its point.
    point: [f64; 2],
}

/// The values that tell the opcode: in the embedding of a mnemonic, and where it was fetched.
const POINT: [&str; 2] = ["opcode_x", "opcode_y"];
const FETCHED: [&str; 2] = ["fetched.opcode_x", "fetched.opcode_y"];

/// The opcodes of a universal model, by their mnemonics.
///
/// # Errors
/// [`ExportError::NoNames`] when the model does not say which values these are.
fn opcodes(universal: &Model) -> Result<Vec<Opcode>, ExportError> {
    let names = universal.description.names.as_ref().ok_or(ExportError::NoNames)?;
    let slot =
        |name: &str| names.values().iter().find(|value| value.name == name && value.first == 0);
    let slots = POINT.map(|name| slot(name).map(|value| value.slot));
    let [Some(x), Some(y)] = slots else { return Err(ExportError::NoNames) };
    let embedding = &universal.weights.embedding;
    let tokens = universal.vocabulary.names().iter().enumerate();
    let opcodes = tokens.map(|(token, name)| {
        let point = [embedding.get(token, x), embedding.get(token, y)];
        Opcode { name: name.clone(), point }
    });
    Ok(opcodes.filter(|opcode| opcode.point != [0.0; 2]).collect())
}

/// The folder: `circuits.json`, `circuits.dot`, `pairs.json`, and what [`pytorch`](crate::pytorch) writes. The opcodes are
/// those of the universal model of the same instruction set, as far as the program has them. The machine is that of the
/// instruction set. Pairs of a model that has its program in the weights are found in a run with the input.
///
/// # Errors
/// [`ExportError`], also when one of the models has no names.
pub fn circuits(
    model: &Model,
    universal: &Model,
    machine: &Machine,
    input: &[u8],
) -> Result<Vec<File>, ExportError> {
    let mut opcodes = opcodes(universal)?;
    if let Some(listing) = &model.description.listing {
        let used: BTreeSet<&str> = (0..).map_while(|place| listing.mnemonic(place)).collect();
        opcodes.retain(|opcode| used.contains(opcode.name.as_str()));
    }
    let mut files = files(model, &opcodes)?;
    let pairs = Pairs::of(model, machine, &opcodes, input).json();
    files.push(File::new("pairs.json", format!("{pairs}\n")));
    Ok(files)
}

fn files(model: &Model, opcodes: &[Opcode]) -> Result<Vec<File>, ExportError> {
    let names = model.description.names.as_ref().ok_or(ExportError::NoNames)?;
    let mut files = pytorch(model)?;
    let exactness = exact::exactness(model)?;
    let graph = Graph::of(&model.weights, names);
    let circuits: Vec<Circuit> =
        opcodes.iter().map(|opcode| Circuit::of(model, &exactness, &pins(names, opcode))).collect();
    let parts = graph.parts.iter().map(|part| {
        json!({"layer": part.layer, "half": part.half.name(), "name": part.name, "first": part.first, "number": part.number})
    });
    let edges = graph.edges.iter().map(|edge| json!([edge.from.name(), edge.role, edge.to.name()]));
    let circuit = |(index, opcode): (usize, &Opcode)| {
        let circuit = &circuits[index];
        let others = circuits.iter().enumerate().filter(|(other, _)| *other != index);
        let own = circuit.own(others.map(|(_, circuit)| circuit));
        json!({
            "opcode": opcode.name,
            "point": opcode.point,
            "predicts": needs(names, &circuit.predicts),
            "remembers": needs(names, &circuit.remembers),
            "own_neurons": own.iter().map(|rows| ranges(rows)).collect::<Vec<Value>>(),
        })
    };
    let values = names.values().iter();
    let text = json!({
        "values": values.map(|value| json!([value.name, value.slot, value.first, value.end])).collect::<Vec<Value>>(),
        "parts": parts.collect::<Vec<Value>>(),
        "edges": edges.collect::<Vec<Value>>(),
        "opcodes": opcodes.iter().enumerate().map(circuit).collect::<Vec<Value>>(),
    });
    files.push(File::new("circuits.json", format!("{text}\n")));
    files.push(File::new("circuits.dot", dot(&graph, names)));
    Ok(files)
}

/// What is known while an opcode is executed: values of slots at boundaries.
struct Pin {
    slot: usize,
    first: usize,
    end: usize,
    number: f64,
}

fn pins(names: &Names, opcode: &Opcode) -> Vec<Pin> {
    let values = names.values().iter();
    let pin = |value: &tvm_model::ValueName| {
        let axis = FETCHED.iter().position(|name| *name == value.name)?;
        let number = opcode.point[axis] + value.bias as f64;
        Some(Pin { slot: value.slot, first: value.first, end: value.end, number })
    };
    values.filter_map(pin).collect()
}

/// Heads and neurons layer by layer, and values by their number.
fn needs(names: &Names, needs: &Needs) -> Value {
    let values = names.values().iter().enumerate();
    let is_needed = |value: &tvm_model::ValueName| {
        (value.first..value.end).any(|boundary| needs.slots[boundary][value.slot])
    };
    let values = values.filter(|(_, value)| is_needed(value)).map(|(index, _)| index);
    json!({
        "values": values.collect::<Vec<usize>>(),
        "heads": needs.heads.iter().map(|heads| ranges(heads)).collect::<Vec<Value>>(),
        "neurons": needs.neurons.iter().map(|neurons| ranges(neurons)).collect::<Vec<Value>>(),
    })
}

/// The members as ranges: the first, and the one after the last.
fn ranges(members: &[bool]) -> Value {
    let mut ranges: Vec<[usize; 2]> = Vec::new();
    for (member, _) in members.iter().enumerate().filter(|(_, is)| **is) {
        match ranges.last_mut().filter(|range| range[1] == member) {
            Some(range) => range[1] += 1,
            None => ranges.push([member, member + 1]),
        }
    }
    json!(ranges)
}

/// The graph as Graphviz reads it: values are ellipses, runs of heads and matrices boxes, runs of neurons rounded boxes.
fn dot(graph: &Graph, names: &Names) -> String {
    let mut text = String::from("digraph circuits {\n  rankdir=LR;\n");
    let mut line = |arguments: std::fmt::Arguments<'_>| {
        writeln!(text, "  {arguments}").expect("a string takes everything");
    };
    for (index, value) in names.values().iter().enumerate() {
        let (name, slot) = (escaped(&value.name), value.slot);
        line(format_args!("v{index} [label=\"{name}\\nslot {slot}\"];"));
    }
    for (index, part) in graph.parts.iter().enumerate() {
        let style = if part.half == Half::Attention { "solid" } else { "rounded" };
        let (name, layer, half) = (escaped(&part.name), part.layer, part.half.name());
        line(format_args!(
            "p{index} [shape=box, style={style}, label=\"{name}\\nlayer {layer} {half} {}..{}\"];",
            part.first,
            part.first + part.number
        ));
    }
    for matrix in EMBEDDINGS.into_iter().chain([HEAD]) {
        line(format_args!("\"{matrix}\" [shape=box];"));
    }
    for edge in &graph.edges {
        let (from, to, role) = (edge.from.name(), edge.to.name(), edge.role);
        line(format_args!("\"{from}\" -> \"{to}\" [label={role}];"));
    }
    text.push_str("}\n");
    text
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
