//! What a host did in an earlier run: a page has no host of its own. Its answers are tokens, which the run reads where the
//! program awaits them; what it wrote is shown as output.

use serde::{Deserialize, Serialize};
use tvm_model::{Role, Token};

/// What a host did, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostRecord {
    /// Its answers.
    pub answers: Vec<HostAnswer>,
    /// What it wrote after the last answer.
    pub written: Vec<u8>,
    /// How it ended the run, if it did.
    pub end: Option<HostEnd>,
}

/// An answer of a host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostAnswer {
    /// What it wrote since the answer before.
    pub written: Vec<u8>,
    /// The tokens, up to the one that completes the instruction.
    pub tokens: Vec<u16>,
}

/// How a host ended a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostEnd {
    /// Did the program ask for it?
    pub is_exit: bool,
    /// For people.
    pub message: String,
}

/// Records what a host does, from the tokens of a run.
#[derive(Debug)]
pub struct HostRecorder {
    roles: Vec<Role>,
    record: HostRecord,
    answers: bool,
}

impl HostRecorder {
    /// There is a role for every token of the vocabulary.
    pub fn new(roles: Vec<Role>) -> HostRecorder {
        HostRecorder { roles, record: HostRecord::default(), answers: false }
    }

    /// The next token that follows the prompt. `written` takes what the host has written since it was last asked.
    pub fn token(&mut self, token: Token, written: impl FnOnce() -> Vec<u8>) {
        let role = &self.roles[token.0 as usize];
        if self.answers {
            if self.record.answers.last().is_none_or(|last| self.is_complete(last)) {
                let answer = HostAnswer { written: written(), tokens: Vec::new() };
                self.record.answers.push(answer);
            }
            self.record.answers.last_mut().expect("one was begun").tokens.push(token.0 as u16);
            self.answers = !matches!(role, Role::Completes(_));
        } else {
            self.answers = *role == Role::Awaits;
        }
    }

    fn is_complete(&self, answer: &HostAnswer) -> bool {
        let last = answer.tokens.last();
        last.is_some_and(|&last| matches!(self.roles[usize::from(last)], Role::Completes(_)))
    }

    /// The record, with what the host wrote at last, and how it ended the run.
    pub fn finish(self, written: Vec<u8>, end: Option<HostEnd>) -> HostRecord {
        HostRecord { written, end, ..self.record }
    }
}
