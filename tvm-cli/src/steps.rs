//! A run in steps, whose host is an earlier run or nobody. With a recorded sequence every token that is generated is
//! compared with the one that was generated then, and what the host appended is taken from the sequence.

use tvm_model::Token;
use tvm_runtime::driver::{Driver, Observer, Pause, RunError};
use tvm_runtime::engine::Engine;

use crate::failure::Failure;
use crate::recorded::{Recorded, answer_bytes};

/// A run whose prompt was read.
pub(crate) struct Steps<'run, E> {
    driver: Driver<'run, E>,
    recorded: Option<Recorded<'run>>,
    /// What the host answered in the last step.
    answer: Vec<Token>,
}

/// What a step was.
pub(crate) enum Step {
    /// A token was generated, and the answer of the host appended if it awaits one. The program goes on.
    Generated,
    /// The program has halted.
    Halted,
    /// The recorded sequence is over.
    Over,
    /// The run failed. A trap is that of the recorded sequence.
    Failed(RunError),
}

impl<'run, E: Engine> Steps<'run, E> {
    /// A run whose tokens after the prompt are recorded, if they are.
    pub(crate) fn new(driver: Driver<'run, E>, recorded: Option<Recorded<'run>>) -> Self {
        Steps { driver, recorded, answer: Vec::new() }
    }

    pub(crate) fn driver(&self) -> &Driver<'run, E> {
        &self.driver
    }

    /// The tokens that the host appended in the last step, or was to append when the run failed.
    pub(crate) fn answer(&self) -> &[Token] {
        &self.answer
    }

    /// The bytes of this answer, if there was one.
    pub(crate) fn answer_bytes(&self) -> Result<Option<Vec<u8>>, Failure> {
        match &self.recorded {
            Some(recorded) if !self.answer.is_empty() => {
                answer_bytes(&self.answer, recorded.vocabulary()).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Generates a token, and appends the host's answer if it awaits one.
    pub(crate) fn step(&mut self, observer: &mut dyn Observer) -> Result<Step, Failure> {
        self.answer.clear();
        let expected = match &mut self.recorded {
            None => None,
            Some(recorded) => match recorded.next()? {
                None => return Ok(Step::Over),
                expected => expected,
            },
        };
        let (token, step) = match self.driver.step(observer) {
            Ok(generated) => (generated.token, Ok(generated.pause)),
            Err(RunError::Trap { kind, place, summary }) => {
                let name = format!("trap({kind})");
                let vocabulary = self.recorded.as_ref().map(Recorded::vocabulary);
                let token = vocabulary.and_then(|vocabulary| vocabulary.token(&name));
                (token.unwrap_or(Token::NONE), Err(RunError::Trap { kind, place, summary }))
            }
            Err(error) => return Ok(Step::Failed(error)),
        };
        if let (Some(expected), Some(recorded)) = (expected, &self.recorded)
            && expected != token
        {
            return Err(recorded.differs(self.driver.summary().tokens - 1, expected, token));
        }
        match step {
            Ok(None) => Ok(Step::Generated),
            Ok(Some(Pause::Await)) => self.append(observer),
            Ok(Some(Pause::Halt)) => self.end(Step::Halted),
            Err(error) => self.end(Step::Failed(error)),
        }
    }

    /// The program has ended, so the recorded sequence has to end as well.
    fn end(&mut self, step: Step) -> Result<Step, Failure> {
        if let Some(recorded) = &mut self.recorded
            && recorded.next()?.is_some()
        {
            return Err(recorded.wrong("the program has ended before it"));
        }
        Ok(step)
    }

    fn append(&mut self, observer: &mut dyn Observer) -> Result<Step, Failure> {
        let Some(recorded) = &mut self.recorded else {
            let (place, summary) = (self.driver.place(), self.driver.summary());
            return Ok(Step::Failed(RunError::NoHost { place, summary }));
        };
        let Some(first) = recorded.next()? else { return Ok(Step::Over) };
        self.answer = recorded.answer(first)?;
        match self.driver.append(&self.answer, observer) {
            Ok(()) => Ok(Step::Generated),
            Err(error) => Ok(Step::Failed(error)),
        }
    }
}
