//! A digest of a model's matrices: generated code belongs to the model that it was made from. It
//! guards against mistakes, not against malice.

use std::fmt;

use crate::model::{Matrix, Model, Selection};

/// 128 bits of FNV-1a (Fowler, Noll and Vo) over shapes, entries, kinds of heads and the tokens that
/// can be emitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(pub u128);

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

impl Digest {
    /// The digest of a model.
    pub fn of(model: &Model) -> Digest {
        let mut digest = Digest(BASIS);
        for matrix in
            [&model.embedding, &model.position_linear, &model.position_periodic, &model.unembedding]
        {
            digest.matrix(matrix);
        }
        digest.word(model.layers.len() as u64);
        for layer in &model.layers {
            let attention = &layer.attention;
            for selection in &attention.selection {
                digest.word(u64::from(*selection == Selection::Mean));
            }
            for matrix in [&attention.query, &attention.key, &attention.value, &attention.output] {
                digest.matrix(matrix);
            }
            let neurons = &layer.feed_forward;
            for matrix in [&neurons.gate, &neurons.value, &neurons.output] {
                digest.matrix(matrix);
            }
        }
        for token in 0..model.vocabulary.len() as u32 {
            digest.word(u64::from(model.vocabulary.is_generable(crate::Token(token))));
        }
        digest
    }

    fn matrix(&mut self, matrix: &Matrix) {
        self.word(matrix.rows() as u64);
        self.word(matrix.columns() as u64);
        matrix.entries().iter().for_each(|entry| self.word(entry.to_bits()));
    }

    fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ u128::from(word)).wrapping_mul(PRIME);
    }
}
