//! Heads, grouped by what they ask and what they remember.

use std::collections::HashMap;

use super::forms::{Draft, FormId, Forms, FormsBuilder, Places, Writes};
use super::limits::Limits;
use super::vector::Vector;
use crate::attention::{Memory, Point, coordinate};
use crate::engine::{AttentionKind, Watch};
use crate::patterns::SparseRow;
use crate::plan::Derivation;
use tvm_weights::{Attention, Selection};

/// The attention half of a layer.
pub(super) struct SparseAttention {
    forms: Forms,
    copies: Vec<(FormId, OutputId)>,
    means: Vec<Mean>,
    lookups: Vec<Lookup>,
    outputs: Vector,
    writes: Writes,
    limits: Limits,
}

/// An index into the vector of outputs.
type OutputId = u16;

/// One value of a mean head.
struct Mean {
    value: FormId,
    output: OutputId,
    sum: f64,
}

/// Heads of equal keys: one memory, and a search for each distinct query.
struct Lookup {
    key: [FormId; 2],
    memory: Memory,
    values: Vec<FormId>,
    buffer: Vec<f64>,
    queries: Vec<Asked>,
}

/// A query, and which of the found values is which output.
struct Asked {
    query: [FormId; 2],
    outputs: Vec<(usize, OutputId)>,
}

/// One row of a head, before it is known where the results of its forms are.
struct Part {
    how: How,
    value: Draft,
    output: OutputId,
}

/// How a head finds its value.
enum How {
    Mean,
    /// There is no key, so every position scores the same and the latest is its own.
    OwnPosition,
    Search {
        key: [Draft; 2],
        query: [Draft; 2],
        looks_up: bool,
    },
}

impl SparseAttention {
    pub(super) fn new(attention: &Attention, stream: &mut Derivation, kind: AttentionKind) -> Self {
        let mut builder = FormsBuilder::default();
        let (parts, columns) = parts(attention, stream, &mut builder);
        stream.attention(attention);
        let (forms, places) = builder.build();
        let (mut copies, mut means) = (Vec::new(), Vec::new());
        let mut groups: Vec<([Draft; 2], Vec<Part>)> = Vec::new();
        let mut known = HashMap::new();
        for part in parts {
            let value = places.of(part.value);
            match part.how {
                How::Mean => means.push(Mean { value, output: part.output, sum: 0.0 }),
                How::OwnPosition => copies.push((value, part.output)),
                How::Search { key, .. } => {
                    let group = *known.entry(key).or_insert(groups.len());
                    match groups.get_mut(group) {
                        Some((_, group)) => group.push(part),
                        None => groups.push((key, vec![part])),
                    }
                }
            }
        }
        let lookup = |(key, parts)| Lookup::new(key, parts, &places, kind);
        SparseAttention {
            forms,
            copies,
            means,
            lookups: groups.into_iter().map(lookup).collect(),
            outputs: Vector::zeros(),
            writes: Writes::of_columns(&columns, |slot| stream.is_written_exactly(slot)),
            limits: Limits::of(stream, columns.iter()),
        }
    }

    /// About how many bytes hold what is remembered.
    pub(super) fn memory(&self) -> usize {
        let lookups = self.lookups.iter().map(|lookup| lookup.memory.memory());
        lookups.sum::<usize>() + size_of_val(self.means.as_slice())
    }

    pub(super) fn apply(&mut self, stream: &mut Vector, positions: f64, watch: &mut Watch) {
        let SparseAttention { forms, copies, means, lookups, outputs, writes, limits } = self;
        forms.evaluate(stream);
        for &(value, output) in &*copies {
            outputs.entries_mut()[output as usize] = forms.get(value);
        }
        for mean in means {
            mean.sum += forms.get(mean.value);
            outputs.entries_mut()[mean.output as usize] = mean.sum / positions;
        }
        for lookup in lookups {
            lookup.apply(forms, outputs);
        }
        writes.apply(outputs, stream);
        limits.check(stream, watch);
    }
}

/// The rows of all heads that have an effect, and what each writes.
fn parts(
    attention: &Attention,
    stream: &Derivation,
    builder: &mut FormsBuilder,
) -> (Vec<Part>, Vec<SparseRow>) {
    let (mut parts, mut columns) = (Vec::new(), Vec::new());
    for (head, &selection) in attention.selection.iter().enumerate() {
        let rows = [2 * head, 2 * head + 1];
        let key = rows.map(|row| SparseRow::of(&attention.key, row));
        let query = rows.map(|row| SparseRow::of(&attention.query, row));
        for row in rows {
            let value = SparseRow::of(&attention.value, row);
            let output = SparseRow::of_column(&attention.output, row);
            if output.is_empty() || value.is_empty() {
                continue;
            }
            let mut add = |row: &SparseRow| builder.add(row.clone(), stream.reads_exactly(row));
            let mut drafts = |rows: &[SparseRow; 2]| rows.each_ref().map(&mut add);
            let how = if selection == Selection::Mean {
                How::Mean
            } else if key.iter().all(SparseRow::is_empty) {
                How::OwnPosition
            } else {
                let looks_up = is_positive_constant(&query[1], stream.one);
                How::Search { key: drafts(&key), query: drafts(&query), looks_up }
            };
            let index =
                OutputId::try_from(columns.len()).expect("as many heads as a file may have");
            let exact = stream.reads_exactly(&value);
            parts.push(Part { how, value: builder.add(value, exact), output: index });
            columns.push(output);
        }
    }
    (parts, columns)
}

fn is_positive_constant(row: &SparseRow, one: Option<u16>) -> bool {
    matches!(row.weights(), [(slot, weight)] if Some(*slot) == one && coordinate(*weight) > 0)
}

impl Lookup {
    fn new(key: [Draft; 2], parts: Vec<Part>, places: &Places, kind: AttentionKind) -> Lookup {
        let mut values: Vec<FormId> = Vec::new();
        let mut queries: Vec<Asked> = Vec::new();
        let (mut places_of_values, mut known) = (HashMap::new(), HashMap::new());
        let mut all_look_up = true;
        for Part { how, value, output } in parts {
            let How::Search { query, looks_up, .. } = how else { continue };
            all_look_up &= looks_up;
            let (query, value) = (query.map(|form| places.of(form)), places.of(value));
            let place = *places_of_values.entry(value).or_insert_with(|| {
                values.push(value);
                values.len() - 1
            });
            let index = *known.entry(query).or_insert(queries.len());
            match queries.get_mut(index) {
                Some(asked) => asked.outputs.push((place, output)),
                None => queries.push(Asked { query, outputs: vec![(place, output)] }),
            }
        }
        let memory = kind.memory(values.len(), all_look_up);
        let buffer = vec![0.0; values.len()];
        Lookup { key: key.map(|form| places.of(form)), memory, values, buffer, queries }
    }

    fn apply(&mut self, forms: &Forms, outputs: &mut Vector) {
        for (place, &value) in self.buffer.iter_mut().zip(&self.values) {
            *place = forms.get(value);
        }
        let point = |rows: [FormId; 2]| -> Point { rows.map(|row| coordinate(forms.get(row))) };
        self.memory.insert(point(self.key), &self.buffer);
        for asked in &self.queries {
            let found = self.memory.query(point(asked.query));
            for &(place, output) in &asked.outputs {
                outputs.entries_mut()[output as usize] = found[place];
            }
        }
    }
}
