//! Neurons: in patterns where a pattern has a short formula, one by one where it has not.

use std::collections::BTreeSet;

use super::forms::{FormId, Forms, FormsBuilder, Writes};
use super::limits::Limits;
use super::vector::{LENGTH, Vector};
use crate::engine::Watch;
use crate::patterns::{Chain, Members, SparseRow, Table, TableMembers};
use crate::plan::{Derivation, WATCHED};
use tvm_weights::FeedForward;

/// The feed-forward half of a layer, in parts whose outputs fit one vector.
pub(super) struct SparseNeurons {
    parts: Vec<Part>,
    /// What several parts write, before it is added to the stream.
    change: Option<Box<Vector>>,
    limits: Limits,
}

/// Neurons, and what they write.
struct Part {
    forms: Forms,
    /// The gate and the value of each neuron on its own.
    singles: Vec<[FormId; 2]>,
    /// Singles whose products are watched.
    watched: Vec<usize>,
    chains: Vec<([FormId; 2], Chain)>,
    tables: Vec<(FormId, Table)>,
    /// The products of the singles, then the sums of the chains, then those of the tables.
    outputs: Vector,
    writes: Writes,
}

impl SparseNeurons {
    pub(super) fn new(neurons: &FeedForward, stream: &mut Derivation) -> Self {
        let drafts: Vec<Draft> = into_parts(stream.joining(neurons))
            .into_iter()
            .map(|members| Draft::new(neurons, members, stream))
            .collect();
        stream.feed_forward(neurons);
        let limits = Limits::of(stream, drafts.iter().flat_map(|part| &part.columns));
        let parts: Vec<Part> = drafts.into_iter().map(|part| part.finish(stream)).collect();
        let change = (parts.len() > 1).then(|| Box::new(Vector::zeros()));
        SparseNeurons { parts, change, limits }
    }

    pub(super) fn apply(&mut self, stream: &mut Vector, watch: &mut Watch) {
        for part in &mut self.parts {
            part.evaluate(stream, watch);
        }
        match (&mut self.parts[..], &mut self.change) {
            (parts, Some(change)) => {
                // What is added to a slot is added up first, neuron by neuron through all parts.
                parts.iter().for_each(|part| part.writes.clear(change));
                parts.iter().for_each(|part| part.writes.add_up(&part.outputs, change));
                let mut added = BTreeSet::new();
                for slot in parts.iter().flat_map(|part| part.writes.slots()) {
                    if added.insert(slot) {
                        stream.entries_mut()[slot as usize] += change.entries()[slot as usize];
                    }
                }
            }
            (parts, None) => {
                parts.iter_mut().for_each(|part| part.writes.apply(&part.outputs, stream));
            }
        }
        self.limits.check(stream, watch);
    }
}

/// A part before it is known how its slots are written.
struct Draft {
    part: Part,
    columns: Vec<SparseRow>,
    neurons: Vec<usize>,
}

impl Draft {
    fn new(neurons: &FeedForward, members: Members, stream: &Derivation) -> Draft {
        let numbers = members.singles.clone();
        let add = |builder: &mut FormsBuilder, row: SparseRow| {
            let exact = stream.reads_exactly(&row);
            builder.add(row, exact)
        };
        let mut builder = FormsBuilder::default();
        let mut columns = Vec::new();
        let mut singles = Vec::new();
        for neuron in members.singles {
            let rows = [&neurons.gate, &neurons.value];
            singles.push(rows.map(|matrix| add(&mut builder, SparseRow::of(matrix, neuron))));
            columns.push(SparseRow::of_column(&neurons.output, neuron));
        }
        let mut chains = Vec::new();
        for (chain, _) in members.chains {
            columns.push(chain.output.clone());
            let ends = [&chain.first, &chain.step].map(|row| add(&mut builder, row.clone()));
            chains.push((ends, chain));
        }
        let mut tables = Vec::new();
        for TableMembers { direction, table, .. } in members.tables {
            columns.extend(table.slots.iter().map(|&slot| SparseRow::new(vec![(slot, 1.0)])));
            tables.push((add(&mut builder, direction), table));
        }
        let (forms, places) = builder.build();
        let chains = chains.into_iter();
        let tables = tables.into_iter();
        let part = Part {
            forms,
            watched: Vec::new(),
            singles: singles.iter().map(|drafts| drafts.map(|draft| places.of(draft))).collect(),
            chains: chains.map(|(drafts, c)| (drafts.map(|draft| places.of(draft)), c)).collect(),
            tables: tables.map(|(draft, table)| (places.of(draft), table)).collect(),
            outputs: Vector::zeros(),
            writes: Writes::default(),
        };
        Draft { part, columns, neurons: numbers }
    }

    fn finish(self, stream: &Derivation) -> Part {
        let Draft { part, columns, neurons } = self;
        let is_watched = |&place: &usize| stream.watched_neurons.contains(&neurons[place]);
        Part {
            watched: (0..neurons.len()).filter(is_watched).collect(),
            writes: Writes::of_columns(&columns, |slot| stream.is_written_exactly(slot)),
            ..part
        }
    }
}

impl Part {
    fn evaluate(&mut self, stream: &Vector, watch: &mut Watch) {
        let Part { forms, singles, chains, tables, outputs, watched, .. } = self;
        forms.evaluate(stream);
        let (products, rest) = outputs.entries_mut().split_at_mut(singles.len());
        for (product, [gate, value]) in products.iter_mut().zip(singles) {
            *product = forms.get(*gate).max(0.0) * forms.get(*value);
        }
        for &place in &*watched {
            watch.integer(products[place], WATCHED);
        }
        let (sums, mut rest) = rest.split_at_mut(chains.len());
        for (sum, ([first, step], chain)) in sums.iter_mut().zip(chains) {
            *sum = chain.evaluate(forms.get(*first), forms.get(*step));
        }
        for (direction, table) in tables {
            let (sums, after) = rest.split_at_mut(table.slots.len());
            table.evaluate(forms.get(*direction), sums);
            rest = after;
        }
    }
}

/// The same in pieces of at most [`LENGTH`] outputs each.
fn into_parts(members: Members) -> Vec<Members> {
    let mut parts = vec![Members::default()];
    let mut used = 0;
    let mut make_room = |parts: &mut Vec<Members>, outputs: usize| {
        if used + outputs > LENGTH {
            parts.push(Members::default());
            used = 0;
        }
        used += outputs;
        parts.len() - 1
    };
    for neuron in members.singles {
        let part = make_room(&mut parts, 1);
        parts[part].singles.push(neuron);
    }
    for chain in members.chains {
        let part = make_room(&mut parts, 1);
        parts[part].chains.push(chain);
    }
    for table in members.tables {
        let part = make_room(&mut parts, table.table.slots.len());
        parts[part].tables.push(table);
    }
    parts
}
