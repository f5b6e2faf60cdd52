//! The run loop: the prompt is read, then the greatest score decides, token by token, until `halt`.
//! Between chunks of tokens, those of the prompt included, the observer is told how far the run is, and
//! may end it; the limit of memory is checked then too.

use std::ops::ControlFlow;

use thiserror::Error;

use crate::cursor::{Follower, Place, Step};
use crate::engine::{Engine, Refusal};
use crate::trap;
use tvm_weights::{Role, Token};

/// Who watches a run.
pub trait Observer {
    /// A token of the sequence, prompt included.
    fn token(&mut self, _token: Token) {}

    /// A byte that the program writes.
    fn output(&mut self, _byte: u8) {}

    /// Called after every [`CHUNK`] tokens of the prompt, and again of generated tokens; `Break` ends
    /// the run.
    fn checkpoint(&mut self, _progress: &Progress) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Tokens between two checkpoints: a few milliseconds of the fastest engine.
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
    /// No token has a score that is a number.
    #[error(
        "no score is a number after {} tokens: sums of the model went beyond what f64 can hold; rebuild \
         the model",
        summary.tokens
    )]
    NoToken {
        /// What was done until then.
        summary: Summary,
    },
    /// The engine does not go on.
    #[error("after {} tokens {refusal}: the dense engine goes on, token by token as it is defined", summary.tokens)]
    Refused {
        /// Why not.
        refusal: Refusal,
        /// What was done until then.
        summary: Summary,
    },
    /// There is no prompt: nothing to continue.
    #[error("the prompt is empty: it begins with `{{`")]
    EmptyPrompt,
    /// The prompt has a token of another vocabulary.
    #[error(
        "token {position} of the prompt has the number {}, and the model has {tokens} tokens: the prompt \
         was made for another model",
        token.0
    )]
    ForeignToken {
        /// The token's place in the prompt, from 0.
        position: usize,
        /// The token.
        token: Token,
        /// How many tokens there are.
        tokens: usize,
    },
}

impl RunError {
    /// What was done until then: nothing, where the prompt was refused.
    pub fn summary(&self) -> Summary {
        match self {
            RunError::Trap { summary, .. }
            | RunError::TokenLimit { summary, .. }
            | RunError::MemoryLimit { summary, .. }
            | RunError::NoToken { summary }
            | RunError::Refused { summary, .. }
            | RunError::Interrupted { summary } => *summary,
            RunError::EmptyPrompt | RunError::ForeignToken { .. } => Summary::default(),
        }
    }

    /// The message; `describe` may say in names of the program where a trap was.
    pub fn explained(&self, describe: impl FnOnce(&Place) -> Option<String>) -> String {
        match self {
            RunError::Trap { kind, place, .. } => trap::message(kind, place, describe(place)),
            other => other.to_string(),
        }
    }
}

/// Feeds the prompt and generates until `halt`; `roles` says of every token what it means to a run.
///
/// # Errors
/// [`RunError`] when the program traps, does not halt within the limits (a number alone is a limit of
/// generated tokens), or is interrupted at a checkpoint; also when the prompt is empty or of another
/// vocabulary, and when no score is a number.
pub fn run(
    engine: &mut dyn Engine,
    roles: &[Role],
    prompt: &[Token],
    limits: impl Into<Limits>,
    observer: &mut dyn Observer,
) -> Result<Summary, RunError> {
    if prompt.is_empty() {
        return Err(RunError::EmptyPrompt);
    }
    let is_foreign = |token: &Token| token.0 as usize >= roles.len();
    if let Some(position) = prompt.iter().position(is_foreign) {
        let tokens = roles.len();
        return Err(RunError::ForeignToken { position, token: prompt[position], tokens });
    }
    let limits = limits.into();
    let steps = roles.iter().map(Step::of).collect();
    let (follower, summary) = (Follower::default(), Summary::default());
    let mut run = Run { engine, observer, roles, steps, follower, summary };
    run.read(prompt, limits.memory)?;
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
    roles: &'run [Role],
    steps: Vec<Step>,
    follower: Follower,
    summary: Summary,
}

impl Run<'_> {
    fn read(&mut self, prompt: &[Token], limit: usize) -> Result<(), RunError> {
        for chunk in prompt.chunks(CHUNK as usize) {
            for &token in chunk {
                self.engine.feed(token);
                self.follower.follow(self.steps[token.0 as usize]);
                self.observer.token(token);
                self.summary.tokens += 1;
            }
            if chunk.len() as u64 == CHUNK {
                self.checkpoint(limit)?;
            }
        }
        Ok(())
    }

    /// Generates so many tokens, or up to the end of the program.
    fn generate(&mut self, tokens: u64) -> ControlFlow<Result<Summary, RunError>> {
        for _ in 0..tokens {
            let token = self.engine.predict();
            let Some(&step) = self.steps.get(token.0 as usize) else {
                let summary = self.summary;
                return ControlFlow::Break(Err(match self.engine.refusal() {
                    Some(refusal) => RunError::Refused { refusal, summary },
                    None => RunError::NoToken { summary },
                }));
            };
            self.observer.token(token);
            self.summary.tokens += 1;
            self.summary.generated_tokens += 1;
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

#[cfg(test)]
mod tests {
    use tvm_weights::Move;

    use super::*;

    /// Roles of the tokens `{`, `}`, `call_commit` and `halt`.
    const ROLES: [Role; 4] = [Role::Silent, Role::Silent, Role::Completes(Move::Call), Role::Halts];
    const CALL: Token = Token(2);
    const HALT: Token = Token(3);

    /// Answers with one token whatever it reads.
    struct Always(Token);

    impl Engine for Always {
        fn feed(&mut self, _token: Token) {}

        fn predict(&mut self) -> Token {
            self.0
        }

        fn memory(&self) -> usize {
            0
        }
    }

    struct Nobody;

    impl Observer for Nobody {}

    fn run_always(answer: Token, prompt: &[Token]) -> Result<Summary, RunError> {
        run(&mut Always(answer), &ROLES, prompt, 300_000, &mut Nobody)
    }

    #[test]
    fn a_run_ends_whatever_the_model_says() {
        let prompt = [Token(0), Token(1)];
        assert_eq!(run_always(HALT, &prompt).unwrap().tokens, 3);
        let summary = Summary { tokens: 2, ..Summary::default() };
        let nothing = run_always(Token::NONE, &prompt).unwrap_err();
        assert_eq!(nothing, RunError::NoToken { summary });
        assert!(nothing.to_string().contains("after 2 tokens"), "{nothing}");
        let endless = run_always(CALL, &prompt).unwrap_err();
        assert_eq!(endless.summary().generated_tokens, 300_000);
    }

    /// Ends a run at its second checkpoint.
    #[derive(Default)]
    struct Impatient(Vec<Progress>);

    impl Observer for Impatient {
        fn checkpoint(&mut self, progress: &Progress) -> ControlFlow<()> {
            self.0.push(*progress);
            if self.0.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    }

    #[test]
    fn whoever_watches_may_end_a_run() {
        let mut engine = Always(CALL);
        let mut watcher = Impatient::default();
        let ended = run(&mut engine, &ROLES, &[Token(0)], 300_000, &mut watcher).unwrap_err();
        assert!(matches!(ended, RunError::Interrupted { .. }));
        assert_eq!(ended.summary().generated_tokens, 2 * CHUNK);
        assert_eq!(watcher.0[1].summary, ended.summary());
        assert_eq!(watcher.0[0].call_depth as u64, CHUNK);
    }

    #[test]
    fn memory_has_a_limit() {
        struct Growing(usize);
        impl Engine for Growing {
            fn feed(&mut self, _token: Token) {
                self.0 += 1;
            }

            fn predict(&mut self) -> Token {
                Token(0)
            }

            fn memory(&self) -> usize {
                self.0
            }
        }
        let limits = Limits { tokens: 1_000_000, memory: 100_000 };
        let ended = run(&mut Growing(0), &ROLES, &[Token(0)], limits, &mut Nobody).unwrap_err();
        assert!(matches!(ended, RunError::MemoryLimit { limit: 100_000, .. }), "{ended}");
        assert!(ended.summary().tokens > 100_000 && ended.summary().tokens < 100_000 + 2 * CHUNK);
        // A long prompt is not read to its end either.
        let prompt = vec![Token(0); 1_000_000];
        let ended = run(&mut Growing(0), &ROLES, &prompt, limits, &mut Nobody).unwrap_err();
        assert!(matches!(ended, RunError::MemoryLimit { limit: 100_000, .. }), "{ended}");
        let Summary { tokens, generated_tokens, .. } = ended.summary();
        assert!(tokens > 100_000 && tokens < 100_000 + 2 * CHUNK && generated_tokens == 0);
        let mut watcher = Impatient::default();
        let ended = run(&mut Growing(0), &ROLES, &prompt, 1, &mut watcher).unwrap_err();
        assert_eq!(ended.summary().tokens, 2 * CHUNK);
        assert!(matches!(ended, RunError::Interrupted { .. }), "{ended}");
    }

    #[test]
    fn a_prompt_must_be_of_the_vocabulary() {
        assert_eq!(run_always(HALT, &[]), Err(RunError::EmptyPrompt));
        let foreign = run_always(HALT, &[Token(0), Token(4)]).unwrap_err();
        assert_eq!(
            foreign.to_string(),
            "token 1 of the prompt has the number 4, and the model has 4 tokens: the prompt was made \
             for another model"
        );
    }
}
