//! The model: embedding, layers and unembedding, row by row.

use std::collections::{BTreeMap, BTreeSet};

use tvm_model::{
    Attention, Description, FeedForward, Layer, LayerNames, Matrix, Model, Names, Selection,
    Weights,
};

use super::half_layer::Writes;
use super::names::value_names;
use super::slots::{BIAS, Row, Slots, exact};
use super::{Lowered, Work};
use crate::graph::evaluate::OCTAGON;
use crate::graph::{Form, Input, Node, NodeId, TokenGraph};
use crate::schedule::{Operation, OperationId, Phase, Problem, Schedule, ValueId, boundary_after};

/// The transformer that computes a graph under a schedule; the description gets the names of what is in it.
///
/// # Panics
/// When the schedule is not one of this graph.
pub fn matrices(
    definition: &TokenGraph,
    lowered: &Lowered,
    schedule: &Schedule,
    description: Description,
) -> Model<'static> {
    let slots = Slots { definition, lowered, schedule };
    let names = Names::new(value_names(lowered, schedule));
    let mut stream = Stream { slots, used: BTreeSet::new(), names };
    let (embedding, position_linear, position_periodic) = stream.inputs();
    let layers = (0..schedule.layers).map(|layer| stream.layer(layer)).collect();
    let unembedding = stream.unembedding();
    let description = Description { names: Some(stream.names), ..description };
    let generable = definition.tokens.iter().map(|row| row.score.is_some()).collect();
    let vocabulary = definition.vocabulary();
    let weights =
        Weights { embedding, position_linear, position_periodic, layers, unembedding, generable };
    Model { description, vocabulary, weights }
}

/// The residual stream while layers are written: which slots have held a value, and the names of the values.
struct Stream<'a> {
    slots: Slots<'a>,
    used: BTreeSet<usize>,
    names: Names,
}

/// The first source of every run and the run's name.
type Runs = Vec<(usize, String)>;

/// A head before it is a row of a matrix.
struct Head {
    selection: Selection,
    query: [Row; 2],
    key: [Row; 2],
    values: [Row; 2],
}

impl Stream<'_> {
    fn d_model(&self) -> usize {
        self.slots.schedule.d_model
    }

    fn inputs(&mut self) -> (Matrix<'static>, Matrix<'static>, Matrix<'static>) {
        let tokens = &self.slots.definition.tokens;
        let mut embedding = Matrix::zeros(tokens.len(), self.d_model());
        let mut linear = Matrix::zeros(1, self.d_model());
        let mut periodic = Matrix::zeros(OCTAGON.len(), self.d_model());
        let one = self.slots.one();
        self.used.insert(one);
        for token in 0..tokens.len() {
            embedding.add(token, one, 1.0);
        }
        for (node, kind) in self.slots.definition.graph.nodes() {
            let Node::Input(input) = kind else { continue };
            if !self.slots.lowered.values.contains_key(&node) {
                continue;
            }
            let slot = self.slots.of_node(node);
            self.used.insert(slot);
            match input {
                Input::Token(_) => {
                    for (token, row) in tokens.iter().enumerate() {
                        if let Some(&value) = row.sets.get(&node) {
                            embedding.add(token, slot, exact(value));
                        }
                    }
                }
                Input::Position => linear.add(0, slot, 1.0),
                Input::Octagon(axis) => {
                    for (at, point) in OCTAGON.iter().enumerate() {
                        periodic.add(at, slot, exact(point[*axis]));
                    }
                }
            }
        }
        (embedding, linear, periodic)
    }

    fn unembedding(&self) -> Matrix<'static> {
        let tokens = &self.slots.definition.tokens;
        let mut unembedding = Matrix::zeros(tokens.len(), self.d_model());
        for (token, row) in tokens.iter().enumerate() {
            for (slot, weight) in row.score.iter().flat_map(|score| self.slots.row(score)) {
                unembedding.add(token, slot, weight);
            }
        }
        unembedding
    }

    fn layer(&mut self, layer: usize) -> Layer<'static> {
        let (attention, heads) = self.attention(4 * layer);
        let (feed_forward, neurons) = self.feed_forward(4 * layer + 2);
        self.names.push_layer(LayerNames { heads, neurons });
        Layer { attention, feed_forward }
    }

    /// The name of the value that a half-layer writes to a slot.
    fn name_of_written(&self, slot: usize, phase: usize) -> String {
        let value = self.names.value(slot, boundary_after(Phase(phase)));
        value.expect("what is written lives from then on").name.clone()
    }

    /// The operations of one phase, in order.
    fn running(&self, phase: usize) -> Vec<(OperationId, Work)> {
        let phases = &self.slots.schedule.phases;
        let works = &self.slots.lowered.works;
        (0..phases.len())
            .filter(|&index| phases[index].0 == phase)
            .map(|index| (OperationId(index), works[index].clone()))
            .collect()
    }

    fn attention(&mut self, phase: usize) -> (Attention<'static>, Runs) {
        let mut heads: Vec<Head> = Vec::new();
        let mut names = Runs::new();
        let mut arises: BTreeMap<ValueId, usize> = BTreeMap::new();
        for (operation, work) in self.running(phase) {
            if let Work::Lookup(lookup, values) = &work {
                let Problem { operations, values: value_names, .. } = &self.slots.lowered.problem;
                let Operation { writes, .. } = &operations[operation.0];
                let lookup = &self.slots.definition.graph.lookups()[lookup.0 as usize];
                let [q0, q1] = [0, 1].map(|axis| self.slots.row(&lookup.query[axis]));
                let [k0, k1] = [0, 1].map(|axis| self.slots.row(&lookup.key[axis]));
                let rows: Vec<Row> =
                    values.iter().map(|&value| self.slots.row(&lookup.values[value])).collect();
                for (pair, rows) in rows.chunks(2).enumerate() {
                    let fetched = writes[2 * pair..].iter().take(rows.len());
                    let fetched = fetched.map(|value| value_names[value.0].as_str());
                    names.push((heads.len(), fetched.collect::<Vec<&str>>().join(", ")));
                    for (offset, _) in rows.iter().enumerate() {
                        arises.insert(writes[2 * pair + offset], 2 * heads.len() + offset);
                    }
                    heads.push(Head {
                        selection: Selection::Latest,
                        query: [q0.clone(), q1.clone()],
                        key: [k0.clone(), k1.clone()],
                        values: pair_of(rows),
                    });
                }
            }
        }
        self.means(phase, &mut heads, &mut names, &mut arises);
        let mut writes = self.writes(phase, &arises);
        let linear: Vec<(usize, Row)> = writes.linear_rows().collect();
        for pair in linear.chunks(2) {
            for (offset, (slot, _)) in pair.iter().enumerate() {
                writes.source(*slot, 2 * heads.len() + offset, 1.0);
            }
            let copied = pair.iter().map(|(slot, _)| self.name_of_written(*slot, phase));
            names.push((heads.len(), copied.collect::<Vec<String>>().join(", ")));
            let rows: Vec<Row> = pair.iter().map(|(_, row)| row.clone()).collect();
            let empty = || [Row::new(), Row::new()];
            let (selection, values) = (Selection::Latest, pair_of(&rows));
            heads.push(Head { selection, query: empty(), key: empty(), values });
        }
        (self.attention_matrices(&heads, writes), names)
    }

    /// Heads of constant keys, two sums a head.
    fn means(
        &self,
        phase: usize,
        heads: &mut Vec<Head>,
        names: &mut Runs,
        arises: &mut BTreeMap<ValueId, usize>,
    ) {
        let graph = &self.slots.definition.graph;
        let operations = &self.slots.lowered.problem.operations;
        let sums: Vec<(OperationId, NodeId)> = self
            .running(phase)
            .into_iter()
            .filter_map(|(operation, work)| match work {
                Work::Mean(node) => Some((operation, node)),
                _ => None,
            })
            .collect();
        for pair in sums.chunks(2) {
            let both = pair.iter().map(|(operation, _)| operations[operation.0].name.as_str());
            names.push((heads.len(), both.collect::<Vec<&str>>().join(", ")));
            let mut rows = Vec::new();
            for (offset, (_, node)) in pair.iter().enumerate() {
                let Node::Cumsum(form) = graph.node(*node) else { panic!("a mean is of a sum") };
                rows.push(self.slots.row(form));
                arises.insert(self.slots.lowered.means[node].0, 2 * heads.len() + offset);
            }
            let empty = || [Row::new(), Row::new()];
            let (selection, values) = (Selection::Mean, pair_of(&rows));
            heads.push(Head { selection, query: empty(), key: empty(), values });
        }
    }

    fn attention_matrices(&self, heads: &[Head], writes: Writes) -> Attention<'static> {
        let d_model = self.d_model();
        let rows = |of: fn(&Head) -> &[Row; 2]| {
            Matrix::of_rows(d_model, heads.iter().flat_map(of).cloned())
        };
        Attention {
            selection: heads.iter().map(|head| head.selection).collect(),
            query: rows(|head| &head.query),
            key: rows(|head| &head.key),
            value: rows(|head| &head.values),
            output: writes.matrix(d_model, 2 * heads.len()),
        }
    }

    fn feed_forward(&mut self, phase: usize) -> (FeedForward<'static>, Runs) {
        let graph = &self.slots.definition.graph;
        let mut neurons: Vec<(Row, Row)> = Vec::new();
        let mut names = Runs::new();
        let mut arises: BTreeMap<ValueId, usize> = BTreeMap::new();
        for (operation, work) in self.running(phase) {
            match work {
                Work::Neurons(nodes) => {
                    for node in nodes {
                        let name = graph.name_of(node);
                        if names.last().is_none_or(|(_, last)| *last != name) {
                            names.push((neurons.len(), name));
                        }
                        let Node::ReGlu { value, gate } = graph.node(node) else {
                            panic!("neurons are reglu nodes")
                        };
                        arises.insert(self.slots.lowered.values[&node], neurons.len());
                        neurons.push((self.slots.row(gate), self.slots.row(value)));
                    }
                }
                Work::Sum(node) => {
                    let (mean, sum) = self.slots.lowered.means[&node];
                    let operation = &self.slots.lowered.problem.operations[operation.0];
                    names.push((neurons.len(), operation.name.clone()));
                    arises.insert(sum, neurons.len());
                    neurons.push((self.number_of_positions(), vec![(self.slots.of(mean), 1.0)]));
                }
                _ => {}
            }
        }
        let mut writes = self.writes(phase, &arises);
        let linear: Vec<(usize, Row)> = writes.linear_rows().collect();
        for (slot, row) in linear {
            names.push((neurons.len(), self.name_of_written(slot, phase)));
            writes.source(slot, neurons.len(), 1.0);
            neurons.push((vec![(self.slots.one(), 1.0)], row));
        }
        (self.feed_forward_matrices(neurons, writes), names)
    }

    /// How many positions there are so far: the position of the token plus one.
    fn number_of_positions(&self) -> Row {
        let mut nodes = self.slots.definition.graph.nodes();
        let position = nodes.find(|(_, node)| matches!(node, Node::Input(Input::Position)));
        let (node, _) = position.expect("cumulative sums need the position");
        self.slots.row(&(Form::node(node) + Form::constant(1)))
    }

    fn feed_forward_matrices(
        &self,
        neurons: Vec<(Row, Row)>,
        writes: Writes,
    ) -> FeedForward<'static> {
        let (d_model, sources) = (self.d_model(), neurons.len());
        let (gates, values): (Vec<Row>, Vec<Row>) = neurons.into_iter().unzip();
        let [gate, value] = [gates, values].map(|rows| Matrix::of_rows(d_model, rows));
        let output = writes.matrix(d_model, sources);
        FeedForward { gate, value, output }
    }

    /// What this half writes: values that arise in it and need a slot, and the persists of the
    /// next phase. What the slots held before is subtracted.
    fn writes(&mut self, phase: usize, arises: &BTreeMap<ValueId, usize>) -> Writes {
        let mut writes = Writes::default();
        let mut written: BTreeSet<usize> = BTreeSet::new();
        for (&value, &source) in arises {
            if let Some(slot) = self.slots.schedule.slots[value.0] {
                writes.source(slot.0, source, 1.0);
                written.insert(slot.0);
            }
        }
        for (operation, work) in self.running(phase + 1) {
            let value = self.slots.lowered.problem.operations[operation.0].writes[0];
            // A value that is not read later needs no slot and is not written.
            let Some(slot) = self.slots.schedule.slots[value.0] else { continue };
            written.insert(slot.0);
            match work {
                Work::Persist(node) => self.persist(node, slot.0, arises, &mut writes),
                Work::PersistSum(node) => {
                    let (_, sum) = self.slots.lowered.means[&node];
                    let bias = vec![(self.slots.one(), exact(BIAS))];
                    writes.linear(slot.0, bias);
                    match arises.get(&sum) {
                        Some(&source) => writes.source(slot.0, source, 1.0),
                        None => writes.linear(slot.0, vec![(self.slots.of(sum), 1.0)]),
                    }
                }
                _ => panic!("only persists run in odd phases"),
            }
        }
        for slot in written {
            if !self.used.insert(slot) {
                writes.linear(slot, vec![(slot, -1.0)]);
            }
        }
        writes
    }

    fn persist(
        &self,
        node: NodeId,
        slot: usize,
        arises: &BTreeMap<ValueId, usize>,
        writes: &mut Writes,
    ) {
        let Node::Persist(form) = self.slots.definition.graph.node(node) else {
            panic!("a persist is of a form")
        };
        let mut rest = Form::constant(form.offset());
        for (term, coefficient) in form.terms() {
            match arises.get(&self.slots.lowered.values[&term]) {
                Some(&source) => writes.source(slot, source, exact(coefficient)),
                None => rest.add_scaled(&Form::node(term), coefficient),
            }
        }
        writes.linear(slot, self.slots.row(&rest));
    }
}

fn pair_of(rows: &[Row]) -> [Row; 2] {
    [rows[0].clone(), rows.get(1).cloned().unwrap_or_default()]
}
