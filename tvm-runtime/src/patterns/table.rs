//! A pattern of neurons as a piecewise linear function. With one gate direction `x` and thresholds
//! `c_i`, the pattern adds `sum_i w_i * max(0, x - c_i)` to a slot; for `x` between two thresholds
//! that is `a + b x`, where `b` sums the weights below `x` and `a` their products with thresholds.
//!
//! The same number as neuron by neuron: weights, thresholds and `x` are integers, and a pattern is
//! only made a table when every sum of absolute terms it can meet is exact.

use super::grid::Grid;
use super::row::SparseRow;
use super::steps::Steps;
use tvm_weights::FeedForward;

/// Weights, thresholds and sums stay below this, and so does every `x` a table answers.
const MODERATE: f64 = (1_u64 << 51) as f64;

/// The gate without its constant, when the neuron can be part of a table.
pub fn direction(neurons: &FeedForward, neuron: usize, one: u16) -> Option<SparseRow> {
    let value = SparseRow::of(&neurons.value, neuron);
    let constant = matches!(value.weights(), [(slot, _)] if *slot == one);
    let direction = SparseRow::of(&neurons.gate, neuron).without(one);
    (constant && !direction.is_empty()).then_some(direction)
}

/// A pattern of neurons that let a constant through.
#[derive(Debug, Clone)]
pub struct Table {
    steps: Steps,
    /// The slots that the pattern writes.
    pub slots: Vec<u16>,
    /// For every interval, the lowest first, and every slot: `a` and `b`.
    pieces: Vec<[f64; 2]>,
    /// The sums themselves for integers, when they are not too many.
    tabulated: Option<(Grid, Vec<f64>)>,
    /// Of which layer the neurons are, as far as whoever made the table has said.
    pub(crate) layer: usize,
    /// The neurons.
    neurons: Vec<u32>,
}

/// As many integers a threshold are tabulated.
const DENSITY: usize = 8;

/// In place of the slot of a column that belongs to none.
const NO_SLOT: u16 = u16::MAX;

/// No more sums than this are tabulated.
const MOST_SUMS: usize = 1 << 24;

/// A table of more slots has at most [`MOST_SUMS`] pieces: its neurons may each write a slot of their own, and the
/// pieces of all slots would be their square.
const MANY_SLOTS: usize = 256;

impl Table {
    /// The table of some neurons of one direction; `None` when it would not be exact, or much larger than they are.
    pub fn new(neurons: &FeedForward, members: &[usize], one: u16) -> Option<Table> {
        let one = usize::from(one);
        let mut steps: Vec<(f64, usize)> =
            members.iter().map(|&neuron| (-neurons.gate.get(neuron, one), neuron)).collect();
        steps.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut is_written = vec![false; neurons.output.rows()];
        let written = members.iter().flat_map(|&neuron| neurons.output.column(neuron));
        written.for_each(|(slot, _)| is_written[slot] = true);
        let slots: Vec<usize> = (0..is_written.len()).filter(|&slot| is_written[slot]).collect();
        if slots.len() > MANY_SLOTS && steps.len().saturating_mul(slots.len()) > MOST_SUMS {
            return None;
        }
        let mut pieces = Vec::with_capacity(((steps.len() + 1) * slots.len()).min(MOST_SUMS));
        pieces.resize(slots.len(), [0.0; 2]);
        let mut written = vec![0.0; slots.len()];
        for (index, &(threshold, neuron)) in steps.iter().enumerate() {
            let value = neurons.value.get(neuron, one);
            written.fill(0.0);
            for (slot, weight) in neurons.output.column(neuron) {
                let place = slots.binary_search(&slot).expect("all that its neurons write");
                written[place] = weight;
            }
            for (place, weight) in written.iter().enumerate() {
                let weight = weight * value;
                let [a, b] = pieces[index * slots.len() + place];
                let piece = [a - weight * threshold, b + weight];
                let moderate = [weight, threshold, weight * threshold, piece[0], piece[1]]
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
                layer: 0,
                neurons: members.iter().map(|&neuron| neuron as u32).collect(),
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
        let Some(grid) = self.intervals().or_else(|| self.integers()) else { return self };
        let (width, distance) = (self.slots.len(), grid.per_unit.recip());
        let rows = ((grid.span * grid.per_unit) as usize).saturating_add(1);
        if rows.saturating_mul(width) > MOST_SUMS {
            return self;
        }
        let mut sums = vec![0.0; rows * width];
        for (index, row) in sums.chunks_mut(width.max(1)).enumerate() {
            self.evaluate(grid.first + index as f64 * distance, row);
        }
        self.tabulated = Some((grid, sums));
        self
    }

    /// Every integer between the ends, where the sums are as they are beyond.
    fn integers(&self) -> Option<Grid> {
        let (first, last) = self.steps.range()?;
        let width = self.slots.len();
        let ends_flat = self.pieces[self.steps.len() * width..].iter().all(|&[_, b]| b == 0.0);
        let integers = last - first + 2.0;
        let few = integers <= (DENSITY * self.steps.len()) as f64;
        let grid = Grid::of_intervals(first + 1.0, 1.0, if few { integers as usize } else { 0 });
        grid.filter(|_| ends_flat)
    }

    /// Intervals of integers in which the sums stay, where they only rise or fall from one integer to
    /// the next.
    fn intervals(&self) -> Option<Grid> {
        let width = self.slots.len();
        let thresholds = self.steps.thresholds();
        let mut starts: Vec<f64> = Vec::new();
        for (index, &threshold) in thresholds.iter().enumerate() {
            let piece = &self.pieces[(index + 1) * width..(index + 2) * width];
            let next = thresholds.get(index + 1);
            if next == Some(&threshold) || piece.iter().all(|&[_, b]| b == 0.0) {
                continue;
            }
            if next != Some(&(threshold + 1.0)) {
                return None;
            }
            starts.push(threshold + 1.0);
        }
        let (first, last) = (*starts.first()?, *starts.last()?);
        let gaps = starts.windows(2).map(|pair| pair[1] - pair[0]);
        let distance = gaps.map(power_of_two_in).fold(f64::INFINITY, f64::min);
        let intervals = (last - first) / distance + 2.0;
        let few = intervals <= (DENSITY * starts.len()) as f64;
        Grid::of_intervals(first, distance, if few { intervals as usize } else { 0 })
    }

    /// Only these columns, in this order.
    pub fn with_columns(self, columns: &[usize]) -> Table {
        if columns.iter().copied().eq(0..self.slots.len()) {
            return self;
        }
        let Table { steps, slots, pieces, tabulated, layer, neurons } = self;
        // It is as large as the new one, and is made again.
        drop(tabulated);
        let rows = if slots.is_empty() { 0 } else { pieces.len() / slots.len() };
        let mut picked = Vec::with_capacity(rows * columns.len());
        for row in pieces.chunks(slots.len().max(1)) {
            picked.extend(columns.iter().map(|&column| row[column]));
        }
        drop(pieces);
        let slots = columns.iter().map(|&column| slots[column]).collect();
        Table { steps, slots, pieces: picked, tabulated: None, layer, neurons }.tabulate()
    }

    /// What the pattern adds to each of its slots.
    pub fn evaluate(&self, x: f64, sums: &mut [f64]) {
        match self.row(x) {
            Some(row) => sums.copy_from_slice(row),
            None => self.evaluate_between(x, sums),
        }
    }

    /// The same where the sums are tabulated.
    #[inline]
    pub fn row(&self, x: f64) -> Option<&[f64]> {
        let (grid, rows) = self.tabulated.as_ref()?;
        let width = self.slots.len();
        rows.get(grid.index(x)? * width..)?.get(..width)
    }

    /// The least and the greatest sum of a column; `None` when there is none.
    pub fn range(&self, column: usize) -> Option<(f64, f64)> {
        let (_, rows) = self.tabulated.as_ref()?;
        let sums = || rows.iter().skip(column).step_by(self.slots.len()).copied();
        Some((sums().reduce(f64::min)?, sums().reduce(f64::max)?))
    }

    /// The least and the greatest sum of a column, for integers from `low` to `high`; `None` when one of the
    /// terms `a` and `b x` may be rounded.
    pub fn range_between(&self, column: usize, [low, high]: [f64; 2]) -> Option<(f64, f64)> {
        const EXACT: f64 = (1_u64 << 53) as f64;
        let thresholds = self.steps.thresholds();
        let (mut least, mut greatest) = (0.0_f64, 0.0_f64);
        let farthest = low.abs().max(high.abs());
        for (index, row) in self.pieces.chunks(self.slots.len().max(1)).enumerate() {
            let from = index.checked_sub(1).map_or(low, |before| thresholds[before].max(low));
            let to = thresholds.get(index).map_or(high, |next| next.min(high));
            let [a, b] = row[column];
            if from > to {
                continue;
            }
            // What is no number is not below.
            let is_exact = b == 0.0 || b.abs() * farthest < EXACT;
            if !is_exact {
                return None;
            }
            for x in [from, to] {
                let sum = if b == 0.0 { a } else { a + b * x };
                (least, greatest) = (least.min(sum), greatest.max(sum));
            }
        }
        (greatest.max(-least) < EXACT).then_some((least, greatest))
    }

    /// The number that a column is for all integers from `low` to `high`, if it is one number.
    pub(crate) fn constant_between(&self, column: usize, [low, high]: [f64; 2]) -> Option<f64> {
        // Columns that were added have no lines.
        if self.slots[column] == NO_SLOT || !low.is_finite() || !high.is_finite() {
            return None;
        }
        if low == high {
            let mut sums = vec![0.0; self.slots.len()];
            self.evaluate(low, &mut sums);
            return Some(sums[column]);
        }
        let thresholds = self.steps.thresholds();
        let mut constant = None;
        for (index, row) in self.pieces.chunks(self.slots.len()).enumerate() {
            let from = index.checked_sub(1).map_or(low, |before| thresholds[before].max(low));
            let to = thresholds.get(index).map_or(high, |next| next.min(high));
            // Where two pieces meet, both give the same.
            if from >= to {
                continue;
            }
            let [sum, slope] = row[column];
            if slope != 0.0 || *constant.get_or_insert(sum) != sum {
                return None;
            }
        }
        constant
    }

    /// The thresholds of a column with their weights.
    pub fn lines(&self, column: usize) -> Vec<(f64, f64)> {
        let slopes = self.pieces.iter().skip(column).step_by(self.slots.len().max(1));
        let slopes: Vec<f64> = slopes.map(|&[_, slope]| slope).collect();
        let weights = slopes.windows(2).map(|pair| pair[1] - pair[0]);
        let lines = self.steps.thresholds().iter().copied().zip(weights);
        lines.filter(|(_, weight)| *weight != 0.0).collect()
    }

    /// The tabulated sums, row by row.
    pub fn tabulated(&self) -> Option<&[f64]> {
        self.tabulated.as_ref().map(|(_, rows)| rows.as_slice())
    }

    /// The neurons.
    pub(crate) fn neurons(&self) -> &[u32] {
        &self.neurons
    }

    /// The slots that neurons write, and for every column that was added its numbers.
    pub(crate) fn columns(&self) -> (&[u16], Vec<Vec<f64>>) {
        let of_neurons = self.slots.iter().position(|&slot| slot == NO_SLOT);
        let of_neurons = of_neurons.unwrap_or(self.slots.len());
        let rows = self.tabulated().unwrap_or_default();
        let column = |at| rows.iter().skip(at).step_by(self.slots.len()).copied().collect();
        (&self.slots[..of_neurons], (of_neurons..self.slots.len()).map(column).collect())
    }

    /// The table of these neurons once more: of [`Table::columns`]. None when the neurons give no such table.
    pub(crate) fn again(
        neurons: &FeedForward,
        (layer, members): (usize, &[usize]),
        one: u16,
        (slots, added): (&[u16], &[Vec<f64>]),
    ) -> Option<Table> {
        let whole = Table::new(neurons, members, one)?;
        let column = |slot: &u16| whole.slots.binary_search(slot).ok();
        let columns = slots.iter().map(column).collect::<Option<Vec<usize>>>()?;
        let mut table = whole.with_columns(&columns);
        let width = table.slots.len();
        let rows = table.tabulated().map(|rows| rows.len() / width.max(1));
        for column in added {
            (Some(column.len()) == rows).then_some(())?;
            table.add_column(column);
        }
        Some(Table { layer, ..table })
    }

    /// One more column: a number for every tabulated row, and 0 for what lies between.
    pub(crate) fn add_column(&mut self, column: &[f64]) {
        let width = self.slots.len();
        if let Some((_, rows)) = &mut self.tabulated {
            widen(rows, width, |row| column[row]);
        }
        widen(&mut self.pieces, width, |_| [0.0; 2]);
        self.slots.push(NO_SLOT);
    }

    /// The integers at which the sums are tabulated.
    pub fn grid(&self) -> Option<Grid> {
        self.tabulated.as_ref().map(|(grid, _)| *grid)
    }

    /// Where the pieces meet.
    pub(crate) fn steps(&self) -> &Steps {
        &self.steps
    }

    /// For every interval, the lowest first, and every slot: `a` and `b`.
    pub(crate) fn pieces(&self) -> &[[f64; 2]] {
        &self.pieces
    }

    #[inline]
    fn evaluate_between(&self, x: f64, sums: &mut [f64]) {
        evaluate_pieces(&self.steps, &self.pieces, x, sums);
    }
}

/// Sums `a + b x`; there are as many pieces in every interval as there are sums.
#[inline]
pub(crate) fn evaluate_pieces(steps: &Steps, pieces: &[[f64; 2]], x: f64, sums: &mut [f64]) {
    let start = steps.below(x) * sums.len();
    for (sum, &[a, b]) in sums.iter_mut().zip(&pieces[start..]) {
        *sum = a + b * x;
    }
}

/// Adds a last entry to every row, in place: the rows of a large program are many megabytes.
fn widen<T: Copy>(rows: &mut Vec<T>, width: usize, last: impl Fn(usize) -> T) {
    let Some(number) = rows.len().checked_div(width).filter(|&number| number > 0) else { return };
    rows.reserve_exact(number);
    rows.resize(number * (width + 1), last(0));
    for row in (0..number).rev() {
        rows.copy_within(row * width..(row + 1) * width, row * (width + 1));
        rows[row * (width + 1) + width] = last(row);
    }
}

/// The greatest power of two that divides an integer.
fn power_of_two_in(integer: f64) -> f64 {
    let integer = integer as i64;
    (integer & integer.wrapping_neg()) as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tvm_weights::Matrix;

    use super::*;

    /// The table of neurons with these thresholds. The gate is slot 1, and slots 1 and 2 are written.
    fn table(neurons: &[(i8, i8, i8)]) -> Table {
        let mut rows = FeedForward {
            gate: Matrix::zeros(neurons.len(), 3),
            value: Matrix::zeros(neurons.len(), 3),
            output: Matrix::zeros(3, neurons.len()),
        };
        for (neuron, &(threshold, one, other)) in neurons.iter().enumerate() {
            rows.gate.add(neuron, 0, -f64::from(threshold));
            rows.gate.add(neuron, 1, 1.0);
            rows.value.add(neuron, 0, 1.0);
            rows.output.add(1, neuron, one.into());
            rows.output.add(2, neuron, other.into());
        }
        let members: Vec<usize> = (0..neurons.len()).collect();
        Table::new(&rows, &members, 0).expect("small numbers are exact")
    }

    proptest! {
        #[test]
        fn lines_add_up_to_the_column(
            neurons in prop::collection::vec((-9_i8..9, -3_i8..=3, -3_i8..=3), 1..12),
            x in -20_i8..20,
        ) {
            let table = table(&neurons);
            let x = f64::from(x);
            let mut sums = vec![0.0; table.slots.len()];
            table.evaluate(x, &mut sums);
            for (column, sum) in sums.into_iter().enumerate() {
                let lines = table.lines(column).into_iter();
                let lines = lines.map(|(threshold, weight)| weight * (x - threshold).max(0.0));
                prop_assert_eq!(lines.sum::<f64>(), sum);
            }
        }

        #[test]
        fn what_is_one_number_between_two_is_seen(
            neurons in prop::collection::vec((-9_i8..9, -3_i8..=3), 1..6),
            ends in (-12_i8..12, -12_i8..12),
        ) {
            let table = table(&neurons.iter().map(|&(threshold, weight)| (threshold, weight, 0)).collect::<Vec<_>>());
            let ends = [ends.0.min(ends.1), ends.0.max(ends.1)];
            let mut sums = vec![0.0; table.slots.len()];
            let mut numbers = Vec::new();
            for x in ends[0]..=ends[1] {
                table.evaluate(x.into(), &mut sums);
                numbers.extend(sums.first().copied());
            }
            let constant = numbers.windows(2).all(|pair| pair[0] == pair[1]);
            let expected = numbers.first().copied().filter(|_| constant);
            if !table.slots.is_empty() {
                // Steps between two neighbours are slopes.
                let found = table.constant_between(0, ends.map(f64::from));
                prop_assert!(found == expected, "{found:?} {expected:?}");
            }
        }
    }
}
