//! Neurons: in families where a family has a short formula, one by one where it has not.

use super::forms::{FormId, Forms, FormsBuilder, Writes};
use super::vector::{LENGTH, Vector};
use crate::patterns::{Chain, Members, SparseRow, Table};
use tvm_weights::FeedForward;

/// The feed-forward half of a layer, in parts whose outputs fit one vector.
pub(super) struct SparseNeurons(Vec<Part>);

/// Neurons, and what they write.
struct Part {
    forms: Forms,
    /// The gate and the value of each neuron on its own.
    singles: Vec<[FormId; 2]>,
    chains: Vec<([FormId; 2], Chain)>,
    tables: Vec<(FormId, Table)>,
    /// The products of the singles, then the sums of the chains, then those of the tables.
    outputs: Vector,
    writes: Writes,
}

impl SparseNeurons {
    pub(super) fn new(neurons: &FeedForward, one: Option<u16>) -> Self {
        let members = into_parts(Members::of(neurons, one, |_| true));
        SparseNeurons(members.into_iter().map(|members| Part::new(neurons, members)).collect())
    }

    pub(super) fn apply(&mut self, stream: &mut Vector) {
        for part in &mut self.0 {
            part.evaluate(stream);
        }
        for part in &mut self.0 {
            part.writes.apply(&part.outputs, stream);
        }
    }
}

impl Part {
    fn new(neurons: &FeedForward, members: Members) -> Part {
        let mut builder = FormsBuilder::default();
        let mut columns = Vec::new();
        let mut singles = Vec::new();
        for neuron in members.singles {
            let rows = [&neurons.gate, &neurons.value];
            singles.push(rows.map(|matrix| builder.add(SparseRow::of(matrix, neuron))));
            columns.push(SparseRow::of_column(&neurons.output, neuron));
        }
        let mut chains = Vec::new();
        for chain in members.chains {
            columns.push(chain.output.clone());
            chains.push(([&chain.first, &chain.step].map(|row| builder.add(row.clone())), chain));
        }
        let mut tables = Vec::new();
        for (direction, table) in members.tables {
            columns.extend(table.slots.iter().map(|&slot| SparseRow::new(vec![(slot, 1.0)])));
            tables.push((builder.add(direction), table));
        }
        let (forms, places) = builder.build();
        let chains = chains.into_iter();
        let tables = tables.into_iter();
        Part {
            forms,
            singles: singles.iter().map(|drafts| drafts.map(|draft| places.of(draft))).collect(),
            chains: chains.map(|(drafts, c)| (drafts.map(|draft| places.of(draft)), c)).collect(),
            tables: tables.map(|(draft, table)| (places.of(draft), table)).collect(),
            outputs: Vector::zeros(),
            writes: Writes::of_columns(&columns),
        }
    }

    fn evaluate(&mut self, stream: &Vector) {
        let Part { forms, singles, chains, tables, outputs, .. } = self;
        forms.evaluate(stream);
        let (products, rest) = outputs.entries_mut().split_at_mut(singles.len());
        for (product, [gate, value]) in products.iter_mut().zip(singles) {
            *product = forms.get(*gate).max(0.0) * forms.get(*value);
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
    for (direction, table) in members.tables {
        let part = make_room(&mut parts, table.slots.len());
        parts[part].tables.push((direction, table));
    }
    parts
}
