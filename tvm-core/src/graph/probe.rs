//! For tests of constructions: a small graph is made a transformer of its own and read token by token.
//! What its forms are is what the exact evaluator and the dense engine both say; they are compared here,
//! so that a test has only to compare with plain arithmetic.

use std::collections::BTreeMap;

use tvm_model::{Description, Token};
use tvm_runtime::engine::{AttentionKind, Dense, Engine};

use super::evaluate::Evaluator;
use super::{Form, Graph, NodeId, TokenGraph, TokenRow};
use crate::schedule::{self, Options};
use crate::weights::{lower, matrices};

/// A graph and the tokens that it is to read.
#[derive(Debug, Default)]
pub(crate) struct Probe {
    /// The graph under test.
    pub(crate) graph: Graph,
    tokens: Vec<BTreeMap<NodeId, i64>>,
}

impl Probe {
    /// An empty graph, and no token.
    pub(crate) fn new() -> Probe {
        Probe::default()
    }

    /// Columns of the embedding.
    pub(crate) fn inputs<const N: usize>(&mut self, names: [&str; N]) -> [Form; N] {
        names.map(|name| self.graph.token_input(name))
    }

    /// The next token sets these columns, and no other.
    pub(crate) fn token(&mut self, sets: &[(&Form, i64)]) {
        let node = |column: &Form| column.as_node().expect("a column is a node");
        self.tokens.push(sets.iter().map(|&(column, value)| (node(column), value)).collect());
    }

    /// What the forms are after each token.
    ///
    /// # Panics
    /// When the evaluator and the dense engine differ, or the graph cannot be scheduled.
    pub(crate) fn read<const N: usize>(self, forms: [&Form; N]) -> Vec<[i64; N]> {
        let number = self.tokens.len().max(N);
        let row = |index: usize| TokenRow {
            name: index.to_string(),
            sets: self.tokens.get(index).cloned().unwrap_or_default(),
            score: forms.get(index).map(|&form| form.clone()),
        };
        let tokens = (0..number).map(row).collect();
        let definition = TokenGraph { graph: self.graph, tokens };
        let lowered = lower(&definition);
        let options = Options { extra_layers: 0, rounds: 1, solver: None };
        let schedule = schedule::solve(&lowered.problem, &options).expect("it can be scheduled");
        let model = matrices(&definition, &lowered, &schedule, Description::default());
        let mut evaluator = Evaluator::new(&definition);
        let mut dense = Dense::new(&model.weights, AttentionKind::Brute);
        let mut read = Vec::new();
        for token in 0..self.tokens.len() {
            evaluator.feed(token).expect("it is exact");
            dense.feed(Token(token as u32));
            let scores = model.weights.unembedding.times(dense.residual());
            read.push(std::array::from_fn(|index| {
                let exact = evaluator.inspect(forms[index]).expect("it is exact") as i64;
                assert_eq!(scores[index], exact as f64, "form {index} at position {token}");
                exact
            }));
        }
        read
    }
}
