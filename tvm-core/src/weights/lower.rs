//! From a graph to a scheduling problem. Dead nodes, on which no score depends, are left out. A cumulative sum
//! becomes three operations: the mean over all positions, the neuron that multiplies it by their
//! number, and the slot that holds it.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{FamilyId, Form, Graph, LookupId, Node, NodeId, TokenGraph};
use crate::schedule::{Operation, OperationKind, Problem, ValueId};

/// What an operation of the problem does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// A lookup and those of its values that are read.
    Lookup(LookupId, Vec<usize>),
    /// The mean of a cumulative sum's terms.
    Mean(NodeId),
    /// Neurons.
    Neurons(Vec<NodeId>),
    /// The neuron that makes a mean a sum.
    Sum(NodeId),
    /// A linear form, written to a slot.
    Persist(NodeId),
    /// A cumulative sum, written to a slot.
    PersistSum(NodeId),
}

/// A graph as a scheduling problem.
#[derive(Debug, Clone)]
pub struct Lowered {
    /// What is to be scheduled.
    pub problem: Problem,
    /// For every operation of the problem, what it does.
    pub works: Vec<Work>,
    /// The value of every node that is needed.
    pub values: BTreeMap<NodeId, ValueId>,
    /// For a cumulative sum, the mean and the product before they are written.
    pub means: BTreeMap<NodeId, (ValueId, ValueId)>,
    /// The value that is always 1.
    pub one: ValueId,
}

/// Lowers a graph.
pub fn lower(definition: &TokenGraph) -> Lowered {
    let scored = scored_nodes(definition);
    let live = live_nodes(&definition.graph, &scored);
    let mut lowering = Lowering::new(&definition.graph, live);
    lowering.add_operations(&scored);
    let outputs: BTreeSet<ValueId> =
        scored.iter().map(|node| lowering.lowered.values[node]).collect();
    lowering.lowered.problem.outputs.extend(outputs);
    lowering.lowered
}

/// What the scores of the tokens read.
fn scored_nodes(definition: &TokenGraph) -> BTreeSet<NodeId> {
    let scores = definition.tokens.iter().filter_map(|row| row.score.as_ref());
    scores.flat_map(|score| score.terms().map(|(node, _)| node)).collect()
}

fn live_nodes(graph: &Graph, scored: &BTreeSet<NodeId>) -> BTreeSet<NodeId> {
    let mut pending: Vec<NodeId> = scored.iter().copied().collect();
    let mut live = BTreeSet::new();
    while let Some(node) = pending.pop() {
        if live.insert(node) {
            let read = forms_of(graph, node);
            pending.extend(read.iter().flat_map(|form| form.terms().map(|(node, _)| node)));
        }
    }
    live
}

/// The forms a node reads.
fn forms_of(graph: &Graph, node: NodeId) -> Vec<&Form> {
    match graph.node(node) {
        Node::Input(_) => Vec::new(),
        Node::ReGlu { value, gate } => vec![value, gate],
        Node::Persist(form) | Node::Cumsum(form) => vec![form],
        Node::Lookup { lookup, value } => {
            let lookup = &graph.lookups()[lookup.0 as usize];
            lookup.key.iter().chain(&lookup.query).chain([&lookup.values[*value]]).collect()
        }
    }
}

struct Lowering<'graph> {
    graph: &'graph Graph,
    live: BTreeSet<NodeId>,
    lowered: Lowered,
}

impl<'graph> Lowering<'graph> {
    fn new(graph: &'graph Graph, live: BTreeSet<NodeId>) -> Self {
        let lowered = Lowered {
            problem: Problem::default(),
            works: Vec::new(),
            values: BTreeMap::new(),
            means: BTreeMap::new(),
            one: ValueId(0),
        };
        let mut lowering = Lowering { graph, live, lowered };
        let one = lowering.value("one".to_string());
        lowering.lowered.problem.inputs.push(one);
        lowering.lowered.problem.outputs.push(one);
        lowering.add_values();
        lowering
    }

    fn value(&mut self, name: String) -> ValueId {
        let values = &mut self.lowered.problem.values;
        values.push(name);
        ValueId(values.len() - 1)
    }

    fn add_values(&mut self) {
        for node in self.live.clone() {
            let name = self.graph.name_of(node);
            if let Node::Cumsum(_) = self.graph.node(node) {
                let mean = self.value(format!("{name}.mean"));
                let sum = self.value(format!("{name}.sum"));
                self.lowered.means.insert(node, (mean, sum));
            }
            let value = self.value(name);
            self.lowered.values.insert(node, value);
            if let Node::Input(_) = self.graph.node(node) {
                self.lowered.problem.inputs.push(value);
            }
        }
    }

    fn add_operations(&mut self, scored: &BTreeSet<NodeId>) {
        let mut lookups: BTreeMap<LookupId, Vec<usize>> = BTreeMap::new();
        let mut families: BTreeMap<FamilyId, Vec<NodeId>> = BTreeMap::new();
        let mut sums: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        let only_sums = self.only_sums(scored);
        for node in self.live.clone() {
            match self.graph.node(node) {
                Node::Input(_) => {}
                Node::Lookup { lookup, value } => lookups.entry(*lookup).or_default().push(*value),
                Node::Persist(form) => {
                    let reads = self.reads(form);
                    self.persist(node, Work::Persist(node), reads);
                }
                Node::Cumsum(form) => self.cumsum(node, form),
                Node::ReGlu { .. } => match self.graph.family(node) {
                    Some(family) => families.entry(family).or_default().push(node),
                    None => match only_sums.get(&node) {
                        Some(sum) => sums.entry(*sum).or_default().push(node),
                        None => self.neurons(self.graph.name_of(node), vec![node], false),
                    },
                },
            }
        }
        for (lookup, values) in lookups {
            self.lookup(lookup, values);
        }
        for neurons in families.into_values() {
            self.neurons(self.graph.name_of(neurons[0]), neurons, true);
        }
        for (sum, neurons) in sums {
            self.neurons(self.graph.name_of(sum), neurons, true);
        }
    }

    /// The neurons that are read by nothing but one persist, and that persist: such neurons are
    /// scheduled as one with it.
    fn only_sums(&self, scored: &BTreeSet<NodeId>) -> BTreeMap<NodeId, NodeId> {
        // None where there are several.
        let mut readers: BTreeMap<NodeId, Option<NodeId>> = BTreeMap::new();
        for &reader in &self.live {
            for form in forms_of(self.graph, reader) {
                for (node, _) in form.terms() {
                    readers.entry(node).and_modify(|only| *only = None).or_insert(Some(reader));
                }
            }
        }
        let is_persist = |node: &NodeId| matches!(self.graph.node(*node), Node::Persist(_));
        let only = |(node, reader): (NodeId, Option<NodeId>)| {
            let reader = reader.filter(is_persist)?;
            (!scored.contains(&node)).then_some((node, reader))
        };
        readers.into_iter().filter_map(only).collect()
    }

    fn reads(&self, form: &Form) -> BTreeSet<ValueId> {
        form.terms().map(|(node, _)| self.lowered.values[&node]).collect()
    }

    fn operation(
        &mut self,
        work: Work,
        name: String,
        kind: OperationKind,
        reads: BTreeSet<ValueId>,
        writes: Vec<ValueId>,
        transient: bool,
    ) {
        let reads = reads.into_iter().collect();
        let operation = Operation { name, kind, reads, writes, transient };
        self.lowered.problem.operations.push(operation);
        self.lowered.works.push(work);
    }

    fn persist(&mut self, node: NodeId, work: Work, reads: BTreeSet<ValueId>) {
        let (name, writes) = (self.graph.name_of(node), vec![self.lowered.values[&node]]);
        self.operation(work, name, OperationKind::Persist, reads, writes, false);
    }

    fn cumsum(&mut self, node: NodeId, form: &Form) {
        let (mean, sum) = self.lowered.means[&node];
        let name = self.graph.name_of(node);
        let mean_name = format!("{name}.mean");
        let reads = self.reads(form);
        self.operation(Work::Mean(node), mean_name, OperationKind::Lookup, reads, vec![mean], true);
        let reads = BTreeSet::from([mean, self.position()]);
        let sum_name = format!("{name}.sum");
        self.operation(Work::Sum(node), sum_name, OperationKind::ReGlu, reads, vec![sum], true);
        // The mean is not an integer, so only the sum, which is rounded, may be written over it.
        let total = self.lowered.values[&node];
        self.lowered.problem.successions.push((mean, total));
        // It may not be added to another value either, since that sum would be rounded.
        self.lowered.problem.clean.push(mean);
        self.persist(node, Work::PersistSum(node), BTreeSet::from([sum]));
    }

    fn position(&self) -> ValueId {
        position_node(self.graph, &self.lowered)
    }

    fn neurons(&mut self, name: String, neurons: Vec<NodeId>, transient: bool) {
        let mut reads = BTreeSet::new();
        for &neuron in &neurons {
            for form in forms_of(self.graph, neuron) {
                reads.extend(self.reads(form));
            }
        }
        let writes = neurons.iter().map(|neuron| self.lowered.values[neuron]).collect();
        self.operation(
            Work::Neurons(neurons),
            name,
            OperationKind::ReGlu,
            reads,
            writes,
            transient,
        );
    }

    fn lookup(&mut self, id: LookupId, values: Vec<usize>) {
        let lookup = &self.graph.lookups()[id.0 as usize];
        let live = values.iter().map(|&value| &lookup.values[value]);
        let forms = lookup.key.iter().chain(&lookup.query).chain(live);
        let reads = forms.flat_map(|form| self.reads(form)).collect();
        let nodes = self.live.iter().filter(
            |node| matches!(self.graph.node(**node), Node::Lookup { lookup, .. } if *lookup == id),
        );
        let nodes: Vec<NodeId> = nodes.copied().collect();
        let name = self.graph.name_of(nodes[0]);
        // Values are written in the order of `values`, as the nodes were met.
        let writes = nodes.iter().map(|node| self.lowered.values[node]).collect();
        self.operation(Work::Lookup(id, values), name, OperationKind::Lookup, reads, writes, false);
    }
}

/// The value that holds the position of the token.
///
/// # Panics
/// When no node reads the position although there are cumulative sums.
fn position_node(graph: &Graph, lowered: &Lowered) -> ValueId {
    use crate::graph::Input;
    let position = graph.nodes().find(|(_, node)| matches!(node, Node::Input(Input::Position)));
    let (node, _) = position.expect("cumulative sums need the position");
    lowered.values[&node]
}
