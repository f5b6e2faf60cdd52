//! The run itself: the plan of the model generates tokens, in pieces of any length.

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
}

impl<'subject> Run<'subject> {
    /// A run that has read nothing.
    pub(super) fn new(subject: &'subject Subject, limits: Limits) -> Self {
        let roles = subject.model.vocabulary.roles();
        let sequence = Sequence::new(&roles, subject.prompt.len() as u64);
        let driver =
            Driver::new(Planned::sharing(&subject.plan, subject.code.clone()), roles, limits);
        Run { subject, driver, sequence, ended: None }
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
        let result = match self.subject.prompt.get(position) {
            Some(&token) => self.driver.append(&[token], &mut last).map(|()| None),
            None => self.driver.step(&mut last).map(|generated| generated.pause),
        };
        // The token of a trap comes with an error.
        if let Last(Some(token)) = last {
            self.sequence.push(token);
        }
        self.ended = result?.map(|pause| match pause {
            Pause::Halt => {
                Ended { kind: EndedKind::Halted, message: "the program has halted".to_owned() }
            }
            Pause::Await => {
                let (place, summary) = (self.driver.place(), self.driver.summary());
                self.failed(&RunError::NoHost { place, summary })
            }
        });
        Ok(())
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
