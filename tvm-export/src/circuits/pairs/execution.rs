//! A sequence that an engine has executed, and what is predicted where one of its tokens is another.

use std::ops::{ControlFlow, Range};

use tvm_model::Vocabulary;
use tvm_model::token::{Role, Token};
use tvm_runtime::driver::{Driver, Limits, Observer};
use tvm_runtime::engine::{Engine, Prepared};

use super::search::Change;

/// The tokens of a run, the prompt first.
pub(super) struct Execution<'model> {
    prepared: &'model Prepared<'model>,
    pub(super) vocabulary: &'model Vocabulary,
    pub(super) tokens: Vec<Token>,
    /// How many of them are the prompt.
    pub(super) prompt: usize,
    /// What was executed, in order; the last one may be incomplete.
    pub(super) executed: Vec<Executed>,
}

/// One execution of an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Executed {
    /// Its number in the program.
    pub(super) instruction: u32,
    /// The positions of its tokens.
    pub(super) positions: Range<usize>,
}

/// What is predicted at a position instead of the token that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) position: usize,
    pub(super) token: Token,
}

#[derive(Default)]
struct Recorder(Vec<Token>);

impl Observer for Recorder {
    fn token(&mut self, token: Token) {
        self.0.push(token);
    }
}

impl<'model> Execution<'model> {
    /// Executes a prompt until the program ends, traps or waits for its host, or so many tokens were generated.
    pub(super) fn of(
        (prepared, vocabulary): (&'model Prepared<'model>, &'model Vocabulary),
        prompt: &[Token],
        limit: u64,
    ) -> Execution<'model> {
        let roles = vocabulary.roles();
        let mut driver = Driver::new(prepared.engine(), &roles[..], Limits::from(limit));
        let (mut recorder, mut executed) = (Recorder::default(), Vec::new());
        // The tokens of a program complete no instruction; sections, which follow, do.
        let closed = prompt.iter().position(|&token| vocabulary.name(token) == "}");
        let mut next = closed.map_or(prompt.len(), |closed| closed + 1);
        let mut goes_on = driver.append(&prompt[..next], &mut recorder).is_ok();
        let mut begin = next;
        while goes_on {
            let instruction = driver.place().instruction;
            goes_on = match prompt.get(next) {
                Some(&token) => driver.append(&[token], &mut recorder).is_ok(),
                None => driver.step(&mut recorder).is_ok_and(|one| one.pause.is_none()),
            };
            let Some(token) = recorder.0.get(next) else { break };
            next += 1;
            let goes_on_within = matches!(roles[token.0 as usize], Role::Byte(_) | Role::Silent);
            if !goes_on_within || !goes_on {
                executed.push(Executed { instruction, positions: begin..next });
                begin = next;
            }
        }
        let (tokens, prompt) = (recorder.0, prompt.len());
        Execution { prepared, vocabulary, tokens, prompt, executed }
    }

    /// The first position of a range where another token is predicted once the changed one is read.
    pub(super) fn differs(&self, change: &Change, range: Range<usize>) -> Option<Answer> {
        let mut first = None;
        self.differences(change, range, &mut |answer| {
            first = Some(answer);
            ControlFlow::Break(())
        });
        first
    }

    /// The positions of a range where another token is predicted once the changed one is read, until who is told wants
    /// no more. All other tokens that are read are those of the run.
    pub(super) fn differences(
        &self,
        change: &Change,
        range: Range<usize>,
        tell: &mut dyn FnMut(Answer) -> ControlFlow<()>,
    ) {
        let range = range.start.max(change.position + 1).max(self.prompt)..range.end;
        let mut engine = self.prepared.engine();
        for (position, &token) in self.tokens[..range.end].iter().enumerate() {
            if range.contains(&position) {
                let predicted = engine.predict();
                if predicted == Token::NONE || engine.refusal().is_some() {
                    return;
                }
                let answer = Answer { position, token: predicted };
                if predicted != token && tell(answer).is_break() {
                    return;
                }
            }
            let token = if position == change.position { change.token } else { token };
            if position + 1 < range.start {
                engine.read(token);
            } else {
                engine.feed(token);
            }
        }
    }

    /// Which instruction is executed at a position.
    pub(super) fn instruction(&self, position: usize) -> Option<u32> {
        let begun = self.executed.partition_point(|one| one.positions.start <= position);
        self.executed.get(begun.checked_sub(1)?).map(|one| one.instruction)
    }

    /// The text of a token.
    pub(super) fn name(&self, position: usize) -> &str {
        self.vocabulary.name(self.tokens[position])
    }
}
