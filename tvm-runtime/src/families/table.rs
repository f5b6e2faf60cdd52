//! A family of neurons as a piecewise linear function. With one gate direction `x` and thresholds
//! `c_i`, the family adds `sum_i w_i * max(0, x - c_i)` to a slot; for `x` between two thresholds
//! that is `a + b x`, where `b` sums the weights below `x` and `a` their products with thresholds.
//!
//! The same number as neuron by neuron: weights, thresholds and `x` are integers, and a family is
//! only made a table when every sum of absolute terms it can meet is exact.

use super::row::SparseRow;
use super::steps::Steps;
use crate::model::FeedForward;

/// Integers of f64 are exact below this.
const EXACT: f64 = (1_u64 << 53) as f64;

/// Weights, thresholds and sums stay below this, and so does every `x` a table answers.
const MODERATE: f64 = (1_u64 << 51) as f64;

/// The gate without its constant, when the neuron can be part of a table.
pub fn direction(neurons: &FeedForward, neuron: usize, one: u16) -> Option<SparseRow> {
    let value = SparseRow::of(&neurons.value, neuron);
    let constant = matches!(value.weights(), [(slot, _)] if *slot == one);
    let direction = SparseRow::of(&neurons.gate, neuron).without(one);
    (constant && !direction.is_empty()).then_some(direction)
}

/// A family of neurons that let a constant through.
#[derive(Debug, Clone)]
pub struct Table {
    steps: Steps,
    /// The slots that the family writes.
    pub slots: Vec<u16>,
    /// For every interval, the lowest first, and every slot: `a` and `b`.
    pieces: Vec<(f64, f64)>,
    /// The sums themselves, for the integers of the range, when they are not too many.
    tabulated: Option<Tabulated>,
}

/// The sums at `first`, `first + 1`, and so on, slot by slot.
#[derive(Debug, Clone)]
struct Tabulated {
    first: f64,
    /// The greatest number of a row.
    last: f64,
    sums: Vec<f64>,
}

impl Tabulated {
    /// The row of an integer.
    #[inline]
    fn row(&self, x: f64) -> Option<usize> {
        /// Rounds what is added to it, if small, to an integer.
        const MAGIC: f64 = 1.5 * (1_u64 << 52) as f64;
        // Below the range and above it everything is as at its ends.
        let offset = (x - self.first).max(0.0).min(self.last);
        let sum = offset + MAGIC;
        let row = sum.to_bits().wrapping_sub(MAGIC.to_bits()) as usize;
        (sum - MAGIC == offset).then_some(row)
    }
}

/// As many integers a threshold are tabulated.
const DENSITY: usize = 8;

impl Table {
    /// The table of some neurons of one direction; `None` when it would not be exact.
    pub fn new(neurons: &FeedForward, members: &[usize], one: u16) -> Option<Table> {
        let one = usize::from(one);
        let mut steps: Vec<(f64, usize)> =
            members.iter().map(|&neuron| (-neurons.gate.get(neuron, one), neuron)).collect();
        steps.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let width = neurons.output.rows();
        let written = |slot: &usize| members.iter().any(|&n| neurons.output.get(*slot, n) != 0.0);
        let slots: Vec<usize> = (0..width).filter(written).collect();
        let mut pieces = vec![(0.0, 0.0); slots.len()];
        for (index, &(threshold, neuron)) in steps.iter().enumerate() {
            let value = neurons.value.get(neuron, one);
            for (place, &slot) in slots.iter().enumerate() {
                let weight = neurons.output.get(slot, neuron) * value;
                let (a, b) = pieces[index * slots.len() + place];
                let piece = (a - weight * threshold, b + weight);
                let moderate = [weight, threshold, weight * threshold, piece.0, piece.1]
                    .iter()
                    .all(|number| number.fract() == 0.0 && number.abs() < MODERATE);
                if !moderate {
                    return None;
                }
                pieces.push(piece);
            }
        }
        Some(
            Table {
                steps: Steps::new(steps.into_iter().map(|(threshold, _)| threshold).collect()),
                slots: slots.into_iter().map(|slot| slot as u16).collect(),
                pieces,
                tabulated: None,
            }
            .tabulate(),
        )
    }

    /// The number of thresholds.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    fn tabulate(mut self) -> Table {
        self.tabulated = None;
        let Some((first, last)) = self.steps.range() else { return self };
        let width = self.slots.len();
        let ends_flat = self.pieces[self.steps.len() * width..].iter().all(|&(_, b)| b == 0.0);
        let integers = last - first + 2.0;
        if ends_flat && first.fract() == 0.0 && integers <= (DENSITY * self.steps.len()) as f64 {
            let mut sums = vec![0.0; integers as usize * width];
            for (index, row) in sums.chunks_mut(width.max(1)).enumerate() {
                self.evaluate(first + index as f64, row);
            }
            self.tabulated = Some(Tabulated { first, last: integers - 1.0, sums });
        }
        self
    }

    /// Only these columns, in this order.
    pub fn with_columns(self, columns: &[usize]) -> Table {
        let width = self.slots.len();
        let pick = |row: &[(f64, f64)]| columns.iter().map(|&c| row[c]).collect::<Vec<_>>();
        let pieces = match width {
            0 => Vec::new(),
            _ => self.pieces.chunks(width).flat_map(pick).collect(),
        };
        let slots = columns.iter().map(|&column| self.slots[column]).collect();
        Table { steps: self.steps, slots, pieces, tabulated: None }.tabulate()
    }

    /// What the family adds to each of its slots.
    pub fn evaluate(&self, x: f64, sums: &mut [f64]) {
        let width = self.slots.len();
        let row = |rows: &Tabulated| Some(rows.row(x)? * width);
        match &self.tabulated {
            Some(rows) if let Some(row) = row(rows) => {
                sums.copy_from_slice(&rows.sums[row..row + width]);
            }
            _ => self.evaluate_between(x, sums),
        }
    }

    /// The same for a number of slots that is known when this is compiled.
    #[inline]
    pub fn sums<const WIDTH: usize>(&self, x: f64) -> [f64; WIDTH] {
        if let Some(rows) = &self.tabulated
            && let Some(row) = rows.row(x)
            && let Some(sums) = rows.sums.as_chunks().0.get(row)
        {
            return *sums;
        }
        let mut sums = [0.0; WIDTH];
        self.evaluate_between(x, &mut sums);
        sums
    }

    #[inline]
    fn evaluate_between(&self, x: f64, sums: &mut [f64]) {
        let start = self.steps.below(x) * self.slots.len();
        for (sum, &(a, b)) in sums.iter_mut().zip(&self.pieces[start..]) {
            debug_assert!(a.abs() + (b * x).abs() < EXACT, "a table is exact");
            *sum = a + b * x;
        }
    }
}
