//! Values of the residual stream, and what reads and writes them: runs of heads and neurons, the matrices that tokens and
//! positions are embedded by, and the one that scores are read by.

use std::collections::BTreeSet;

use tvm_model::{Layer, Matrix, Names, Weights};
use tvm_runtime::patterns::constant_slot;

use super::opcode::Cancelled;

/// Values are those of the names, by their number there.
pub(super) struct Graph {
    pub(super) parts: Vec<Part>,
    pub(super) edges: Vec<Edge>,
    /// The slot that is always one.
    one: Option<u16>,
}

/// A run of heads or neurons that serves one value, or several.
pub(super) struct Part {
    pub(super) layer: usize,
    pub(super) half: Half,
    pub(super) name: String,
    pub(super) first: usize,
    pub(super) number: usize,
}

/// Half a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    Attention,
    Neurons,
}

impl Half {
    pub(super) fn name(self) -> &'static str {
        match self {
            Half::Attention => "attn",
            Half::Neurons => "mlp",
        }
    }
}

/// A value that a part reads or writes.
pub(super) struct Edge {
    pub(super) from: End,
    pub(super) role: &'static str,
    pub(super) to: End,
}

/// An end of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    Value(usize),
    Part(usize),
    Matrix(&'static str),
}

/// The matrices that write the first values, and the one that reads the last ones, as the exported module names them.
pub(super) const EMBEDDINGS: [&str; 3] = ["tok_embed", "pos.linear", "pos.periodic"];
pub(super) const HEAD: &str = "head";

impl End {
    /// `v3` or `p7`, or the name of a matrix.
    pub(super) fn name(self) -> String {
        match self {
            End::Value(value) => format!("v{value}"),
            End::Part(part) => format!("p{part}"),
            End::Matrix(name) => name.to_string(),
        }
    }
}

/// What a slot's old value is to those that take it away.
const OVERWRITES: &str = "overwrites";

impl Graph {
    pub(super) fn of(weights: &Weights, names: &Names) -> Graph {
        let one = constant_slot(weights);
        let mut graph = Graph { parts: Vec::new(), edges: Vec::new(), one };
        graph.embed(weights, names);
        for (index, layer) in weights.layers.iter().enumerate() {
            graph.add(names, (index, Half::Attention), layer);
            graph.add(names, (index, Half::Neurons), layer);
        }
        graph.score(weights, names);
        graph
    }

    fn embed(&mut self, weights: &Weights, names: &Names) {
        let Weights { embedding, position_linear, position_periodic, .. } = weights;
        let matrices = [embedding, position_linear, position_periodic];
        for (name, matrix) in EMBEDDINGS.into_iter().zip(matrices) {
            for value in values(names, matrix, 0..matrix.rows(), 0) {
                let (from, to) = (End::Matrix(name), End::Value(value));
                self.edges.push(Edge { from, role: "writes", to });
            }
        }
    }

    fn score(&mut self, weights: &Weights, names: &Names) {
        let rows = weights.generable().map(|token| token.0 as usize);
        for value in values(names, &weights.unembedding, rows, 2 * weights.layers.len()) {
            let (from, to) = (End::Value(value), End::Matrix(HEAD));
            self.edges.push(Edge { from, role: "score", to });
        }
    }

    fn add(&mut self, names: &Names, (layer, half): (usize, Half), weights: &Layer) {
        let (number, rows, matrices, output) = matrices(weights, half);
        let cancelled = match half {
            Half::Attention => Cancelled::by_heads(&weights.attention),
            Half::Neurons => Cancelled::by_neurons(&weights.feed_forward, self.one),
        };
        let name = |member: usize| match half {
            Half::Attention => names.head(layer, member),
            Half::Neurons => names.neuron(layer, member),
        };
        let mut first = 0;
        while first < number {
            let own = name(first).map_or("", |member| member.name);
            let same = |&member: &usize| {
                name(member).map_or("", |member| member.name) == own
                    && name(member).is_none_or(|member| member.index > 0)
            };
            let end =
                (first + 1..number).take_while(same).last().map_or(first + 1, |last| last + 1);
            let part = self.parts.len();
            self.parts.push(Part {
                layer,
                half,
                name: own.to_string(),
                first,
                number: end - first,
            });
            let members = rows * first..rows * end;
            let before = 2 * layer + usize::from(half == Half::Neurons);
            self.read(names, (part, before), members.clone(), &matrices, &cancelled);
            self.write(names, (part, before + 1), members, output);
            first = end;
        }
        self.stay(names, 2 * layer + 1 + usize::from(half == Half::Neurons), &cancelled);
    }

    /// A value that ends where another one begins in its slot, and that nothing takes away, is a part of that one.
    fn stay(&mut self, names: &Names, boundary: usize, cancelled: &Cancelled) {
        for (index, pair) in names.values().windows(2).enumerate() {
            let [old, new] = pair else { continue };
            let follows = old.slot == new.slot && old.end == boundary && new.first == boundary;
            if follows && !cancelled.all_of(old.slot) {
                let (from, to) = (End::Value(index), End::Value(index + 1));
                self.edges.push(Edge { from, role: "stays", to });
            }
        }
    }

    fn read(
        &mut self,
        names: &Names,
        (part, boundary): (usize, usize),
        rows: std::ops::Range<usize>,
        matrices: &[(&'static str, &Matrix)],
        cancelled: &Cancelled,
    ) {
        let mut edges = BTreeSet::new();
        for &(role, matrix) in matrices {
            for row in rows.clone() {
                for (slot, _) in matrix.row(row) {
                    let Some(value) = number_of(names, slot, boundary) else { continue };
                    let only = role == "value" && cancelled.only_cancels(row, slot);
                    edges.insert((value, if only { OVERWRITES } else { role }));
                }
            }
        }
        for (value, role) in edges {
            self.edges.push(Edge { from: End::Value(value), role, to: End::Part(part) });
        }
    }

    fn write(
        &mut self,
        names: &Names,
        (part, boundary): (usize, usize),
        columns: std::ops::Range<usize>,
        output: &Matrix,
    ) {
        let slots = columns.flat_map(|column| output.column(column)).map(|(slot, _)| slot);
        let values: BTreeSet<usize> =
            slots.filter_map(|slot| number_of(names, slot, boundary)).collect();
        for value in values {
            self.edges.push(Edge { from: End::Part(part), role: "writes", to: End::Value(value) });
        }
    }
}

/// How many members a half-layer has, how many rows each of them, what it reads by, and what it writes by.
type Matrices<'layer> =
    (usize, usize, Vec<(&'static str, &'layer Matrix<'layer>)>, &'layer Matrix<'layer>);

fn matrices<'layer>(layer: &'layer Layer, half: Half) -> Matrices<'layer> {
    let (attention, neurons) = (&layer.attention, &layer.feed_forward);
    match half {
        Half::Attention => {
            let read = vec![
                ("query", &attention.query),
                ("key", &attention.key),
                ("value", &attention.value),
            ];
            (attention.selection.len(), 2, read, &attention.output)
        }
        Half::Neurons => {
            let read = vec![("gate", &neurons.gate), ("value", &neurons.value)];
            (neurons.gate.rows(), 1, read, &neurons.output)
        }
    }
}

/// The values at a boundary that rows of a matrix have entries for.
fn values(
    names: &Names,
    matrix: &Matrix,
    rows: impl Iterator<Item = usize>,
    boundary: usize,
) -> BTreeSet<usize> {
    let slots = rows.flat_map(|row| matrix.row(row)).map(|(slot, _)| slot);
    slots.filter_map(|slot| number_of(names, slot, boundary)).collect()
}

/// The number of the value that lives in a slot at a boundary.
fn number_of(names: &Names, slot: usize, boundary: usize) -> Option<usize> {
    let begun = names.values().partition_point(|one| (one.slot, one.first) <= (slot, boundary));
    let value = names.values().get(begun.checked_sub(1)?)?;
    (value.slot == slot && boundary < value.end).then_some(begun - 1)
}
