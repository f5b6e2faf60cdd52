//! The scores of all tokens of one kind, by their byte: over the bytes they are a parabola, whose maximum is the token that
//! follows.

use serde::Serialize;

use super::subject::Subject;
use crate::explain::Explanation;
use tvm_model::{Role, Token};

/// The scores of all tokens that stand for a byte, of the kind that the next token has.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ByteScores {
    /// Which tokens.
    pub kind: ByteKind,
    /// Their scores, by byte.
    pub bytes: Vec<ByteScore>,
}

/// Tokens that stand for bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ByteKind {
    /// Bytes of values and offsets.
    Byte,
    /// Bytes of output.
    Output,
}

/// The score of a token.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ByteScore {
    /// The byte that it stands for.
    pub byte: u8,
    /// Its name.
    pub token: String,
    /// Its score.
    #[serde(serialize_with = "crate::number::serialize")]
    pub score: f64,
}

impl ByteScores {
    /// The scores at the end of a forward pass.
    pub(super) fn of(subject: &Subject, explanation: &Explanation) -> Self {
        let model = &subject.model;
        let roles = model.vocabulary.roles();
        let best = explanation.top.first().map(|best| &roles[best.token.0 as usize]);
        let kind = match best {
            Some(Role::Outputs(_)) => ByteKind::Output,
            _ => ByteKind::Byte,
        };
        let last = 2 * model.weights.layers.len();
        let residual = explanation.residual(last).unwrap_or_default();
        let score = |token: Token| {
            let row = model.weights.unembedding.row(token.0 as usize);
            row.map(|(slot, weight)| weight * residual[slot])
                .fold(0.0, |sum, product| sum + product)
        };
        let scored = model.weights.generable().filter_map(|token| {
            let byte = match (kind, &roles[token.0 as usize]) {
                (ByteKind::Output, Role::Outputs(byte)) | (ByteKind::Byte, Role::Byte(byte)) => {
                    *byte
                }
                _ => return None,
            };
            let name = model.vocabulary.name(token).to_owned();
            Some(ByteScore { byte, token: name, score: score(token) })
        });
        let mut bytes: Vec<ByteScore> = scored.collect();
        bytes.sort_by_key(|scored| scored.byte);
        ByteScores { kind, bytes }
    }
}
