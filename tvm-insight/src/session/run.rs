//! The run itself: the plan of the model generates tokens, in pieces of any length. Where the program awaits its host, it reads
//! what the host answered in an earlier run.

use super::about::{Ended, EndedKind};
use super::sequence::Sequence;
use super::subject::Subject;
use tvm_model::Token;
use tvm_runtime::driver::{Driver, Limits, Observer, Pause, RunError};
use tvm_runtime::engine::{Engine, Planned};

/// A run under way.
pub(super) struct Run<'subject> {
    subject: &'subject Subject,
    driver: Driver<'subject, Planned<'subject>>,
    pub(super) sequence: Sequence,
    pub(super) ended: Option<Ended>,
    /// How many answers of the host were begun.
    answers: usize,
    /// What of the last one is not read yet.
    given: &'subject [u16],
}

impl<'subject> Run<'subject> {
    /// A run that has read nothing.
    pub(super) fn new(subject: &'subject Subject, limits: Limits) -> Self {
        let roles = subject.model.vocabulary.roles();
        let sequence = Sequence::new(&roles, subject.prompt.len() as u64);
        let driver =
            Driver::new(Planned::sharing(&subject.plan, subject.code.clone()), roles, limits);
        Run { subject, driver, sequence, ended: None, answers: 0, given: &[] }
    }

    /// Goes on by at most so many tokens, of the prompt at first.
    pub(super) fn advance(&mut self, tokens: u64) {
        for _ in 0..tokens {
            if self.ended.is_some() {
                return;
            }
            if let Err(error) = self.step() {
                self.ended = Some(self.failed(&error));
            }
        }
    }

    fn step(&mut self) -> Result<(), RunError> {
        let mut last = Last(None);
        let position = self.sequence.len() as usize;
        let result = match (self.subject.prompt.get(position), self.given.split_first()) {
            (Some(&token), _) => self.driver.append(&[token], &mut last).map(|()| None),
            (None, Some((&token, rest))) => {
                self.given = rest;
                self.driver.append(&[Token(token.into())], &mut last).map(|()| None)
            }
            (None, None) => self.driver.step(&mut last).map(|generated| generated.pause),
        };
        // The token of a trap comes with an error.
        if let Last(Some(token)) = last {
            self.sequence.push(token);
        }
        self.ended = match result? {
            None => None,
            Some(Pause::Halt) => {
                let message = "the program has halted".to_owned();
                Some(Ended { kind: EndedKind::Halted, message })
            }
            Some(Pause::Await) => self.answer(),
        };
        Ok(())
    }

    /// Begins the next answer that was recorded of the host; where there is none, the run ends.
    fn answer(&mut self) -> Option<Ended> {
        let host = &self.subject.host;
        if let Some(answer) = host.answers.get(self.answers) {
            self.sequence.answered(&answer.written, answer.tokens.len() as u64);
            (self.answers, self.given) = (self.answers + 1, &answer.tokens);
            return None;
        }
        let Some(end) = &host.end else {
            let (place, summary) = (self.driver.place(), self.driver.summary());
            return Some(self.failed(&RunError::NoHost { place, summary }));
        };
        self.sequence.answered(&host.written, 0);
        let kind = if end.is_exit { EndedKind::Halted } else { EndedKind::Host };
        Some(Ended { kind, message: end.message.clone() })
    }

    /// About how many bytes the caches of the engine take.
    pub(super) fn memory(&self) -> usize {
        self.driver.engine().memory()
    }

    /// How a run ended that did not halt.
    fn failed(&self, error: &RunError) -> Ended {
        let listing = self.subject.listing();
        let message = error.explained(|place| {
            listing.as_ref().map(|listing| listing.describe(place.instruction, &place.calls))
        });
        let kind = match error {
            RunError::Trap { .. } => EndedKind::Trap,
            RunError::TokenLimit { .. } | RunError::MemoryLimit { .. } => EndedKind::Limit,
            RunError::NoHost { .. } => EndedKind::Host,
            _ => EndedKind::Failed,
        };
        Ended { kind, message }
    }
}

/// The last token that was read or generated.
struct Last(Option<Token>);

impl Observer for Last {
    fn token(&mut self, token: Token) {
        self.0 = Some(token);
    }
}
