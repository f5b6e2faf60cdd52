//! Digests: of weights, since generated code belongs to those that it was made from, and of a whole
//! file, so that damage is noticed. They guard against mistakes, not against malice.

use std::fmt;
use std::ops::Range;

use crate::{Lines, Matrix, Selection, Weights};

/// 128 bits of FNV-1a (Fowler, Noll and Vo), eight bytes at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(pub u128);

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// Bytes that are taken up together.
const WORD: usize = 8;

impl Digest {
    /// The digest of all that a model computes with: shapes, entries, kinds of heads and the tokens that
    /// can be generated.
    pub fn of(weights: &Weights) -> Digest {
        let mut digest = Digest(BASIS);
        for matrix in [
            &weights.embedding,
            &weights.position_linear,
            &weights.position_periodic,
            &weights.unembedding,
        ] {
            digest.matrix(matrix, Lines::Rows);
        }
        digest.word(weights.layers.len() as u64);
        for layer in &weights.layers {
            let attention = &layer.attention;
            for selection in &attention.selection {
                digest.word(u64::from(*selection == Selection::Mean));
            }
            for matrix in [&attention.query, &attention.key, &attention.value] {
                digest.matrix(matrix, Lines::Rows);
            }
            digest.matrix(&attention.output, Lines::Columns);
            let neurons = &layer.feed_forward;
            for matrix in [&neurons.gate, &neurons.value] {
                digest.matrix(matrix, Lines::Rows);
            }
            digest.matrix(&neurons.output, Lines::Columns);
        }
        for &can_be_generated in &weights.generable {
            digest.word(u64::from(can_be_generated));
        }
        digest
    }

    /// The digest of a file in which the bytes of `hole` count as the digit `0`: there the digest itself
    /// is written.
    ///
    /// # Panics
    /// When the hole is not inside the file.
    pub fn of_file(bytes: &[u8], hole: Range<usize>) -> Digest {
        let begun = hole.end.next_multiple_of(WORD).min(bytes.len());
        let mut beginning = bytes[..begun].to_vec();
        beginning[hole].fill(b'0');
        let mut digest = Digest(BASIS);
        digest.bytes(&beginning);
        digest.bytes(&bytes[begun..]);
        digest.word(bytes.len() as u64);
        digest
    }

    fn matrix(&mut self, matrix: &Matrix, lines: Lines) {
        let matrix = matrix.stored_by(lines);
        self.word(matrix.rows() as u64);
        self.word(matrix.columns() as u64);
        let (counts, places, entries) = matrix.parts();
        counts.for_each(|count| self.word(count.into()));
        places.iter().for_each(|&place| self.word(place.into()));
        entries.iter().for_each(|entry| self.word(entry.to_bits()));
    }

    /// Words of eight bytes, the last one filled up with zeros.
    fn bytes(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<WORD>();
        words.iter().for_each(|word| self.word(u64::from_le_bytes(*word)));
        if !rest.is_empty() {
            let mut last = [0; WORD];
            last[..rest.len()].copy_from_slice(rest);
            self.word(u64::from_le_bytes(last));
        }
    }

    fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ u128::from(word)).wrapping_mul(PRIME);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_outside_of_the_hole_counts_and_so_does_the_length() {
        let bytes: Vec<u8> = (0..29).collect();
        let hole = 5..11;
        let known = Digest::of_file(&bytes, hole.clone());
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 0x80;
            assert_eq!(Digest::of_file(&changed, hole.clone()) == known, hole.contains(&place));
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert_ne!(Digest::of_file(&longer, hole.clone()), known);
        assert_ne!(Digest::of_file(&bytes[..28], hole), known);
    }

    #[test]
    fn the_digest_is_that_of_its_formula() {
        let words = [u64::from_le_bytes(*b"ab0defgh"), u64::from(b'i'), 9];
        let expected = words.into_iter().fold(BASIS, |digest, word| {
            (digest ^ u128::from(word)).wrapping_mul((1 << 88) + 0x13b)
        });
        assert_eq!(Digest::of_file(b"abcdefghi", 2..3), Digest(expected));
    }
}
