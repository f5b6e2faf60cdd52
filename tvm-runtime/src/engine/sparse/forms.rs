//! Linear forms over a vector, evaluated together in one pass.
//!
//! Rows are padded with zero weights to a few lengths, so that every inner loop has a fixed number
//! of steps; a zero weight adds nothing. Equal forms are evaluated once.

use std::collections::HashMap;

use super::vector::{LENGTH, Vector, dot, dot_in_order};
use crate::patterns::SparseRow;

/// The lengths of padded rows; longer rows are evaluated in steps of their own length.
const LENGTHS: [usize; 3] = [2, 4, 8];

/// Which of the forms: an index into their results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct FormId(u32);

/// A form of a builder, before the order of the results is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Draft(usize);

/// Collects forms.
#[derive(Debug, Default)]
pub(super) struct FormsBuilder {
    rows: Vec<(SparseRow, bool)>,
    known: HashMap<(Vec<(u16, u64)>, bool), Draft>,
}

/// Where the result of each draft is.
pub(super) struct Places(Vec<FormId>);

/// Rows of one length, end to end: which entries they read, and their weights.
#[derive(Debug, Default)]
struct Padded {
    indices: Vec<u16>,
    weights: Vec<f64>,
}

/// The forms, shortest first.
#[derive(Debug, Default)]
pub(super) struct Forms {
    /// The weights of the rows of each length.
    padded: [Padded; LENGTHS.len()],
    /// Rows and whether their terms may be added in any order.
    long: Vec<(SparseRow, bool)>,
    results: Vec<f64>,
}

impl FormsBuilder {
    /// A form; `exact` says that its terms may be added in any order.
    pub(super) fn add(&mut self, row: SparseRow, exact: bool) -> Draft {
        *self.known.entry((row.key(), exact)).or_insert_with(|| {
            self.rows.push((row, exact));
            Draft(self.rows.len() - 1)
        })
    }

    pub(super) fn build(self) -> (Forms, Places) {
        let class = |row: &SparseRow| LENGTHS.partition_point(|&l| l < row.weights().len());
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_by_key(|&form| class(&self.rows[form].0));
        let mut forms = Forms { results: vec![0.0; order.len()], ..Forms::default() };
        let mut places = vec![FormId(0); order.len()];
        for (place, form) in order.into_iter().enumerate() {
            places[form] = FormId(place as u32);
            let (row, exact) = &self.rows[form];
            match forms.padded.get_mut(class(row)) {
                Some(padded) => {
                    let end = padded.weights.len() + LENGTHS[class(row)];
                    for &(index, weight) in row.weights() {
                        padded.indices.push(index);
                        padded.weights.push(weight);
                    }
                    padded.indices.resize(end, 0);
                    padded.weights.resize(end, 0.0);
                }
                None => forms.long.push((row.clone(), *exact)),
            }
        }
        (forms, Places(places))
    }
}

impl Places {
    pub(super) fn of(&self, draft: Draft) -> FormId {
        self.0[draft.0]
    }
}

impl Forms {
    /// Evaluates every form.
    pub(super) fn evaluate(&mut self, vector: &Vector) {
        let entries = vector.entries();
        let [a, b, c] = &self.padded;
        let results = self.results.iter_mut();
        let results = fixed::<2>(a, entries, results);
        let results = fixed::<4>(b, entries, results);
        let results = fixed::<8>(c, entries, results);
        for (result, (row, exact)) in results.zip(&self.long) {
            *result = if *exact { dot(row, vector) } else { dot_in_order(row, vector) };
        }
    }

    /// The result of a form.
    #[inline]
    pub(super) fn get(&self, form: FormId) -> f64 {
        self.results[form.0 as usize]
    }
}

#[inline]
fn fixed<'results, const N: usize>(
    padded: &Padded,
    entries: &[f64; LENGTH],
    mut results: std::slice::IterMut<'results, f64>,
) -> std::slice::IterMut<'results, f64> {
    let (indices, _) = padded.indices.as_chunks::<N>();
    let (weights, _) = padded.weights.as_chunks::<N>();
    for ((indices, weights), result) in indices.iter().zip(weights).zip(&mut results) {
        let mut sum = entries[indices[0] as usize] * weights[0];
        for (&index, weight) in indices[1..].iter().zip(&weights[1..]) {
            sum += entries[index as usize] * weight;
        }
        *result = sum;
    }
    results
}

/// What is added to the stream: a form over the outputs of a half-layer for each slot that changes.
#[derive(Debug, Default)]
pub(super) struct Writes {
    forms: Forms,
    slots: Vec<(u16, FormId)>,
    rows: Vec<(u16, SparseRow)>,
}

impl Writes {
    /// From the columns of an output matrix, one for each entry of the vector of outputs.
    /// `exact` says of a slot that what is added to it may be added up in any order.
    pub(super) fn of_columns(columns: &[SparseRow], exact: impl Fn(u16) -> bool) -> Writes {
        let mut rows: std::collections::BTreeMap<u16, Vec<(u16, f64)>> = Default::default();
        for (index, column) in columns.iter().enumerate() {
            for &(slot, weight) in column.weights() {
                rows.entry(slot).or_default().push((index as u16, weight));
            }
        }
        let mut builder = FormsBuilder::default();
        let in_order = rows.iter().map(|(slot, row)| (*slot, SparseRow::new(row.clone())));
        let in_order = in_order.collect();
        let drafts: Vec<(u16, Draft)> = rows
            .into_iter()
            .map(|(slot, weights)| (slot, builder.add(SparseRow::new(weights), exact(slot))))
            .collect();
        let (forms, places) = builder.build();
        let slots = drafts.into_iter().map(|(slot, draft)| (slot, places.of(draft))).collect();
        Writes { forms, slots, rows: in_order }
    }

    /// The slots that it writes.
    pub(super) fn slots(&self) -> impl Iterator<Item = u16> + '_ {
        self.rows.iter().map(|(slot, _)| *slot)
    }

    /// Sets the slots that it writes to zero.
    pub(super) fn clear(&self, change: &mut Vector) {
        self.slots().for_each(|slot| change.entries_mut()[slot as usize] = 0.0);
    }

    /// Adds every term to what was added up before.
    pub(super) fn add_up(&self, outputs: &Vector, change: &mut Vector) {
        for (slot, row) in &self.rows {
            for &(index, weight) in row.weights() {
                change.entries_mut()[*slot as usize] += outputs.entries()[index as usize] * weight;
            }
        }
    }

    pub(super) fn apply(&mut self, outputs: &Vector, stream: &mut Vector) {
        self.forms.evaluate(outputs);
        for &(slot, form) in &self.slots {
            stream.entries_mut()[slot as usize] += self.forms.get(form);
        }
    }
}
