//! Scores of the tokens that can be emitted. Tokens whose rows differ only in one slot and the
//! constant are lines in that slot: `score = rest + slope r + offset`. Where each of them is best in
//! an interval of its own (a parabola `2 v r - v^2` for the bytes), the interval of `r` names the
//! winner; it and its neighbours are then scored in full, so that rounding a breakpoint cannot
//! change a token.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::grid::Grid;
use super::row::SparseRow;
use super::steps::Steps;
use tvm_weights::{Token, Weights};

/// Fewer tokens are scored one by one.
const LEAST_PATTERN: usize = 8;

/// Winners at integers are listed where they are no more than this.
const MOST_WINNERS: usize = 1 << 12;

/// Patterns are looked for as long as no more weights than this have to be compared. No model of a
/// program comes near.
const MOST_COMPARISONS: usize = 1 << 28;

/// Tokens by the slot in which they differ.
#[derive(Debug, Clone)]
pub struct Lines {
    /// The slot `r`.
    pub slot: usize,
    /// The weights of the other slots, the same for all.
    pub rest: SparseRow,
    /// Where each line overtakes the one before.
    pub breakpoints: Steps,
    /// When the breakpoints need no search: which of the winners is the one at an integer.
    pub grid: Option<Grid>,
    /// The lines that win at the numbers of the grid; empty without a grid.
    pub winners: Vec<Line>,
    /// One more than breakpoints, in order of their slopes.
    pub lines: Vec<Line>,
}

/// One token's score in a pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// The token.
    pub token: Token,
    /// The weight of the slot.
    pub slope: f64,
    /// The weight of the constant.
    pub offset: f64,
}

impl Lines {
    /// All patterns of a model, and the tokens that belong to none; `one` is the slot that is always
    /// one.
    pub fn of(model: &Weights, one: Option<u16>) -> (Vec<Lines>, Vec<Token>) {
        let mut singles: Vec<Token> = model.generable().collect();
        let mut patterns = Vec::new();
        let Some(one) = one.map(usize::from) else { return (patterns, singles) };
        let row = |token: Token| SparseRow::of(&model.unembedding, token.0 as usize);
        let rows: BTreeMap<Token, SparseRow> = singles.iter().map(|&t| (t, row(t))).collect();
        let weights: usize = rows.values().map(|row| 1 + row.weights().len()).sum();
        if weights.saturating_mul(model.d_model()) > MOST_COMPARISONS {
            return (patterns, singles);
        }
        for slot in (0..model.d_model()).filter(|&slot| slot != one) {
            for (rest, members) in alike(&rows, &singles, slot, one) {
                if let Some(pattern) = Lines::new(model, rest, &members, [slot, one]) {
                    singles.retain(|token| !members.contains(token));
                    patterns.push(pattern);
                }
            }
        }
        (patterns, singles)
    }

    /// The pattern of these tokens, when every line is best somewhere.
    fn new(
        model: &Weights,
        rest: SparseRow,
        members: &[Token],
        [slot, one]: [usize; 2],
    ) -> Option<Lines> {
        let weight = |token: Token, slot: usize| model.unembedding.get(token.0 as usize, slot);
        let line = |&token: &Token| {
            let (slope, offset) = (weight(token, slot), weight(token, one));
            Line { token, slope, offset }
        };
        let mut lines: Vec<Line> = members.iter().map(line).collect();
        lines.sort_by(|a, b| a.slope.total_cmp(&b.slope));
        let mut breakpoints = Vec::with_capacity(lines.len() - 1);
        for pair in lines.windows(2) {
            let rise = pair[1].slope - pair[0].slope;
            let breakpoint = (pair[0].offset - pair[1].offset) / rise;
            let increases = breakpoints.last().is_none_or(|last| *last < breakpoint);
            if rise <= 0.0 || !increases {
                return None;
            }
            breakpoints.push(breakpoint);
        }
        let every_line = |grid| (grid, lines.clone());
        let grid = grid(&lines, &breakpoints).map(every_line);
        let (grid, winners) = grid.or_else(|| at_integers(&lines, &breakpoints)).unzip();
        let (breakpoints, winners) = (Steps::new(breakpoints), winners.unwrap_or_default());
        Some(Lines { slot, rest, breakpoints, grid, winners, lines })
    }

    /// The lines that may be best at `r`.
    #[inline]
    pub fn candidates(&self, r: f64) -> &[Line] {
        match self.grid.and_then(|grid| grid.index(r)) {
            Some(index) => &self.winners[index..=index],
            None => &self.lines[self.breakpoints.around(r)],
        }
    }
}

/// The lines that win at the integers from before the first breakpoint to after the last one, and the grid of these
/// integers. None when they are too many, or the scores are no integers of a size that is compared exactly here.
fn at_integers(lines: &[Line], breakpoints: &[f64]) -> Option<(Grid, Vec<Line>)> {
    let (first, last) = (breakpoints.first()?.ceil() - 1.0, breakpoints.last()?.floor() + 1.0);
    let count = last - first + 1.0;
    let is_integer = |number: f64| number.fract() == 0.0 && number.abs() < (1_u64 << 62) as f64;
    let are_integers = lines.iter().all(|line| is_integer(line.slope) && is_integer(line.offset));
    if !(count <= MOST_WINNERS as f64 && are_integers) {
        return None;
    }
    let grid = Grid::nearest(first, 1.0, count as usize, true)?;
    let score = |line: &Line, x: f64| line.slope as i128 * x as i128 + line.offset as i128;
    let winner = |x: f64| lines.iter().max_by_key(|line| (score(line, x), Reverse(line.token)));
    let winners = (0..count as usize).filter_map(|index| winner(first + index as f64)).copied();
    Some((grid, winners.collect()))
}

/// The grid of lines that overtake each other half-way between numbers at equal distances, when all
/// of this is exact.
fn grid(lines: &[Line], breakpoints: &[f64]) -> Option<Grid> {
    let distance = breakpoints.get(1)? - breakpoints[0];
    let ascending = lines.is_sorted_by_key(|line| line.token);
    if !ascending && !lines.is_sorted_by_key(|line| Reverse(line.token)) {
        return None;
    }
    let grid = Grid::nearest(breakpoints[0] - 0.5 * distance, distance, lines.len(), ascending)?;
    let exact = |(index, pair): (usize, &[Line])| {
        let middle = grid.first + distance * (index as f64 + 0.5);
        let rise = pair[1].slope - pair[0].slope;
        // A power of two times a small number: the division has found the very breakpoint.
        breakpoints[index] == middle && rise * middle == pair[0].offset - pair[1].offset
    };
    lines.windows(2).enumerate().all(exact).then_some(grid)
}

/// A token with its score, or one that loses to all others when the score is no number.
#[inline(always)]
pub fn scored(score: f64, token: u32) -> (f64, u32) {
    if score.is_nan() { (f64::NEG_INFINITY, u32::MAX) } else { (score, token) }
}

/// The better of two scores with their tokens; the first token on a tie.
#[inline(always)]
pub fn winner(a: (f64, u32), b: (f64, u32)) -> (f64, u32) {
    if b.0 > a.0 || (b.0 == a.0 && b.1 < a.1) { b } else { a }
}

/// Groups of tokens whose rows agree except in `slot` and the constant, with what they agree in.
fn alike(
    rows: &BTreeMap<Token, SparseRow>,
    tokens: &[Token],
    slot: usize,
    one: usize,
) -> Vec<(SparseRow, Vec<Token>)> {
    let mut groups: BTreeMap<Vec<(u16, u64)>, Vec<Token>> = BTreeMap::new();
    for token in tokens {
        let rest = rows[token].weights().iter();
        let rest = rest.filter(|(at, _)| usize::from(*at) != slot && usize::from(*at) != one);
        let bits = rest.map(|(at, weight)| (*at, weight.to_bits()));
        groups.entry(bits.collect()).or_default().push(*token);
    }
    groups.retain(|_, group| group.len() >= LEAST_PATTERN);
    let row = |bits: Vec<(u16, u64)>| {
        SparseRow::new(bits.into_iter().map(|(slot, bits)| (slot, f64::from_bits(bits))).collect())
    };
    groups.into_iter().map(|(bits, group)| (row(bits), group)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tvm_weights::Token;

    use super::*;

    proptest! {
        /// The line that is found for an integer is the one with the greatest score, the first token on a tie.
        #[test]
        fn winners_at_integers_are_those_of_all_lines(
            tops in prop::collection::btree_set(-60_i64..60, 2..20), rotation in 0_u32..20,
        ) {
            let lines = tops.iter().enumerate().map(|(index, &top)| Line {
                token: Token((index as u32 * 7 + rotation) % 23),
                slope: (2 * top) as f64,
                offset: -(top * top) as f64,
            });
            let lines: Vec<Line> = lines.collect();
            let overtakes = |pair: &[Line]| {
                (pair[0].offset - pair[1].offset) / (pair[1].slope - pair[0].slope)
            };
            let breakpoints: Vec<f64> = lines.windows(2).map(overtakes).collect();
            let (grid, winners) = at_integers(&lines, &breakpoints).expect("so few");
            for r in -100..100 {
                let score = |line: &&Line| line.slope as i64 * r + line.offset as i64;
                let greatest = lines.iter().map(|line| score(&line)).max().unwrap();
                let best = lines.iter().filter(|line| score(line) == greatest);
                let first = best.min_by_key(|line| line.token).unwrap();
                prop_assert_eq!(winners[grid.index(r as f64).unwrap()], *first, "{}", r);
            }
        }
    }

    #[test]
    fn no_winners_are_listed_that_are_many_or_not_exact() {
        let line = |token, slope, offset| Line { token: Token(token), slope, offset };
        let two = |slope, offset| [line(0, 0.0, 0.0), line(1, slope, offset)];
        assert!(at_integers(&two(2.0, -2.0), &[1.0]).is_some());
        assert!(at_integers(&two(0.5, -0.5), &[1.0]).is_none());
        assert!(at_integers(&two(1e30, -1e30), &[1.0]).is_none());
        assert!(at_integers(&two(f64::NAN, -2.0), &[1.0]).is_none());
        assert!(at_integers(&two(2.0, -2.0), &[f64::NAN]).is_none());
        assert!(
            at_integers(
                &[line(0, 0.0, 0.0), line(1, 1.0, 0.0), line(2, 2.0, -5000.0)],
                &[0.0, 5000.0]
            )
            .is_none()
        );
    }
}
