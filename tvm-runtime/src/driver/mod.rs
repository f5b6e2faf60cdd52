//! The loop over tokens. A [`Driver`] appends tokens to the sequence, generates the token with the
//! greatest score, and checks the limits. Every command that runs a model uses it, with every engine:
//!
//! - **stepped**: [`Driver::step`] generates one token, [`Driver::run`] generates until `halt` or `await`;
//! - **observed**: an [`Observer`] sees every token and every byte of output;
//! - **limited**: [`Limits`] of generated tokens and of memory;
//! - **interrupted**: every few milliseconds the observer is asked whether to go on;
//! - **appended to**: [`Driver::append`] adds the prompt, and later tokens from a host.
//!
//! The driver does not see the names of tokens. It has a table of their roles.

mod cursor;
mod error;
mod limits;
mod pace;
#[cfg(test)]
mod tests;
mod trap;

use std::borrow::Cow;
use std::ops::ControlFlow;

use tvm_weights::{Role, Token};

use crate::engine::Engine;
use cursor::{Follower, Step};
use pace::Pace;

pub use cursor::Place;
pub use error::RunError;
pub use limits::{DEFAULT_MAX_MEGABYTES, DEFAULT_MAX_TOKENS, Limits, Progress, Summary};

/// Observes a run.
pub trait Observer {
    /// A token of the sequence, whether it was appended or generated.
    fn token(&mut self, _token: Token) {}

    /// A byte of output.
    fn output(&mut self, _byte: u8) {}

    /// Called every few milliseconds, also while tokens are appended. `Break` ends the run.
    fn checkpoint(&mut self, _progress: &Progress) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// An observer that does nothing.
impl Observer for () {}

impl<O: Observer + ?Sized> Observer for &mut O {
    fn token(&mut self, token: Token) {
        (**self).token(token);
    }

    fn output(&mut self, byte: u8) {
        (**self).output(byte);
    }

    fn checkpoint(&mut self, progress: &Progress) -> ControlFlow<()> {
        (**self).checkpoint(progress)
    }
}

/// A generated token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generated {
    /// The token.
    pub token: Token,
    /// Why nothing is generated after it, if so. More tokens may be appended; then execution continues.
    pub pause: Option<Pause>,
}

/// Why a run generates nothing more for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// The program has ended.
    Halt,
    /// The program waits for the host, which appends what completes the instruction.
    Await,
}

/// A run: a sequence of tokens that grows.
pub struct Driver<'run, E = &'run mut dyn Engine> {
    engine: E,
    roles: Cow<'run, [Role]>,
    steps: Vec<Step>,
    limits: Limits,
    follower: Follower,
    summary: Summary,
    pace: Pace,
    /// The token after which nothing was generated. The engine reads it only if the sequence continues.
    unread: Option<Token>,
}

/// Appends the prompt and generates tokens until `halt`; `roles` has the role of every token.
///
/// # Errors
/// [`RunError`] when the program traps, does not halt within the limits (a number alone is a limit of
/// generated tokens), or is interrupted at a checkpoint; also when it waits for a host, when the prompt is
/// empty or of another vocabulary, and when no score is a number.
pub fn run(
    engine: &mut dyn Engine,
    roles: &[Role],
    prompt: &[Token],
    limits: impl Into<Limits>,
    observer: &mut dyn Observer,
) -> Result<Summary, RunError> {
    let mut driver = Driver::new(engine, roles, limits.into());
    driver.append(prompt, observer)?;
    match driver.run(observer)? {
        Pause::Halt => Ok(driver.summary()),
        Pause::Await => Err(RunError::NoHost { place: driver.place(), summary: driver.summary() }),
    }
}

impl<'run, E: Engine> Driver<'run, E> {
    /// An empty sequence. The engine must not have read any token; `roles` has the role of every token.
    pub fn new(engine: E, roles: impl Into<Cow<'run, [Role]>>, limits: Limits) -> Self {
        let roles = roles.into();
        Driver {
            engine,
            steps: roles.iter().map(Step::of).collect(),
            roles,
            limits,
            follower: Follower::default(),
            summary: Summary::default(),
            pace: Pace::new(),
            unread: None,
        }
    }

    /// Adds tokens to the sequence: the prompt, or tokens from a host. The engine reads them; none is
    /// generated.
    ///
    /// # Errors
    /// [`RunError::ForeignToken`], before anything is added; also when the limit of memory is exceeded, or
    /// the observer ends the run at a checkpoint.
    pub fn append(
        &mut self,
        tokens: &[Token],
        observer: &mut dyn Observer,
    ) -> Result<(), RunError> {
        let known = self.roles.len();
        if let Some(at) = tokens.iter().position(|token| token.0 as usize >= known) {
            let position = self.summary.tokens + at as u64;
            return Err(RunError::ForeignToken { position, token: tokens[at], tokens: known });
        }
        self.read_what_ended_it();
        let last = tokens.len().saturating_sub(1);
        for (index, &token) in tokens.iter().enumerate() {
            if index == last {
                self.engine.feed(token);
            } else {
                self.engine.read(token);
            }
            self.follower.follow(self.steps[token.0 as usize]);
            observer.token(token);
            self.summary.tokens += 1;
            if self.pace.is_due_after(1) {
                self.checkpoint(observer)?;
            }
        }
        Ok(())
    }

    /// Generates one token.
    ///
    /// # Errors
    /// As [`Driver::run`]. The observer has seen the token of a trap.
    pub fn step(&mut self, observer: &mut dyn Observer) -> Result<Generated, RunError> {
        self.begin()?;
        let mut last = Token::NONE;
        match self.generate(1, observer, |token| last = token) {
            ControlFlow::Break(end) => {
                end.map(|pause| Generated { token: last, pause: Some(pause) })
            }
            ControlFlow::Continue(()) => {
                if self.pace.is_due_after(1) {
                    self.checkpoint(observer)?;
                }
                Ok(Generated { token: last, pause: None })
            }
        }
    }

    /// Generates until `halt` or `await`, and says which it was.
    ///
    /// # Errors
    /// [`RunError`] when the program traps, does not halt within the limits, or is interrupted at a
    /// checkpoint; also when there is nothing to continue, and when no score is a number.
    pub fn run(&mut self, observer: &mut dyn Observer) -> Result<Pause, RunError> {
        loop {
            self.begin()?;
            let left = self.limits.tokens - self.summary.generated_tokens;
            let chunk = self.pace.left().min(left);
            if let ControlFlow::Break(end) = self.generate(chunk, observer, |_| {}) {
                return end;
            }
            if self.pace.is_due_after(chunk) {
                self.checkpoint(observer)?;
            }
        }
    }

    /// The token that [`Driver::step`] would generate. The sequence is not changed.
    pub fn predict(&mut self) -> Token {
        self.read_what_ended_it();
        self.engine.predict()
    }

    /// Was the last token one after which nothing is generated?
    pub fn is_paused(&self) -> bool {
        self.unread.is_some()
    }

    /// The engine.
    pub fn engine(&self) -> &E {
        &self.engine
    }

    /// What was done until now.
    pub fn summary(&self) -> Summary {
        self.summary
    }

    /// The current instruction.
    pub fn place(&self) -> Place {
        self.follower.place()
    }

    /// Prepares for generating a token, if the limit allows one more.
    fn begin(&mut self) -> Result<(), RunError> {
        let Summary { tokens, generated_tokens, .. } = self.summary;
        if tokens == 0 {
            return Err(RunError::EmptyPrompt);
        }
        if generated_tokens >= self.limits.tokens {
            return Err(RunError::TokenLimit { limit: self.limits.tokens, summary: self.summary });
        }
        self.read_what_ended_it();
        Ok(())
    }

    fn read_what_ended_it(&mut self) {
        if let Some(token) = self.unread.take() {
            self.engine.feed(token);
        }
    }

    /// Generates this many tokens, or fewer if the program ends.
    #[inline]
    fn generate(
        &mut self,
        tokens: u64,
        observer: &mut dyn Observer,
        mut generated: impl FnMut(Token),
    ) -> ControlFlow<Result<Pause, RunError>> {
        for _ in 0..tokens {
            let token = self.engine.predict();
            let Some(&step) = self.steps.get(token.0 as usize) else {
                return ControlFlow::Break(Err(self.no_token()));
            };
            observer.token(token);
            generated(token);
            self.summary.tokens += 1;
            self.summary.generated_tokens += 1;
            self.follower.follow(step);
            self.summary.instructions += step.completed();
            if step.is_event() {
                self.event(token, observer)?;
            }
            self.engine.feed(token);
        }
        ControlFlow::Continue(())
    }

    /// Why there is no next token.
    #[cold]
    fn no_token(&self) -> RunError {
        let summary = self.summary;
        match self.engine.refusal() {
            Some(refusal) => RunError::Refused { refusal, summary },
            None => RunError::NoToken { summary },
        }
    }

    /// Handles a token that writes output, ends the program or waits for the host.
    fn event(
        &mut self,
        token: Token,
        observer: &mut dyn Observer,
    ) -> ControlFlow<Result<Pause, RunError>> {
        match &self.roles[token.0 as usize] {
            Role::Outputs(byte) => {
                observer.output(*byte);
                ControlFlow::Continue(())
            }
            Role::Halts => {
                self.summary.instructions += 1;
                self.unread = Some(token);
                ControlFlow::Break(Ok(Pause::Halt))
            }
            Role::Awaits => {
                self.unread = Some(token);
                ControlFlow::Break(Ok(Pause::Await))
            }
            Role::Traps(kind) => {
                self.unread = Some(token);
                let (kind, place) = (kind.clone(), self.follower.place());
                ControlFlow::Break(Err(RunError::Trap { kind, place, summary: self.summary }))
            }
            Role::Silent | Role::Byte(_) | Role::Completes(_) => ControlFlow::Continue(()),
        }
    }

    fn checkpoint(&mut self, observer: &mut dyn Observer) -> Result<(), RunError> {
        let (summary, memory) = (self.summary, self.engine.memory());
        if memory as u64 > self.limits.memory {
            return Err(RunError::MemoryLimit { limit: self.limits.memory, summary });
        }
        let call_depth = self.follower.call_depth();
        let asked = observer.checkpoint(&Progress { summary, call_depth, memory });
        self.pace.begin();
        match asked {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(RunError::Interrupted { summary }),
        }
    }
}
