//! The run loop: the prompt is read, then the greatest score decides, token by token, until `halt`.
//! Between chunks of tokens whoever watches is told how far it is, and may end it; the limits of
//! memory are looked at then too.

use std::ops::ControlFlow;

use thiserror::Error;

use crate::cursor::{Follower, Place, Step};
use crate::engine::Engine;
use crate::model::Listing;
use crate::token::{Role, Token, Vocabulary};
use crate::trap;

/// Who watches a run.
pub trait Observer {
    /// A token of the sequence, prompt included.
    fn token(&mut self, _token: Token) {}

    /// A byte that the program writes.
    fn output(&mut self, _byte: u8) {}

    /// Asked every [`CHUNK`] generated tokens; `Break` ends the run.
    fn checkpoint(&mut self, _progress: &Progress) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Generated tokens between two checkpoints: a few milliseconds of the fastest engine.
pub const CHUNK: u64 = 1 << 14;

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What was done until now.
    pub summary: Summary,
    /// How many calls are open.
    pub call_depth: usize,
    /// Bytes that the engine's caches hold.
    pub memory: usize,
}

/// How much a run may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Generated tokens.
    pub tokens: u64,
    /// Bytes of the engine's caches.
    pub memory: usize,
}

/// Generated tokens unless a caller says otherwise.
pub const DEFAULT_MAX_TOKENS: u64 = 1_000_000_000;

/// Megabytes of caches unless a caller says otherwise.
pub const DEFAULT_MAX_MEGABYTES: usize = 4096;

impl Default for Limits {
    fn default() -> Limits {
        Limits { tokens: DEFAULT_MAX_TOKENS, memory: DEFAULT_MAX_MEGABYTES << 20 }
    }
}

impl From<u64> for Limits {
    /// So many tokens, and memory as by default.
    fn from(tokens: u64) -> Limits {
        Limits { tokens, ..Limits::default() }
    }
}

/// What a run amounted to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Tokens in all, prompt included.
    pub tokens: u64,
    /// Tokens that were generated.
    pub generated_tokens: u64,
    /// Instructions that were completed.
    pub instructions: u64,
}

/// A run that did not end in `halt`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RunError {
    /// The program trapped.
    #[error("{}", trap::message(kind, place, None))]
    Trap {
        /// The kind of trap.
        kind: String,
        /// Where in the program.
        place: Place,
        /// What was done until then.
        summary: Summary,
    },
    /// The limit of generated tokens was reached.
    #[error(
        "no halt within {limit} tokens: raise the limit with --max-tokens if the program needs more"
    )]
    TokenLimit {
        /// The limit.
        limit: u64,
        /// What was done until then.
        summary: Summary,
    },
    /// The caches hold more than they may.
    #[error(
        "the caches take more than {} MB: raise the limit with --max-memory if the program needs more",
        limit >> 20
    )]
    MemoryLimit {
        /// The limit, in bytes.
        limit: usize,
        /// What was done until then.
        summary: Summary,
    },
    /// Whoever watched ended the run.
    #[error("interrupted")]
    Interrupted {
        /// What was done until then.
        summary: Summary,
    },
    /// There is no prompt: nothing to continue.
    #[error("the prompt is empty")]
    EmptyPrompt,
}

impl RunError {
    /// What was done until then.
    pub fn summary(&self) -> Summary {
        match self {
            RunError::Trap { summary, .. }
            | RunError::TokenLimit { summary, .. }
            | RunError::MemoryLimit { summary, .. }
            | RunError::Interrupted { summary } => *summary,
            RunError::EmptyPrompt => Summary::default(),
        }
    }

    /// The message, with the names that a listing of the program gives to the place of a trap.
    pub fn explained(&self, listing: Option<&Listing>) -> String {
        match self {
            RunError::Trap { kind, place, .. } => trap::message(kind, place, listing),
            other => other.to_string(),
        }
    }
}

/// Feeds the prompt and generates until `halt`.
///
/// # Errors
/// [`RunError`] when the program traps, does not halt within the limits (a number alone is a limit of
/// generated tokens), or is interrupted at a checkpoint.
pub fn run(
    engine: &mut dyn Engine,
    vocabulary: &Vocabulary,
    prompt: &[Token],
    limits: impl Into<Limits>,
    observer: &mut dyn Observer,
) -> Result<Summary, RunError> {
    if prompt.is_empty() {
        return Err(RunError::EmptyPrompt);
    }
    let limits = limits.into();
    let roles = vocabulary.roles();
    let steps = roles.iter().map(Step::of).collect();
    let (follower, summary) = (Follower::default(), Summary::default());
    let mut run = Run { engine, observer, roles, steps, follower, summary };
    run.read(prompt);
    while run.summary.generated_tokens < limits.tokens {
        let chunk = CHUNK.min(limits.tokens - run.summary.generated_tokens);
        if let ControlFlow::Break(end) = run.generate(chunk) {
            return end;
        }
        run.checkpoint(limits.memory)?;
    }
    Err(RunError::TokenLimit { limit: limits.tokens, summary: run.summary })
}

/// A run under way.
struct Run<'run> {
    engine: &'run mut dyn Engine,
    observer: &'run mut dyn Observer,
    roles: Vec<Role>,
    steps: Vec<Step>,
    follower: Follower,
    summary: Summary,
}

impl Run<'_> {
    fn read(&mut self, prompt: &[Token]) {
        for &token in prompt {
            self.engine.feed(token);
            self.follower.follow(self.steps[token.0 as usize]);
            self.observer.token(token);
            self.summary.tokens += 1;
        }
    }

    /// Generates so many tokens, or up to the end of the program.
    fn generate(&mut self, tokens: u64) -> ControlFlow<Result<Summary, RunError>> {
        for _ in 0..tokens {
            let token = self.engine.predict();
            self.observer.token(token);
            self.summary.tokens += 1;
            self.summary.generated_tokens += 1;
            let step = self.steps[token.0 as usize];
            self.follower.follow(step);
            self.summary.instructions += step.completed();
            if step.is_event() {
                self.event(token)?;
            }
            self.engine.feed(token);
        }
        ControlFlow::Continue(())
    }

    fn event(&mut self, token: Token) -> ControlFlow<Result<Summary, RunError>> {
        match &self.roles[token.0 as usize] {
            Role::Outputs(byte) => self.observer.output(*byte),
            Role::Halts => {
                self.summary.instructions += 1;
                return ControlFlow::Break(Ok(self.summary));
            }
            Role::Traps(kind) => {
                let (kind, place) = (kind.clone(), self.follower.place());
                let summary = self.summary;
                return ControlFlow::Break(Err(RunError::Trap { kind, place, summary }));
            }
            Role::Silent | Role::Byte(_) | Role::Completes(_) => {}
        }
        ControlFlow::Continue(())
    }

    fn checkpoint(&mut self, limit: usize) -> Result<(), RunError> {
        let (summary, memory) = (self.summary, self.engine.memory());
        let progress = Progress { summary, call_depth: self.follower.call_depth(), memory };
        if memory > limit {
            return Err(RunError::MemoryLimit { limit, summary });
        }
        match self.observer.checkpoint(&progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(RunError::Interrupted { summary }),
        }
    }
}
