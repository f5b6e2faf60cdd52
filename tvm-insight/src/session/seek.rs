//! Looking for a place in a run, forward or backward, in pieces: for a token, or for what an instruction does.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::error::SessionError;
use super::history::{History, Moment};
use super::sequence::Sequence;
use crate::execution::state::{Executed, Written};
use tvm_model::{Move, Role, Vocabulary};
use tvm_program::Cursor;

/// What is looked for, and in which direction.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Seek {
    /// What is looked for.
    #[serde(flatten)]
    pub what: Wanted,
    /// Behind the position, or before it?
    pub forward: bool,
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Wanted {
    /// The next token.
    Token,
    /// The first token of an instruction.
    Instruction,
    /// The first token of an instruction that is of a line of the source, and the instruction before it is not.
    Line,
    /// The first token of a call.
    Call,
    /// The first token of a return.
    Return,
    /// A token that writes a byte, or for which the host writes some.
    Output,
    /// A token that ends the program in a trap.
    Trap,
    /// The first token of one of these instructions of the program.
    Breakpoint {
        /// The instructions.
        instructions: HashSet<u32>,
    },
    /// The first token of an instruction that writes to an address of memory.
    Write {
        /// The address.
        address: u64,
    },
    /// A token whose name has this text in it, or the first token of an instruction whose text has.
    Search {
        /// The text.
        text: String,
    },
}

/// What came of looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Found {
    /// Where it is, if it was found.
    pub position: Option<u64>,
    /// From where the search goes on; none if all was read.
    pub reached: Option<u64>,
}

impl Found {
    const NOTHING: Found = Found { position: None, reached: None };

    fn at(position: Option<u64>) -> Found {
        Found { position, reached: None }
    }
}

/// An instruction that was followed: where it begins and ends, and what comes next.
struct Followed<'all> {
    begun: u64,
    end: u64,
    /// None at the beginning of the run.
    executed: Option<&'all Executed>,
    next: Cursor,
}

/// The place that an instruction gives, if it is what is looked for.
type Match<'all> = dyn Fn(&Followed<'_>) -> Option<u64> + 'all;

/// Looks from a position on, and reads about `most` tokens.
pub(super) fn seek(
    history: Option<&mut History<'_>>,
    sequence: &Sequence,
    (vocabulary, lines): (&Vocabulary, &[Option<u32>]),
    (from, seek, most): (u64, &Seek, u64),
) -> Result<Found, SessionError> {
    let tokens = Tokens { sequence, from, forward: seek.forward };
    let roles = vocabulary.roles();
    let by_role =
        |wanted: &dyn Fn(&Role) -> bool| -> Vec<bool> { roles.iter().map(wanted).collect() };
    let completes = |going: Move| by_role(&|role| *role == Role::Completes(going));
    match &seek.what {
        Wanted::Token => Ok(Found::at(tokens.beside())),
        Wanted::Instruction => Ok(Found::at(tokens.instruction())),
        Wanted::Call => Ok(tokens.instruction_with(&completes(Move::Call), most)),
        Wanted::Return => Ok(tokens.instruction_with(&completes(Move::Return), most)),
        Wanted::Output => {
            let found = tokens.one_of(&by_role(&|role| matches!(role, Role::Outputs(_))), most);
            Ok(nearest(seek.forward, found, Found::at(sequence.host_wrote(from, seek.forward))))
        }
        Wanted::Trap => Ok(tokens.one_of(&by_role(&|role| matches!(role, Role::Traps(_))), most)),
        Wanted::Line => {
            let history = history.ok_or(SessionError::ProgramUnknown)?;
            if lines.is_empty() {
                return Err(SessionError::NoLines);
            }
            let line = |at: Cursor| lines.get(at.0 as usize).copied().flatten();
            let begins = |followed: &Followed<'_>| {
                let next = line(followed.next)?;
                let before = followed.executed.and_then(|executed| line(executed.instruction));
                (before != Some(next)).then_some(followed.end)
            };
            Executions { history, sequence, from, most }.seek(seek.forward, &begins)
        }
        Wanted::Breakpoint { instructions } => {
            let history = history.ok_or(SessionError::ProgramUnknown)?;
            let at = |followed: &Followed<'_>| {
                instructions.contains(&followed.next.0).then_some(followed.end)
            };
            Executions { history, sequence, from, most }.seek(seek.forward, &at)
        }
        Wanted::Write { address } => {
            let history = history.ok_or(SessionError::ProgramUnknown)?;
            let writes = |followed: &Followed<'_>| {
                let executed = followed.executed?;
                let memory = matches!(executed.written, Some(Written::Memory | Written::Section));
                let offset = address.wrapping_sub(executed.address());
                (memory && offset < executed.bytes.len() as u64).then_some(followed.begun)
            };
            Executions { history, sequence, from, most }.seek(seek.forward, &writes)
        }
        Wanted::Search { text } => {
            let names = vocabulary.names().iter().map(|name| name.contains(text.as_str()));
            let in_tokens = tokens.one_of(&names.collect::<Vec<_>>(), most);
            let Some(history) = history else { return Ok(in_tokens) };
            let instructions = history.instructions_with(text);
            let at = |followed: &Followed<'_>| {
                instructions.contains(&followed.next.0).then_some(followed.end)
            };
            let executions = Executions { history, sequence, from, most };
            Ok(nearest(seek.forward, in_tokens, executions.seek(seek.forward, &at)?))
        }
    }
}

/// The nearer one of two answers; what one of them has not read yet may be nearer.
fn nearest(forward: bool, one: Found, other: Found) -> Found {
    let nearer = |a: u64, b: u64| if forward { a.min(b) } else { a.max(b) };
    let both = |a: Option<u64>, b: Option<u64>| match (a, b) {
        (Some(a), Some(b)) => Some(nearer(a, b)),
        (a, b) => a.or(b),
    };
    let (position, reached) =
        (both(one.position, other.position), both(one.reached, other.reached));
    match (position, reached) {
        (Some(found), Some(read)) if nearer(found, read) == read && found != read => {
            Found { position: None, reached: Some(read) }
        }
        (Some(_), _) => Found::at(position),
        (None, _) => Found { position, reached },
    }
}

/// Looks at tokens alone.
struct Tokens<'all> {
    sequence: &'all Sequence,
    from: u64,
    forward: bool,
}

impl Tokens<'_> {
    /// The position beside.
    fn beside(&self) -> Option<u64> {
        let beside = if self.forward { self.from.checked_add(1) } else { self.from.checked_sub(1) };
        beside.filter(|at| *at < self.sequence.len())
    }

    /// The first token of the next instruction, or of this one or the one before.
    fn instruction(&self) -> Option<u64> {
        let Tokens { sequence, from, forward } = *self;
        let number = sequence.done(from).instructions;
        let begins = |number: u64| sequence.first_of_instruction(number);
        let own = begins(number);
        if forward {
            return own.filter(|own| *own > from).or_else(|| begins(number + 1));
        }
        own.filter(|own| *own < from).or_else(|| begins(number.checked_sub(1)?))
    }

    /// A token that is wanted.
    fn one_of(&self, wanted: &[bool], most: u64) -> Found {
        let Tokens { sequence, from, forward } = *self;
        let (first, end) = if forward {
            let first = from.saturating_add(1);
            (first, first.saturating_add(most).min(sequence.len()))
        } else {
            let end = from.min(sequence.len());
            (end.saturating_sub(most), end)
        };
        let count = end.saturating_sub(first) as usize;
        let mut hits = sequence.from(first).take(count).zip(first..);
        let is_wanted = |token: tvm_model::Token| wanted[token.0 as usize];
        let position = match forward {
            true => hits.find(|(token, _)| is_wanted(*token)).map(|(_, at)| at),
            false => hits.filter(|(token, _)| is_wanted(*token)).last().map(|(_, at)| at),
        };
        let reached = match forward {
            true => (end < sequence.len()).then(|| end.saturating_sub(1)),
            false => (first > 0).then_some(first),
        };
        if position.is_some() { Found::at(position) } else { Found { position, reached } }
    }

    /// The first token of an instruction that has a wanted token.
    fn instruction_with(&self, wanted: &[bool], most: u64) -> Found {
        if self.forward { self.next_with(wanted, most) } else { self.last_with(wanted, most) }
    }

    fn next_with(&self, wanted: &[bool], most: u64) -> Found {
        let begun = |at: u64| self.begun(at);
        let mut tokens = Tokens { ..*self };
        loop {
            let found = tokens.one_of(wanted, most);
            match (found.position, found.reached) {
                (Some(at), _) if begun(at) > self.from => return Found::at(Some(begun(at))),
                // It is the instruction that the search begins in.
                (Some(at), _) => tokens.from = at,
                // The wanted token of the instruction under way may be behind the end of the piece.
                (None, Some(reached)) => match begun(reached + 1).checked_sub(1) {
                    Some(before) if before > self.from => {
                        return Found { position: None, reached: Some(before) };
                    }
                    _ => tokens.from = reached,
                },
                (None, None) => return found,
            }
        }
    }

    fn last_with(&self, wanted: &[bool], most: u64) -> Found {
        // The wanted token of the instruction that the search begins in may be behind its beginning.
        let number = self.sequence.done(self.from).instructions;
        let next = self.sequence.first_of_instruction(number + 1).unwrap_or(self.sequence.len());
        let from = if self.begun(self.from) < self.from { next } else { self.from };
        let most = most.saturating_add(from.saturating_sub(self.from));
        let found = Tokens { from, ..*self }.one_of(wanted, most);
        match found.position {
            Some(at) => Found::at(Some(self.begun(at))),
            None => found,
        }
    }

    /// The first token of the instruction that a token is of; of a token of the prompt, the first that is generated.
    fn begun(&self, at: u64) -> u64 {
        let number = self.sequence.done(at).instructions;
        self.sequence.first_of_instruction(number).unwrap_or(self.sequence.len())
    }
}

/// Looks at what instructions do.
struct Executions<'all, 'subject> {
    history: &'all mut History<'subject>,
    sequence: &'all Sequence,
    from: u64,
    most: u64,
}

impl Executions<'_, '_> {
    fn seek(self, forward: bool, wanted: &Match<'_>) -> Result<Found, SessionError> {
        if forward { self.forward(wanted) } else { self.backward(wanted) }
    }

    fn forward(self, wanted: &Match<'_>) -> Result<Found, SessionError> {
        let Executions { history, sequence, from, most } = self;
        if from >= sequence.len() {
            return Ok(Found::NOTHING);
        }
        let mut moment = history.at(sequence, from)?.clone();
        if let Some(at) = first(&moment, history.prompt(), wanted).filter(|at| *at > from) {
            return Ok(Found::at(Some(at)));
        }
        let enough = moment.position.saturating_add(most.max(1));
        let mut instructions = 0;
        for token in sequence.from(moment.position) {
            // What begins where the search goes on is looked at then.
            if moment.position >= enough && instructions > 1 && moment.begun == moment.position {
                return Ok(Found { position: None, reached: Some(moment.begun - 1) });
            }
            let found = follow(&mut moment, history.name(token), wanted)?;
            instructions += u64::from(moment.begun == moment.position);
            if let Some(at) = found.filter(|at| *at > from && *at < sequence.len()) {
                return Ok(Found::at(Some(at)));
            }
        }
        Ok(Found::NOTHING)
    }

    fn backward(self, wanted: &Match<'_>) -> Result<Found, SessionError> {
        let Executions { history, sequence, from, most } = self;
        let (mut limit, least) = (from.min(sequence.len()), from.saturating_sub(most));
        let mut before = limit.checked_sub(1);
        while let Some(at) = before.filter(|at| *at >= history.prompt()) {
            let (begun, kept) = history.checkpoint(at);
            let mut moment = kept.clone();
            let mut last = first(&moment, history.prompt(), wanted).filter(|at| *at < limit);
            for token in sequence.from(begun) {
                if moment.begun >= limit {
                    break;
                }
                let found = follow(&mut moment, history.name(token), wanted)?;
                last = found.filter(|at| *at < limit).or(last);
            }
            if last.is_some() {
                return Ok(Found::at(last));
            }
            // What comes at the checkpoint follows from the instruction before it.
            (limit, before) = (begun + 1, begun.checked_sub(1));
            if begun <= least && begun > history.prompt() {
                return Ok(Found { position: None, reached: Some(limit) });
            }
        }
        Ok(Found::NOTHING)
    }
}

/// The place that the beginning of the run gives.
fn first(moment: &Moment<'_>, prompt: u64, wanted: &Match<'_>) -> Option<u64> {
    let (begun, next) = (moment.position, moment.state.cursor());
    let beginning = Followed { begun, end: begun, executed: None, next };
    (begun == prompt).then(|| wanted(&beginning))?
}

/// Follows a token, and says what the instruction that it completes gives.
fn follow(
    moment: &mut Moment<'_>,
    token: &str,
    wanted: &Match<'_>,
) -> Result<Option<u64>, SessionError> {
    let begun = moment.begun;
    let Some(executed) = moment.follow(token)? else { return Ok(None) };
    let (end, next) = (moment.position, moment.state.cursor());
    Ok(wanted(&Followed { begun, end, executed: Some(&executed), next }))
}
