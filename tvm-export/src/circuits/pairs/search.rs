//! The search for pairs of one opcode: which tokens are changed for which others, in which order, and where the answer
//! may be. An engine predicts; the first change that shows is taken.

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};

use serde_json::{Value, json};
use tvm_core::program::{Code, InstructionSet, Mnemonic, text};
use tvm_model::token::{Move, Role, Token, role, written};

use super::execution::{Answer, Executed, Execution};
use super::programs::{Example, steps_before};

/// How many generated tokens before an execution are changed, and how many of the input.
const BEFORE: usize = 40;
const OF_THE_INPUT: usize = 100;

/// What is changed in a clean sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) kind: Kind,
    pub(super) position: usize,
    /// What is there in the corrupted sequence.
    pub(super) token: Token,
}

/// What the changed token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The opcode of the instruction.
    Opcode,
    /// A byte of its immediate.
    Immediate,
    /// A byte of the input, or of the program's data.
    Input,
    /// A byte that was generated before.
    Operand,
    /// A token that completed the instruction before, or one that is generated within this instruction.
    Control,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Opcode => "opcode",
            Kind::Immediate => "immediate",
            Kind::Input => "input",
            Kind::Operand => "operand",
            Kind::Control => "control",
        }
    }
}

/// Where pairs of an opcode are looked for.
pub(super) struct Within<'all> {
    pub(super) execution: &'all Execution<'all>,
    pub(super) opcode: &'all str,
}

/// What is changed, and what is predicted then.
pub(super) type Found = (Change, Answer);

impl Within<'_> {
    /// As JSON.
    pub(super) fn pair(&self, change: &Change, answer: Answer) -> Value {
        let execution = self.execution;
        let clean: Vec<&str> = (0..answer.position).map(|at| execution.name(at)).collect();
        let mut corrupted = clean.clone();
        corrupted[change.position] = execution.vocabulary.name(change.token);
        json!({
            "opcode": self.opcode,
            "changed": change.kind.name(),
            "position": change.position,
            "clean_token": clean[change.position],
            "corrupted_token": corrupted[change.position],
            "prompt": execution.prompt,
            "answer_position": answer.position,
            "clean_answer": execution.name(answer.position),
            "corrupted_answer": execution.vocabulary.name(answer.token),
            "clean": clean.join(" "),
            "corrupted": corrupted.join(" "),
        })
    }

    /// At most one of each kind.
    pub(super) fn of_an_example(
        &self,
        example: &Example,
        mnemonic: &Mnemonic,
        set: &InstructionSet,
    ) -> impl Iterator<Item = Found> + use<> {
        let execution = self.execution;
        let number = example.instruction as u32;
        let own = execution.executed.iter().filter(|one| one.instruction == number);
        let own: Vec<&Executed> = own.collect();
        let place = place_of(example, set);
        let opcodes = alike(mnemonic, set).into_iter().filter_map(|other| {
            let token = execution.vocabulary.token(&other.name)?;
            Some(Change { kind: Kind::Opcode, position: place, token })
        });
        let immediates = (place + 1..place + 5).flat_map(|position| {
            let tokens = self.other_bytes(position).into_iter();
            tokens.map(move |token| Change { kind: Kind::Immediate, position, token })
        });
        let is_program = |change: &Change| {
            let mut names: Vec<&str> = (0..execution.prompt).map(|at| execution.name(at)).collect();
            names[change.position] = execution.vocabulary.name(change.token);
            text::parse(&names.join(" "), set).is_ok()
        };
        let changes: [Vec<Change>; 2] =
            [opcodes.filter(is_program).collect(), immediates.filter(is_program).collect()];
        let found = changes.map(|changes| self.in_the_program(&changes, &own));
        found.into_iter().flatten().chain(self.of_a_run(&own))
    }

    /// The first change that shows in what the opcode generates. An effect on a variable or on memory shows where that
    /// is read.
    fn in_the_program(&self, changes: &[Change], own: &[&Executed]) -> Option<Found> {
        let execution = self.execution;
        let within = |change: &Change| {
            own.iter().find_map(|one| execution.differs(change, one.positions.clone()))
        };
        let after =
            |change: &Change| execution.differs(change, execution.prompt..execution.tokens.len());
        let first = |seen: &dyn Fn(&Change) -> Option<Answer>| {
            changes.iter().find_map(|change| Some((*change, seen(change)?)))
        };
        first(&within).or_else(|| first(&after))
    }

    /// At most one in a section that the opcode reads itself, and one in what was generated.
    pub(super) fn of_a_run(&self, own: &[&Executed]) -> impl Iterator<Item = Found> + use<> {
        let section = own.iter().find_map(|one| self.of_a_section(one));
        let before = own.iter().find_map(|one| self.before(one));
        let control = || own.iter().find_map(|one| self.of_control(one));
        let generated = before.or_else(control);
        [section, generated].into_iter().flatten()
    }

    /// Other bytes of a section, which is the execution of what reads it: its effect is seen later.
    fn of_a_section(&self, one: &Executed) -> Option<Found> {
        let execution = self.execution;
        let is_section = one.positions.start < execution.prompt;
        let bytes = one.positions.clone().filter(|_| is_section).take(OF_THE_INPUT);
        let after = execution.prompt..execution.tokens.len();
        self.first(Kind::Input, bytes, &after, |position| other_input(execution, position))
    }

    /// Other bytes that were generated before.
    fn before(&self, one: &Executed) -> Option<Found> {
        let begin = self.execution.prompt.max(one.positions.start.saturating_sub(BEFORE));
        let before = (begin..one.positions.start).rev();
        self.first(Kind::Operand, before, &one.positions, |position| self.other_bytes(position))
    }

    /// Another token that completes the instruction before, or another byte within.
    fn of_control(&self, one: &Executed) -> Option<Found> {
        let Range { start, end } = one.positions;
        let before = start.checked_sub(1).filter(|before| *before > 0);
        let found = self.first(Kind::Control, before.into_iter(), &one.positions, |position| {
            self.other_commits(position)
        });
        found.or_else(|| {
            let within = self.execution.prompt.max(start)..end;
            let others = |position| [self.other_bytes(position), self.commit()].concat();
            self.first(Kind::Control, within, &one.positions, others)
        })
    }

    /// The token that completes an instruction without effect.
    fn commit(&self) -> Vec<Token> {
        self.execution.vocabulary.token(text::INPUT_COMMIT).into_iter().collect()
    }

    fn first(
        &self,
        kind: Kind,
        mut positions: impl Iterator<Item = usize>,
        seen: &Range<usize>,
        others: impl Fn(usize) -> Vec<Token>,
    ) -> Option<Found> {
        positions.find_map(|position| {
            let changes = others(position).into_iter();
            let mut changes = changes.map(|token| Change { kind, position, token });
            changes
                .find_map(|change| Some((change, self.execution.differs(&change, seen.clone())?)))
        })
    }

    /// Other bytes of the same form; none where the token is no byte.
    fn other_bytes(&self, position: usize) -> Vec<Token> {
        let name = self.execution.name(position);
        let Role::Byte(byte) = role(name) else { return Vec::new() };
        let tick = if name.ends_with('\'') { "'" } else { "" };
        let others = [byte.wrapping_add(1), byte ^ 0x80].map(|other| format!("{other:02x}{tick}"));
        others.iter().filter_map(|other| self.execution.vocabulary.token(other)).collect()
    }

    /// Tokens that complete an instruction in another way: those that branch where this one does not.
    fn other_commits(&self, position: usize) -> Vec<Token> {
        let branches = |name: &str| match role(name) {
            Role::Completes(Move::Next) | Role::Outputs(_) => Some(false),
            Role::Completes(Move::Branch) => Some(true),
            _ => None,
        };
        let Some(own) = branches(self.execution.name(position)) else { return Vec::new() };
        let names = self.execution.vocabulary.names().iter();
        let others =
            names.filter(|name| name.starts_with("commit") && branches(name) == Some(!own));
        others.filter_map(|other| self.execution.vocabulary.token(other)).take(4).collect()
    }
}

/// For every instruction of a run that reads the input, or the program's data, as it is executed: a change that shows.
pub(super) fn of_the_input(execution: &Execution) -> BTreeMap<u32, Found> {
    let mut found = BTreeMap::new();
    let sections = execution.executed.iter().map(|one| one.positions.clone());
    let sections = sections.take_while(|positions| positions.start < execution.prompt);
    let positions: Vec<usize> = sections.flatten().collect();
    // The input follows the data.
    for &position in positions.iter().rev().take(OF_THE_INPUT) {
        let Some(&token) = other_input(execution, position).first() else { continue };
        let change = Change { kind: Kind::Input, position, token };
        let all = execution.prompt..execution.tokens.len();
        execution.differences(&change, all, &mut |answer| {
            if let Some(instruction) = execution.instruction(answer.position) {
                found.entry(instruction).or_insert((change, answer));
            }
            ControlFlow::Continue(())
        });
    }
    found
}

/// Other bytes of the input.
fn other_input(execution: &Execution, position: usize) -> Vec<Token> {
    let name = execution.name(position);
    let Some(byte) = (0..=u8::MAX).find(|byte| written(*byte) == name) else {
        return Vec::new();
    };
    let others = [byte ^ 1, byte ^ 0x80].map(written);
    others.iter().filter_map(|other| execution.vocabulary.token(other)).collect()
}

/// Where the opcode is in the prompt.
fn place_of(example: &Example, set: &InstructionSet) -> usize {
    let instruction = if set.has_places() { 8 } else { 5 };
    1 + instruction * example.instruction
}

/// The other opcodes, those with the same operands and results first, then those that change as many words.
fn alike<'set>(mnemonic: &Mnemonic, set: &'set InstructionSet) -> Vec<&'set Mnemonic> {
    let all = set.mnemonics();
    let own = all.iter().position(|other| other.code == mnemonic.code).unwrap_or_default();
    let following = all.iter().cycle().skip(own + 1).take(all.len() - 1);
    // What opens a section is nowhere but at the beginning, and nothing returns but from a call. There are no more
    // operands on the stack, variables only where one is read, and what a step of floating point reads only before it.
    let misplaced = [Code::DATA, Code::INPUT_BASE, Code::RETURN];
    let mut others: Vec<&Mnemonic> = following
        .filter(|other| !misplaced.contains(&other.code))
        .filter(|other| other.pops() <= mnemonic.pops())
        .filter(|other| other.reads.is_some() == mnemonic.reads.is_some())
        .filter(|other| {
            let before = steps_before(other);
            before.is_none() || before == steps_before(mnemonic)
        })
        .collect();
    others.sort_by_key(|other| {
        let same = other.operands == mnemonic.operands && other.results == mnemonic.results;
        (!same, other.pops() != mnemonic.pops(), other.pushes() != mnemonic.pushes())
    });
    others
}
