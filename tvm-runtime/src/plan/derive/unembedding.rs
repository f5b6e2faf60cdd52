//! The scores of the tokens.

use super::super::bounds::{EXACT, Interval};
use super::super::{Output, OutputPattern};
use super::Derivation;
use super::sums::partial_sums;
use crate::patterns::{Line, Lines, SparseRow};

impl Derivation<'_> {
    pub(super) fn unembedding(&mut self) -> Output {
        let (patterns, mut singles) = Lines::of(self.model, self.one);
        let mut output = Output::default();
        for lines in patterns {
            if !self.scores_exactly(&lines) {
                singles.extend(lines.lines.iter().map(|line| line.token));
                continue;
            }
            let rest = self.read(&lines.rest).form;
            let r = self.slot(lines.slot as u16).form.clone();
            let (rest, r) = (self.register(&rest), self.register(&r));
            let number = output.patterns.len();
            output.patterns.push(OutputPattern { number, rest, r, lines: lines.into() });
        }
        singles.sort();
        for token in singles {
            let row = SparseRow::of(&self.model.unembedding, token.0 as usize);
            let score = self.read(&row).form;
            output.singles.push((token, self.register(&score)));
        }
        output
    }

    /// Is `rest + slope r + offset` exact for every line, in any order, and the difference of two offsets
    /// as well?
    pub(crate) fn scores_exactly(&self, lines: &Lines) -> bool {
        let r = self.slot(lines.slot as u16);
        let weights = lines.rest.weights().iter();
        let rest = weights.map(|&(slot, weight)| (self.slot(slot), weight));
        let Some(rest) = partial_sums(rest) else { return false };
        r.integer
            && lines.lines.iter().all(|&Line { slope, offset, .. }| {
                let integers = slope.fract() == 0.0 && offset.fract() == 0.0;
                let terms = [rest, r.interval.times(slope), Interval::number(offset)];
                let score = Interval::of_partial_sums(terms.into_iter());
                integers && score.holds_exact_integers() && offset.abs() < 0.5 * EXACT
            })
    }
}
