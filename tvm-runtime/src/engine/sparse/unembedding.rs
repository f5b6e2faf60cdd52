//! Scores of all tokens that can be emitted, column by column: most slots are zero, or score only a
//! few tokens.

use crate::Token;
use crate::model::Model;

/// The unembedding by columns, over the tokens that can be emitted.
pub(super) struct SparseUnembedding {
    tokens: Vec<Token>,
    columns: Vec<Column>,
    scores: Vec<f64>,
}

/// The weights of a slot: all of a range of tokens.
struct Column {
    slot: usize,
    start: usize,
    weights: Vec<f64>,
}

impl SparseUnembedding {
    pub(super) fn new(model: &Model) -> Self {
        let all = (0..model.vocabulary.len() as u32).map(Token);
        let tokens: Vec<Token> = all.filter(|&t| model.vocabulary.is_generable(t)).collect();
        let weight = |place: usize, slot: usize| model.unembedding.get(tokens[place].0 as usize, slot);
        let mut columns = Vec::new();
        for slot in 0..model.d_model() {
            let mut start = 0;
            while start < tokens.len() {
                if weight(start, slot) == 0.0 {
                    start += 1;
                    continue;
                }
                let end = (start..tokens.len()).find(|&p| weight(p, slot) == 0.0);
                let end = end.unwrap_or(tokens.len());
                let weights = (start..end).map(|place| weight(place, slot)).collect();
                columns.push(Column { slot, start, weights });
                start = end;
            }
        }
        let scores = vec![0.0; tokens.len()];
        SparseUnembedding { tokens, columns, scores }
    }

    /// The token with the greatest score, the first on a tie.
    pub(super) fn best(&mut self, stream: &[f64]) -> Token {
        self.scores.fill(0.0);
        for column in &self.columns {
            let factor = stream[column.slot];
            if factor != 0.0 {
                let scores = &mut self.scores[column.start..];
                for (score, weight) in scores.iter_mut().zip(&column.weights) {
                    *score += factor * weight;
                }
            }
        }
        let mut best = 0;
        for (place, &score) in self.scores.iter().enumerate() {
            if score > self.scores[best] {
                best = place;
            }
        }
        self.tokens[best]
    }
}
