//! A forward pass of the definition, head by head and neuron by neuron, with whatever it computes handed out to be
//! looked at or replaced.

use tvm_core::model::{Matrix, Selection, Token, Weights};

type Row = Vec<(usize, f64)>;

/// Weights as lists of entries.
pub struct Forward<'model> {
    weights: &'model Weights<'model>,
    layers: Vec<Layer>,
    scores: Vec<(Token, Row)>,
}

struct Layer {
    selection: Vec<Selection>,
    query: Vec<Row>,
    key: Vec<Row>,
    value: Vec<Row>,
    heads_to: Vec<Row>,
    gate: Vec<Row>,
    up: Vec<Row>,
    neurons_to: Vec<Row>,
}

/// What heads remember, by layer and head.
#[derive(Clone)]
pub struct Memory {
    position: u64,
    heads: Vec<Vec<Head>>,
}

#[derive(Clone, Default)]
struct Head {
    /// Keys and values of all positions.
    latest: Vec<([i128; 2], [f64; 2])>,
    sums: [f64; 2],
}

/// Where a pass is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The residual stream at a boundary.
    Boundary(usize),
    /// What the heads of a layer found, two numbers each.
    Heads(usize),
    /// What the neurons of a layer let through.
    Neurons(usize),
}

fn rows(matrix: &Matrix) -> Vec<Row> {
    (0..matrix.rows()).map(|row| matrix.row(row).collect()).collect()
}

fn columns(matrix: &Matrix) -> Vec<Row> {
    (0..matrix.columns()).map(|column| matrix.column(column).collect()).collect()
}

fn product(row: &Row, stream: &[f64]) -> f64 {
    row.iter().map(|&(slot, weight)| weight * stream[slot]).sum()
}

fn integer(number: f64) -> i128 {
    assert!(number.fract() == 0.0, "queries and keys are integers");
    number as i128
}

impl<'model> Forward<'model> {
    pub fn new(weights: &'model Weights<'model>) -> Forward<'model> {
        let layer = |layer: &tvm_core::model::Layer| Layer {
            selection: layer.attention.selection.clone(),
            query: rows(&layer.attention.query),
            key: rows(&layer.attention.key),
            value: rows(&layer.attention.value),
            heads_to: columns(&layer.attention.output),
            gate: rows(&layer.feed_forward.gate),
            up: rows(&layer.feed_forward.value),
            neurons_to: columns(&layer.feed_forward.output),
        };
        let row = |token: Token| (token, weights.unembedding.row(token.0 as usize).collect());
        Forward {
            weights,
            layers: weights.layers.iter().map(layer).collect(),
            scores: weights.generable().map(row).collect(),
        }
    }

    /// That of a sequence without tokens.
    pub fn memory(&self) -> Memory {
        let heads = |layer: &Layer| vec![Head::default(); layer.selection.len()];
        Memory { position: 0, heads: self.layers.iter().map(heads).collect() }
    }

    /// Reads a token, and predicts the next one; `edit` sees everything and may replace it.
    pub fn read(
        &self,
        memory: &mut Memory,
        token: Token,
        edit: &mut dyn FnMut(Place, &mut [f64]),
    ) -> Token {
        let mut stream = self.embed(token, memory.position);
        edit(Place::Boundary(0), &mut stream);
        for (index, layer) in self.layers.iter().enumerate() {
            let mut found = layer.attend(&mut memory.heads[index], &stream, memory.position);
            edit(Place::Heads(index), &mut found);
            add(&mut stream, &layer.heads_to, &found);
            edit(Place::Boundary(2 * index + 1), &mut stream);
            let gated = layer.gate.iter().zip(&layer.up);
            let open = gated.map(|(gate, up)| match product(gate, &stream) {
                gate if gate > 0.0 => gate * product(up, &stream),
                _ => 0.0,
            });
            let mut open: Vec<f64> = open.collect();
            edit(Place::Neurons(index), &mut open);
            add(&mut stream, &layer.neurons_to, &open);
            edit(Place::Boundary(2 * index + 2), &mut stream);
        }
        memory.position += 1;
        let scores = self.scores.iter().map(|(token, row)| (*token, product(row, &stream)));
        let better =
            |best: (Token, f64), one: (Token, f64)| if one.1 > best.1 { one } else { best };
        scores.reduce(better).expect("some token can be generated").0
    }

    fn embed(&self, token: Token, position: u64) -> Vec<f64> {
        let weights = self.weights;
        let mut stream = vec![0.0; weights.d_model()];
        let period = weights.position_periodic.rows() as u64;
        let periodic = weights.position_periodic.row((position % period) as usize);
        let own = weights.embedding.row(token.0 as usize);
        own.chain(periodic).for_each(|(slot, entry)| stream[slot] += entry);
        let linear = weights.position_linear.row(0);
        linear.for_each(|(slot, entry)| stream[slot] += position as f64 * entry);
        stream
    }
}

impl Layer {
    fn attend(&self, heads: &mut [Head], stream: &[f64], position: u64) -> Vec<f64> {
        let pair = |rows: &[Row], head: usize| {
            [&rows[2 * head], &rows[2 * head + 1]].map(|row| product(row, stream))
        };
        let mut found = Vec::with_capacity(2 * heads.len());
        for (index, head) in heads.iter_mut().enumerate() {
            let value = pair(&self.value, index);
            if self.selection[index] == Selection::Mean {
                head.sums = [head.sums[0] + value[0], head.sums[1] + value[1]];
                found.extend(head.sums.map(|sum| sum / (position + 1) as f64));
                continue;
            }
            head.latest.push((pair(&self.key, index).map(integer), value));
            let query = pair(&self.query, index).map(integer);
            let score = |key: &[i128; 2]| query[0] * key[0] + query[1] * key[1];
            // The last one of the greatest.
            let best = head.latest.iter().max_by_key(|(key, _)| score(key));
            found.extend(best.expect("it has its own position").1);
        }
        found
    }
}

fn add(stream: &mut [f64], columns: &[Row], numbers: &[f64]) {
    for (column, number) in columns.iter().zip(numbers).filter(|(_, number)| **number != 0.0) {
        column.iter().for_each(|&(slot, weight)| stream[slot] += weight * number);
    }
}
