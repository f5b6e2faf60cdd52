//! What the machine was at any position, read off the tokens: the state at checkpoints, and the tokens between.

use std::collections::HashSet;
use std::sync::Arc;

use super::checkpoints::Checkpoints;
use super::error::SessionError;
use super::sequence::Sequence;
use super::subject::Subject;
use crate::execution::state::{Executed, Unreadable};
use crate::execution::{Disassembly, Reader, State, Step};
use tvm_model::{Token, Vocabulary};
use tvm_program::{Cursor, Program};

/// Tokens between two checkpoints, in the beginning.
const DISTANCE: u64 = 1 << 14;

/// What the checkpoints may take.
const BUDGET: usize = 96 << 20;

/// Tokens that an instruction has at most, but for those in which a host answers.
const INSTRUCTION: u64 = 24;

/// The state between two tokens.
#[derive(Debug, Clone)]
pub(super) struct Moment<'subject> {
    pub(super) state: State<'subject>,
    /// The position of the first token of the instruction under way.
    pub(super) begun: u64,
    /// The position of the next token.
    pub(super) position: u64,
}

impl Moment<'_> {
    /// Follows the next token.
    pub(super) fn follow(&mut self, token: &str) -> Result<Option<Executed>, Unreadable> {
        let executed = self.state.follow(token)?;
        self.position += 1;
        if executed.is_some() {
            self.begun = self.position;
        }
        Ok(executed)
    }
}

/// The states of a run.
pub(super) struct History<'subject> {
    vocabulary: &'subject Vocabulary,
    pub(super) disassembly: Arc<Disassembly<'subject>>,
    /// How many instructions the program has.
    instructions: u32,
    prompt: u64,
    /// The state after all tokens that were followed.
    newest: Moment<'subject>,
    /// The state that was asked for last.
    latest: Moment<'subject>,
    checkpoints: Checkpoints<Moment<'subject>>,
    /// From which token on the tokens are not an execution of the program.
    pub(super) unreadable: Option<(u64, Unreadable)>,
}

impl<'subject> History<'subject> {
    /// The history of a run that has generated nothing.
    pub(super) fn new(subject: &'subject Subject, program: &'subject Program) -> Self {
        let set = subject.machine.instruction_set();
        let state = State::new(program, &subject.machine, &subject.input);
        let prompt = subject.prompt.len() as u64;
        let first = Moment { state, begun: prompt, position: prompt };
        let mut history = History {
            vocabulary: &subject.model.vocabulary,
            disassembly: Arc::new(Disassembly::new(program, &set)),
            instructions: program.instructions.len() as u32,
            prompt,
            newest: first.clone(),
            latest: first,
            checkpoints: Checkpoints::new(DISTANCE, BUDGET),
            unreadable: None,
        };
        history.keep();
        history
    }

    /// Follows the tokens that have come since.
    pub(super) fn advance(&mut self, sequence: &Sequence) {
        if self.unreadable.is_some() {
            return;
        }
        for token in sequence.from(self.newest.position) {
            let executed = match self.newest.follow(self.vocabulary.name(token)) {
                Ok(executed) => executed,
                Err(error) => {
                    self.unreadable = Some((self.newest.position, error));
                    return;
                }
            };
            if executed.is_some() {
                self.keep();
            }
        }
    }

    fn keep(&mut self) {
        self.checkpoints.offer(
            self.newest.position,
            || self.newest.clone(),
            |moments| State::size(moments.map(|moment| &moment.state)),
        );
    }

    /// How many tokens come before the first that is generated.
    pub(super) fn prompt(&self) -> u64 {
        self.prompt
    }

    /// The state before the token at a position; within the prompt, that at its end.
    pub(super) fn at(
        &mut self,
        sequence: &Sequence,
        position: u64,
    ) -> Result<&Moment<'subject>, SessionError> {
        let position = position.max(self.prompt);
        let (kept_at, kept) = self.checkpoints.before(position).expect("one is at the beginning");
        if self.latest.position > position || self.latest.position < kept_at {
            self.latest = kept.clone();
        }
        for token in sequence.from(self.latest.position) {
            if self.latest.position >= position {
                break;
            }
            self.latest.follow(self.vocabulary.name(token))?;
        }
        match self.latest.position == position {
            true => Ok(&self.latest),
            false => Err(SessionError::Position { position, tokens: sequence.len() }),
        }
    }

    /// The instruction that the token at a position is of, up to `before` instructions before it and `after` after it,
    /// if they are complete.
    pub(super) fn steps(
        &self,
        sequence: &Sequence,
        position: u64,
        (before, after): (usize, usize),
    ) -> Result<Vec<Step>, SessionError> {
        let mut back = (before as u64 + 2).saturating_mul(INSTRUCTION);
        loop {
            let from = position.saturating_sub(back).max(self.prompt);
            let (at, moment) = self.checkpoints.before(from).expect("one is at the beginning");
            let mut steps = self.read(moment, sequence, (position, after))?;
            let earlier =
                steps.iter().filter(|step| step.position + step.tokens <= position).count();
            if earlier >= before || at <= self.prompt {
                steps.drain(..earlier.saturating_sub(before));
                return Ok(steps);
            }
            back = back.saturating_mul(4);
        }
    }

    /// The steps from a moment on, to `after` instructions after the one that the token at a position is of.
    fn read(
        &self,
        moment: &Moment<'subject>,
        sequence: &Sequence,
        (position, after): (u64, usize),
    ) -> Result<Vec<Step>, SessionError> {
        let mut reader = self.reader(moment);
        let (mut steps, mut later) = (Vec::new(), 0);
        for token in sequence.from(moment.position) {
            let Some(step) = reader.token(self.vocabulary.name(token))? else { continue };
            let is_later = step.position > position;
            let ends = step.position + step.tokens;
            if is_later && later == after {
                break;
            }
            later += usize::from(is_later);
            steps.push(step);
            if ends > position && later == after {
                break;
            }
        }
        Ok(steps)
    }

    /// The last state that is kept and not beyond a position.
    pub(super) fn checkpoint(&self, position: u64) -> (u64, &Moment<'subject>) {
        self.checkpoints.before(position.max(self.prompt)).expect("one is at the beginning")
    }

    /// The name of a token.
    pub(super) fn name(&self, token: Token) -> &'subject str {
        self.vocabulary.name(token)
    }

    /// The instructions of the program whose text has this text in it.
    pub(super) fn instructions_with(&self, text: &str) -> HashSet<u32> {
        let all = 0..self.instructions;
        let has = |at: &u32| {
            self.disassembly.text(Cursor(*at)).is_some_and(|instruction| instruction.contains(text))
        };
        all.filter(has).collect()
    }

    /// Reads steps from a moment on.
    pub(super) fn reader(&self, moment: &Moment<'subject>) -> Reader<'subject> {
        let Moment { state, begun, position } = moment.clone();
        Reader::resume(state, self.disassembly.clone(), (begun, position))
    }
}
