//! Scores of the tokens that can be emitted. Tokens whose rows differ only in one slot and the
//! constant are lines in that slot: `score = rest + slope r + offset`. Where each of them is best in
//! an interval of its own (a parabola `2 v r - v^2` for the bytes), the interval of `r` names the
//! winner; it and its neighbours are then scored in full, so that rounding a breakpoint cannot
//! change a token.

use std::collections::BTreeMap;
use std::ops::Range;

use super::grid::Grid;
use super::row::SparseRow;
use super::steps::Steps;
use tvm_weights::{Token, Weights};

/// Fewer tokens are scored one by one.
const LEAST_PATTERN: usize = 8;

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
    /// When the breakpoints need no search: the line that wins at an integer.
    pub grid: Option<Grid>,
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
        let grid = grid(&lines, &breakpoints);
        Some(Lines { slot, rest, breakpoints: Steps::new(breakpoints), grid, lines })
    }

    /// The lines that may be best at `r`.
    #[inline]
    pub fn candidates(&self, r: f64) -> &[Line] {
        &self.lines[self.near(r)]
    }

    /// Which lines those are.
    #[inline]
    pub fn near(&self, r: f64) -> Range<usize> {
        if let Some(interval) = self.grid.and_then(|grid| grid.index(r)) {
            return interval..interval + 1;
        }
        self.breakpoints.around(r)
    }
}

/// The grid of lines that overtake each other half-way between numbers at equal distances, when all
/// of this is exact.
fn grid(lines: &[Line], breakpoints: &[f64]) -> Option<Grid> {
    let distance = breakpoints.get(1)? - breakpoints[0];
    let ascending = lines.is_sorted_by_key(|line| line.token);
    if !ascending && !lines.is_sorted_by_key(|line| std::cmp::Reverse(line.token)) {
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
