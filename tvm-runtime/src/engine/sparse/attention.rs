//! Heads, grouped by what they ask and what they remember.

use super::rows::SparseRow;
use crate::attention::{Cache, coordinate};
use crate::engine::AttentionKind;
use crate::model::{Attention, Selection};

/// The attention half of a layer.
pub(super) struct SparseAttention {
    copies: Vec<Copied>,
    means: Vec<Mean>,
    lookups: Vec<Lookup>,
    change: Vec<f64>,
}

/// One value of a head that reads its own position.
struct Copied {
    value: SparseRow,
    output: SparseRow,
}

/// One value of a mean head.
struct Mean {
    value: SparseRow,
    output: SparseRow,
    sum: f64,
}

/// Heads of equal keys: one cache, and a search for each distinct query.
struct Lookup {
    key: [SparseRow; 2],
    cache: Box<dyn Cache>,
    values: Vec<SparseRow>,
    buffer: Vec<f64>,
    queries: Vec<Asked>,
}

/// A query, and where each of the found values goes.
struct Asked {
    query: [SparseRow; 2],
    outputs: Vec<(usize, SparseRow)>,
}

/// One row of a head: its value row and its output column.
struct Part {
    query: [SparseRow; 2],
    value: SparseRow,
    output: SparseRow,
}

impl SparseAttention {
    pub(super) fn new(attention: &Attention, one: Option<u32>, kind: AttentionKind) -> Self {
        let width = attention.output.rows();
        let mut half = SparseAttention {
            copies: Vec::new(),
            means: Vec::new(),
            lookups: Vec::new(),
            change: vec![0.0; width],
        };
        let mut groups: Vec<([SparseRow; 2], Vec<Part>)> = Vec::new();
        for (head, selection) in attention.selection.iter().enumerate() {
            let rows = [2 * head, 2 * head + 1];
            let key = rows.map(|row| SparseRow::of(&attention.key, row));
            let query = rows.map(|row| SparseRow::of(&attention.query, row));
            for row in rows {
                let value = SparseRow::of(&attention.value, row);
                let output = SparseRow::of_column(&attention.output, row);
                if output.is_empty() || value.is_empty() {
                    continue;
                }
                if *selection == Selection::Mean {
                    half.means.push(Mean { value, output, sum: 0.0 });
                } else if key.iter().all(SparseRow::is_empty) {
                    half.copies.push(Copied { value, output });
                } else {
                    let part = Part { query: query.clone(), value, output };
                    match groups.iter_mut().find(|(other, _)| *other == key) {
                        Some((_, parts)) => parts.push(part),
                        None => groups.push((key.clone(), vec![part])),
                    }
                }
            }
        }
        half.lookups =
            groups.into_iter().map(|(key, parts)| lookup(key, parts, one, kind)).collect();
        half
    }

    pub(super) fn apply(&mut self, stream: &mut [f64], positions: f64) {
        let change = &mut self.change;
        change.fill(0.0);
        for copied in &self.copies {
            copied.output.add_to(change, copied.value.dot(stream));
        }
        for mean in &mut self.means {
            mean.sum += mean.value.dot(stream);
            mean.output.add_to(change, mean.sum / positions);
        }
        for lookup in &mut self.lookups {
            lookup.apply(stream, change);
        }
        for (slot, change) in stream.iter_mut().zip(change) {
            *slot += *change;
        }
    }
}

fn lookup(key: [SparseRow; 2], parts: Vec<Part>, one: Option<u32>, kind: AttentionKind) -> Lookup {
    let mut values: Vec<SparseRow> = Vec::new();
    let mut queries: Vec<Asked> = Vec::new();
    for Part { query, value, output } in parts {
        let place = values.iter().position(|other| *other == value).unwrap_or_else(|| {
            values.push(value);
            values.len() - 1
        });
        match queries.iter_mut().find(|asked| asked.query == query) {
            Some(asked) => asked.outputs.push((place, output)),
            None => queries.push(Asked { query, outputs: vec![(place, output)] }),
        }
    }
    let looks_up = queries.iter().all(|asked| is_positive_constant(&asked.query[1], one));
    let buffer = vec![0.0; values.len()];
    Lookup { key, cache: kind.cache(values.len(), looks_up), values, buffer, queries }
}

fn is_positive_constant(row: &SparseRow, one: Option<u32>) -> bool {
    matches!(row.weights(), [(slot, weight)] if Some(*slot) == one && *weight > 0.0)
}

impl Lookup {
    fn apply(&mut self, stream: &[f64], change: &mut [f64]) {
        for (place, value) in self.buffer.iter_mut().zip(&self.values) {
            *place = value.dot(stream);
        }
        let key = [&self.key[0], &self.key[1]].map(|row| coordinate(row.dot(stream)));
        self.cache.insert(key, &self.buffer);
        for asked in &self.queries {
            let query = [&asked.query[0], &asked.query[1]].map(|row| coordinate(row.dot(stream)));
            let found = self.cache.query(query);
            for (place, output) in &asked.outputs {
                output.add_to(change, found[*place]);
            }
        }
    }
}
