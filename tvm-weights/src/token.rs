//! Tokens as numbers. Their names are in a vocabulary, which is no part of the weights.

/// A token: its row in the embedding and in the unembedding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub u32);

impl Token {
    /// No token: what follows when no score is a number. No vocabulary has it.
    pub const NONE: Token = Token(u32::MAX);
}
