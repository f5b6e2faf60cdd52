//! The tokens of an earlier run in place of a host. What comes after an `await`, up to the token that completes
//! the instruction, is the host's; the model has to generate all else.

use thiserror::Error;
use tvm_model::Token;
use tvm_model::token::{Role, Vocabulary};

/// The tokens that a host appended to a sequence, answer by answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    answers: Vec<Vec<Token>>,
}

/// A sequence that no run with a host has.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the sequence ends within an answer of the host, which begins at position {position}")]
pub struct ReplayError {
    /// The position of the first token of the answer.
    pub position: usize,
}

impl Replay {
    /// The answers in the tokens that follow a prompt. An `await` may be the last token.
    ///
    /// # Errors
    /// When the last answer is not complete.
    pub fn new(vocabulary: &Vocabulary, tokens: &[Token]) -> Result<Replay, ReplayError> {
        let roles = vocabulary.roles();
        let role = |token: &Token| &roles[token.0 as usize];
        let mut answers = Vec::new();
        let mut rest = 0;
        while let Some(at) = tokens[rest..].iter().position(|token| *role(token) == Role::Awaits) {
            let begin = rest + at + 1;
            if begin == tokens.len() {
                break;
            }
            let completes = |token: &Token| matches!(role(token), Role::Completes(_));
            let length = tokens[begin..].iter().position(completes);
            let end = begin + length.ok_or(ReplayError { position: begin })? + 1;
            answers.push(tokens[begin..end].to_vec());
            rest = end;
        }
        Ok(Replay { answers })
    }

    /// The answers, in order.
    pub fn answers(&self) -> &[Vec<Token>] {
        &self.answers
    }
}
