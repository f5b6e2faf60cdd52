//! All matrices in three lists: entries, their places in their lines, and where the lines end.

use tvm_model::{Lines, Matrix, Weights};

/// The lists, and the first line of every matrix.
pub(super) struct Numbers {
    pub(super) entries: Vec<f64>,
    pub(super) places: Vec<u32>,
    pub(super) ends: Vec<usize>,
    pub(super) embedding: usize,
    pub(super) position_linear: usize,
    pub(super) position_periodic: usize,
    pub(super) unembedding: usize,
    /// The fields of `struct layer` but for the caches: heads, neurons, and the first lines of its matrices.
    pub(super) layers: Vec<[usize; 9]>,
}

impl Numbers {
    pub(super) fn of(weights: &Weights) -> Numbers {
        let mut numbers = Numbers {
            entries: Vec::new(),
            places: Vec::new(),
            ends: Vec::new(),
            embedding: 0,
            position_linear: 0,
            position_periodic: 0,
            unembedding: 0,
            layers: Vec::new(),
        };
        numbers.embedding = numbers.add(&weights.embedding, Lines::Rows);
        numbers.position_linear = numbers.add(&weights.position_linear, Lines::Rows);
        numbers.position_periodic = numbers.add(&weights.position_periodic, Lines::Rows);
        for layer in &weights.layers {
            let (attention, neurons) = (&layer.attention, &layer.feed_forward);
            let lines = [
                attention.selection.len(),
                neurons.gate.rows(),
                numbers.add(&attention.query, Lines::Rows),
                numbers.add(&attention.key, Lines::Rows),
                numbers.add(&attention.value, Lines::Rows),
                numbers.add(&attention.output, Lines::Columns),
                numbers.add(&neurons.gate, Lines::Rows),
                numbers.add(&neurons.value, Lines::Rows),
                numbers.add(&neurons.output, Lines::Columns),
            ];
            numbers.layers.push(lines);
        }
        numbers.unembedding = numbers.add(&weights.unembedding, Lines::Rows);
        numbers
    }

    /// Gives the first line of the matrix.
    fn add(&mut self, matrix: &Matrix, lines: Lines) -> usize {
        let (first, matrix) = (self.ends.len(), matrix.stored_by(lines));
        let (counts, places, entries) = matrix.parts();
        let mut end = self.entries.len();
        for count in counts {
            end += count as usize;
            self.ends.push(end);
        }
        self.places.extend(places);
        self.entries.extend(entries);
        first
    }
}
