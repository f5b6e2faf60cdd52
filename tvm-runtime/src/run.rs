//! The run loop: the prompt is read, then the greatest score decides, token by token, until `halt`.

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
    /// What was done until then, where a run began at all.
    pub fn summary(&self) -> Option<Summary> {
        match self {
            RunError::Trap { summary, .. }
            | RunError::TokenLimit { summary, .. }
            | RunError::NoToken { summary } => Some(*summary),
            RunError::EmptyPrompt | RunError::ForeignToken { .. } => None,
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

/// Generated tokens unless a caller says otherwise.
pub const DEFAULT_MAX_TOKENS: u64 = 1_000_000_000;

/// Feeds the prompt and generates until `halt`.
///
/// # Errors
/// [`RunError`] when the program traps or does not halt within `max_tokens` generated tokens; also when
/// the prompt is empty or of another vocabulary, and when no score is a number.
pub fn run(
    engine: &mut dyn Engine,
    vocabulary: &Vocabulary,
    prompt: &[Token],
    max_tokens: u64,
    observer: &mut dyn Observer,
) -> Result<Summary, RunError> {
    if prompt.is_empty() {
        return Err(RunError::EmptyPrompt);
    }
    let is_foreign = |token: &Token| token.0 as usize >= vocabulary.len();
    if let Some(position) = prompt.iter().position(is_foreign) {
        let tokens = vocabulary.len();
        return Err(RunError::ForeignToken { position, token: prompt[position], tokens });
    }
    let roles = vocabulary.roles();
    let steps: Vec<Step> = roles.iter().map(Step::of).collect();
    let mut follower = Follower::default();
    let mut summary = Summary::default();
    for &token in prompt {
        engine.feed(token);
        follower.follow(steps[token.0 as usize]);
        observer.token(token);
        summary.tokens += 1;
    }
    while summary.generated_tokens < max_tokens {
        let token = engine.predict();
        let Some(&step) = steps.get(token.0 as usize) else {
            return Err(RunError::NoToken { summary });
        };
        observer.token(token);
        summary.tokens += 1;
        summary.generated_tokens += 1;
        follower.follow(step);
        summary.instructions += step.completed();
        if step.is_event() {
            match &roles[token.0 as usize] {
                Role::Outputs(byte) => observer.output(*byte),
                Role::Halts => {
                    summary.instructions += 1;
                    return Ok(summary);
                }
                Role::Traps(kind) => {
                    let (kind, place) = (kind.clone(), follower.place());
                    return Err(RunError::Trap { kind, place, summary });
                }
                Role::Silent | Role::Byte(_) | Role::Completes(_) => {}
            }
        }
        engine.feed(token);
    }
    Err(RunError::TokenLimit { limit: max_tokens, summary })
}

#[cfg(test)]
mod tests {
    use super::*;

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

    fn run_always(answer: &str, prompt: &[Token]) -> Result<Summary, RunError> {
        let names = ["{", "}", "call_commit", "halt"].map(String::from).to_vec();
        let vocabulary = Vocabulary::new(names, vec![true; 4]).unwrap();
        let mut engine = Always(vocabulary.token(answer).unwrap_or(Token::NONE));
        run(&mut engine, &vocabulary, prompt, 300_000, &mut Nobody)
    }

    #[test]
    fn a_run_ends_whatever_the_model_says() {
        let prompt = [Token(0), Token(1)];
        assert_eq!(run_always("halt", &prompt).unwrap().tokens, 3);
        let summary = Summary { tokens: 2, ..Summary::default() };
        let nothing = run_always("nothing", &prompt).unwrap_err();
        assert_eq!(nothing, RunError::NoToken { summary });
        assert!(nothing.to_string().contains("after 2 tokens"), "{nothing}");
        let endless = run_always("call_commit", &prompt).unwrap_err();
        assert_eq!(endless.summary().unwrap().generated_tokens, 300_000);
    }

    #[test]
    fn a_prompt_must_be_of_the_vocabulary() {
        assert_eq!(run_always("halt", &[]), Err(RunError::EmptyPrompt));
        let foreign = run_always("halt", &[Token(0), Token(4)]).unwrap_err();
        assert_eq!(
            foreign.to_string(),
            "token 1 of the prompt has the number 4, and the model has 4 tokens: the prompt was made \
             for another model"
        );
    }
}
