//! A graph with its vocabulary: what every token sets in the residual stream, and the score by
//! which it competes to be the next one. The greatest score wins, the first token on a tie.

use std::collections::BTreeMap;

use super::{Form, Graph, NodeId};

/// A row of the vocabulary.
#[derive(Debug, Clone)]
pub struct TokenRow {
    /// The text of the token.
    pub name: String,
    /// The input columns it sets; all others are 0.
    pub sets: BTreeMap<NodeId, i64>,
    /// Its score; `None` for a token that is never generated.
    pub score: Option<Form>,
}

/// Everything that a transformer computes, before it is scheduled into layers.
#[derive(Debug, Clone)]
pub struct TokenGraph {
    /// The graph whose nodes the scores read.
    pub graph: Graph,
    /// By token number.
    pub tokens: Vec<TokenRow>,
}

impl TokenGraph {
    /// The number of the token with this name.
    pub fn token(&self, name: &str) -> Option<usize> {
        self.tokens.iter().position(|row| row.name == name)
    }
}
