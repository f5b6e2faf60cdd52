//! The evaluator in the place of an engine: the loop over tokens, its limits and its observers are the
//! same for it.

use tvm_runtime::Token;
use tvm_runtime::engine::Engine;

use super::{Evaluator, Inexact};
use crate::graph::TokenGraph;

/// An [`Evaluator`] as an [`Engine`]. Tokens have the numbers that they have in the graph, which are those
/// of every model that is made from it.
#[derive(Debug)]
pub struct ExactEngine<'graph> {
    evaluator: Evaluator<'graph>,
    failure: Option<Inexact>,
}

impl<'graph> ExactEngine<'graph> {
    /// An engine that has read nothing.
    pub fn new(definition: &'graph TokenGraph) -> Self {
        ExactEngine { evaluator: Evaluator::new(definition), failure: None }
    }

    /// Which value left the integers that an f64 holds exactly, if one did. From then on there is no
    /// next token.
    pub fn failure(&self) -> Option<&Inexact> {
        self.failure.as_ref()
    }
}

impl Engine for ExactEngine<'_> {
    fn feed(&mut self, token: Token) {
        if self.failure.is_none() {
            self.failure = self.evaluator.feed(token.0 as usize).err();
        }
    }

    fn predict(&mut self) -> Token {
        if self.failure.is_some() {
            return Token::NONE;
        }
        match self.evaluator.predict() {
            Ok(token) => Token(token as u32),
            Err(inexact) => {
                self.failure = Some(inexact);
                Token::NONE
            }
        }
    }

    fn memory(&self) -> usize {
        self.evaluator.memory()
    }
}
