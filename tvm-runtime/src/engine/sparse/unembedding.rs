//! Scores of the tokens that can be emitted. Tokens whose rows differ only in one slot and the
//! constant are lines in that slot: `score = rest + w r + c`. Where each of them is best in an
//! interval of its own (a parabola `2 v r - v^2` for the bytes), the interval of `r` names the
//! winner; it and its neighbours are then scored in full, so that rounding a breakpoint cannot
//! change a token. All other tokens are scored one by one.

use std::collections::BTreeMap;

use super::forms::{Draft, FormId, Forms, FormsBuilder};
use super::rows::{SparseRow, Vector};
use super::steps::Steps;
use crate::Token;
use crate::model::Model;

/// Fewer tokens are scored one by one.
const LEAST_FAMILY: usize = 8;

/// The unembedding over the tokens that can be emitted.
pub(super) struct SparseUnembedding {
    families: Vec<Family>,
    singles: Vec<(Token, FormId)>,
    forms: Forms,
}

/// Tokens by the slot in which they differ.
struct Family {
    slot: usize,
    /// Where each line overtakes the one before, increasing.
    breakpoints: Steps,
    /// One more than breakpoints, in order of their slopes.
    lines: Vec<(Token, SparseRow)>,
}

impl SparseUnembedding {
    pub(super) fn new(model: &Model, one: Option<u16>) -> Self {
        let all = (0..model.vocabulary.len() as u32).map(Token);
        let generable = all.filter(|&token| model.vocabulary.is_generable(token));
        let mut singles: Vec<Token> = generable.collect();
        let mut families = Vec::new();
        if let Some(one) = one {
            for slot in (0..model.d_model()).filter(|&slot| slot != one as usize) {
                for members in alike(model, &singles, slot, one as usize) {
                    if let Some(family) = Family::new(model, &members, slot, one as usize) {
                        singles.retain(|token| !members.contains(token));
                        families.push(family);
                    }
                }
            }
        }
        let mut builder = FormsBuilder::default();
        let drafts: Vec<(Token, Draft)> = singles
            .into_iter()
            .map(|t| (t, builder.add(SparseRow::of(&model.unembedding, t.0 as usize))))
            .collect();
        let (forms, places) = builder.build();
        let singles = drafts.into_iter().map(|(token, draft)| (token, places.of(draft))).collect();
        SparseUnembedding { families, singles, forms }
    }

    /// The token with the greatest score, the first on a tie.
    pub(super) fn best(&mut self, stream: &Vector) -> Token {
        self.forms.evaluate(stream);
        let mut best = Best { score: f64::NEG_INFINITY, token: Token(u32::MAX) };
        for &(token, form) in &self.singles {
            best.challenge(token, self.forms.get(form));
        }
        for family in &self.families {
            for (token, row) in family.candidates(stream) {
                best.challenge(*token, row.dot(stream));
            }
        }
        best.token
    }
}

/// The greatest score so far.
struct Best {
    score: f64,
    token: Token,
}

impl Best {
    #[inline]
    fn challenge(&mut self, token: Token, score: f64) {
        if score > self.score || (score == self.score && token < self.token) {
            *self = Best { score, token };
        }
    }
}

/// Groups of tokens whose rows agree except in `slot` and the constant.
fn alike(model: &Model, tokens: &[Token], slot: usize, one: usize) -> Vec<Vec<Token>> {
    let mut groups: BTreeMap<Vec<(usize, u64)>, Vec<Token>> = BTreeMap::new();
    for &token in tokens {
        let weights = model.unembedding.non_zeros(token.0 as usize);
        let rest = weights.filter(|(at, _)| *at != slot && *at != one);
        groups.entry(rest.map(|(at, w)| (at, w.to_bits())).collect()).or_default().push(token);
    }
    groups.into_values().filter(|group| group.len() >= LEAST_FAMILY).collect()
}

impl Family {
    /// The family of these tokens, when every line is best somewhere.
    fn new(model: &Model, members: &[Token], slot: usize, one: usize) -> Option<Family> {
        let weight = |token: &Token, slot: usize| model.unembedding.get(token.0 as usize, slot);
        let mut lines = members.to_vec();
        lines.sort_by(|a, b| weight(a, slot).total_cmp(&weight(b, slot)));
        let mut breakpoints = Vec::with_capacity(lines.len() - 1);
        for pair in lines.windows(2) {
            let rise = weight(&pair[1], slot) - weight(&pair[0], slot);
            let breakpoint = (weight(&pair[0], one) - weight(&pair[1], one)) / rise;
            let increases = breakpoints.last().is_none_or(|last| *last < breakpoint);
            if rise <= 0.0 || !increases {
                return None;
            }
            breakpoints.push(breakpoint);
        }
        let row = |token: Token| (token, SparseRow::of(&model.unembedding, token.0 as usize));
        Some(Family {
            slot,
            breakpoints: Steps::new(breakpoints),
            lines: lines.into_iter().map(row).collect(),
        })
    }

    /// The line of the interval, and its neighbours.
    fn candidates(&self, stream: &Vector) -> &[(Token, SparseRow)] {
        let interval = self.breakpoints.below(stream.entries()[self.slot]);
        &self.lines[interval.saturating_sub(1)..(interval + 2).min(self.lines.len())]
    }
}
