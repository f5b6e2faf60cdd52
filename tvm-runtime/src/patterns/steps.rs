//! How many of some sorted thresholds lie below a number. The range is cut into as many equal cells
//! as there are thresholds; a cell knows how many lie below its start, and the rest of the way is
//! walked. Thresholds at equal distances, the usual ones, take one step.

use std::ops::Range;

/// Sorted thresholds.
#[derive(Debug, Clone, PartialEq)]
pub struct Steps {
    thresholds: Vec<f64>,
    cells_per_unit: f64,
    /// For every cell, thresholds that are certainly below all of it.
    below_cell: Vec<u32>,
}

impl Steps {
    /// Thresholds in increasing order; equal ones are allowed.
    pub fn new(thresholds: Vec<f64>) -> Steps {
        let span = match (thresholds.first(), thresholds.last()) {
            (Some(first), Some(last)) if last > first => last - first,
            _ => 1.0,
        };
        // Thresholds that are too near to each other are all in one cell.
        let cells_per_unit = Some(thresholds.len() as f64 / span).filter(|cells| cells.is_finite());
        let cells_per_unit = cells_per_unit.unwrap_or(0.0);
        let mut steps = Steps { thresholds, cells_per_unit, below_cell: Vec::new() };
        // A threshold of an earlier cell is below: cells are a monotonous function of x.
        let cells: Vec<usize> = steps.thresholds.iter().map(|&t| steps.cell(t)).collect();
        let count = cells.last().map_or(0, |last| last + 1);
        let below = |cell| cells.partition_point(|&other| other < cell) as u32;
        steps.below_cell = (0..count).map(below).collect();
        steps
    }

    /// The number of thresholds.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.thresholds.len()
    }

    /// All of them.
    pub fn thresholds(&self) -> &[f64] {
        &self.thresholds
    }

    /// The first and the last threshold.
    pub fn range(&self) -> Option<(f64, f64)> {
        Some((*self.thresholds.first()?, *self.thresholds.last()?))
    }

    /// The cell of a number that is not below the first threshold.
    fn cell(&self, x: f64) -> usize {
        ((x - self.thresholds[0]) * self.cells_per_unit) as usize
    }

    /// The number of thresholds below `x`.
    #[inline]
    pub fn below(&self, x: f64) -> usize {
        match (self.thresholds.first(), self.thresholds.last()) {
            (Some(first), Some(last)) if *first < x && x <= *last => {
                let start = self.below_cell[self.cell(x)] as usize;
                let walk = self.thresholds[start..].iter().take_while(|&&threshold| threshold < x);
                start + walk.count()
            }
            (Some(first), _) if *first < x => self.thresholds.len(),
            _ => 0,
        }
    }

    /// The interval between thresholds that `x` lies in, and its neighbours; the one before the first threshold is
    /// number 0.
    #[inline]
    pub fn around(&self, x: f64) -> Range<usize> {
        let interval = self.below(x);
        interval.saturating_sub(1)..(interval + 2).min(self.len() + 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counts_what_is_below(
            mut thresholds in prop::collection::vec(-1e6_f64..1e6, 0..40),
            spaced in prop::collection::vec(-20_i8..20, 0..40),
            x in prop_oneof![-1e6_f64..1e6, (-30_i8..30).prop_map(f64::from)],
        ) {
            thresholds.extend(spaced.into_iter().map(f64::from));
            thresholds.sort_by(f64::total_cmp);
            let expected = thresholds.iter().filter(|&&threshold| threshold < x).count();
            prop_assert_eq!(Steps::new(thresholds).below(x), expected);
        }
    }

    #[test]
    fn ends_very_near_and_very_far_are_counted_too() {
        let tiny = f64::from_bits(1);
        let (least, greatest) = (f64::NEG_INFINITY, f64::INFINITY);
        for thresholds in
            [vec![0.0, tiny], vec![-f64::MAX, 0.0, f64::MAX], vec![least, 1.0], vec![1.0, greatest]]
        {
            let steps = Steps::new(thresholds.clone());
            for x in [least, -f64::MAX, -1.0, 0.0, tiny, 1.0, 2.0, f64::MAX, greatest, f64::NAN] {
                let expected = thresholds.iter().filter(|&&threshold| threshold < x).count();
                assert_eq!(steps.below(x), expected, "{thresholds:?} {x}");
            }
        }
    }
}
