//! Scores of the tokens that can be emitted: patterns by their lines, all others one by one.

use super::forms::{Draft, FormId, Forms, FormsBuilder};
use super::vector::Vector;
use crate::engine::Best;
use crate::patterns::{Lines, SparseRow};
use crate::plan::Derivation;
use tvm_weights::{Token, Weights};

/// The unembedding over the tokens that can be emitted.
pub(super) struct SparseUnembedding {
    patterns: Vec<(Lines, FormId)>,
    singles: Vec<(Token, FormId)>,
    forms: Forms,
}

impl SparseUnembedding {
    pub(super) fn new(weights: &Weights, stream: &Derivation) -> Self {
        let (all, mut singles) = Lines::of(weights, stream.one);
        let mut builder = FormsBuilder::default();
        let mut patterns = Vec::new();
        for pattern in all {
            match stream.scores_exactly(&pattern) {
                true => patterns.push(pattern),
                false => singles.extend(pattern.lines.iter().map(|line| line.token)),
            }
        }
        let rests: Vec<Draft> =
            patterns.iter().map(|pattern| builder.add(pattern.rest.clone(), true)).collect();
        let drafts: Vec<(Token, Draft)> = singles
            .into_iter()
            .map(|token| {
                let row = SparseRow::of(&weights.unembedding, token.0 as usize);
                let exact = stream.reads_exactly(&row);
                (token, builder.add(row, exact))
            })
            .collect();
        let (forms, places) = builder.build();
        let singles = drafts.into_iter().map(|(token, draft)| (token, places.of(draft))).collect();
        let rests = rests.into_iter().map(|draft| places.of(draft));
        SparseUnembedding { patterns: patterns.into_iter().zip(rests).collect(), singles, forms }
    }

    /// The token with the greatest score, the first on a tie.
    pub(super) fn best(&mut self, stream: &Vector) -> Token {
        self.forms.evaluate(stream);
        let mut best = Best::default();
        for &(token, form) in &self.singles {
            best.challenge(token, self.forms.get(form));
        }
        for (pattern, rest) in &self.patterns {
            let (rest, r) = (self.forms.get(*rest), stream.entries()[pattern.slot]);
            for line in pattern.candidates(r) {
                best.challenge(line.token, rest + line.slope * r + line.offset);
            }
        }
        best.token()
    }
}
