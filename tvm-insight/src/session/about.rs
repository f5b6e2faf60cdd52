//! What is told of a subject as a whole, and of how far its run is.

use std::ops::Range;

use serde::Serialize;

use super::subject::Subject;
use crate::execution::Disassembly;
use tvm_model::{Listing, Move, Role};
use tvm_program::{Cursor, Program};

/// What is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct About {
    /// The name of the program.
    pub title: String,
    /// Whether the program is in the weights, or in the prompt of a universal model.
    pub kind: Kind,
    /// The instruction set.
    pub instruction_set: String,
    /// The width of the residual stream.
    pub d_model: usize,
    /// The layers in order.
    pub layers: Vec<AboutLayer>,
    /// The names of the tokens.
    pub vocabulary: Vec<String>,
    /// What each token of the vocabulary means to a run.
    pub token_kinds: Vec<TokenKind>,
    /// How many tokens the run begins with that are given.
    pub prompt_length: usize,
    /// The instructions of the program; of a program of which only the weights are known, their mnemonics.
    pub instructions: Vec<Listed>,
    /// Is the program known, so that there are steps and states?
    pub has_program: bool,
}

/// Where the program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// In the weights.
    Model,
    /// In the prompt of a universal model.
    Program,
}

/// A layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AboutLayer {
    /// The names of the heads.
    pub heads: Vec<String>,
    /// How many neurons there are.
    pub neurons: usize,
    /// Neighbouring neurons that serve one operation.
    pub parts: Vec<Part>,
}

/// Neighbouring neurons that serve one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Part {
    /// The name of the operation.
    pub name: String,
    /// The first neuron.
    pub first: usize,
    /// How many there are.
    pub number: usize,
}

/// An instruction of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Listed {
    /// The instruction as text.
    pub text: String,
    /// The name of the function that it is in, where functions are known.
    pub function: Option<String>,
    /// The line of the source that it is made of, where that is known; from 1.
    pub line: Option<u32>,
}

/// What a token means to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// Part of a program, or of an instruction.
    Silent,
    /// A byte of a value or of an offset.
    Byte,
    /// Completes an instruction, and the next one follows.
    Next,
    /// Completes a branch that is taken.
    Branch,
    /// Completes a call.
    Call,
    /// Completes a return.
    Return,
    /// Writes a byte of output, and completes an instruction.
    Output,
    /// The host appends what follows.
    Await,
    /// The end of the program.
    Halt,
    /// The end of the program in a trap.
    Trap,
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Progress {
    /// Tokens until now, of the prompt too.
    pub tokens: u64,
    /// Instructions that were completed.
    pub instructions: u64,
    /// Bytes of output.
    pub output_length: u64,
    /// About how many bytes the caches of the engine take.
    pub memory: usize,
    /// How the run ended, if it has.
    pub ended: Option<Ended>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Ended {
    /// In which way.
    pub kind: EndedKind,
    /// The same in words.
    pub message: String,
}

/// The way in which a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EndedKind {
    /// The program has halted.
    Halted,
    /// The program has trapped.
    Trap,
    /// A limit of tokens or of memory was reached.
    Limit,
    /// The program waits for a host.
    Host,
    /// The engine does not go on.
    Failed,
}

impl Subject {
    /// What is open.
    pub fn about(&self) -> About {
        let model = &self.model;
        About {
            title: self.title.clone(),
            kind: match model.description.program {
                Some(_) => Kind::Model,
                None => Kind::Program,
            },
            instruction_set: model.description.instruction_set.clone(),
            d_model: model.weights.d_model(),
            layers: (0..model.weights.layers.len()).map(|layer| self.about_layer(layer)).collect(),
            vocabulary: model.vocabulary.names().to_vec(),
            token_kinds: model.vocabulary.roles().iter().map(TokenKind::of).collect(),
            prompt_length: self.prompt.len(),
            instructions: match (&self.program, self.listing()) {
                (Some(program), _) => self.instructions(program),
                (None, Some(listing)) => listed(&listing),
                (None, None) => Vec::new(),
            },
            has_program: self.program.is_some(),
        }
    }

    /// The names of the functions and the mnemonics of the program, where they are known.
    pub(super) fn listing(&self) -> Option<Listing> {
        let set = || self.machine.instruction_set();
        let own = self.program.as_ref().map(|program| tvm_core::pipeline::listing(program, &set()));
        own.or_else(|| self.model.description.listing.clone())
    }

    fn about_layer(&self, index: usize) -> AboutLayer {
        let layer = &self.model.weights.layers[index];
        let heads = 0..layer.attention.selection.len();
        let part = |(name, neurons): (String, Range<usize>)| Part {
            name,
            first: neurons.start,
            number: neurons.len(),
        };
        AboutLayer {
            heads: heads.map(|head| self.head_name(index, head)).collect(),
            neurons: layer.feed_forward.gate.rows(),
            parts: self.operations(index).into_iter().map(part).collect(),
        }
    }

    fn instructions(&self, program: &Program) -> Vec<Listed> {
        let disassembly = Disassembly::new(program, &self.machine.instruction_set());
        let cursors = (0..program.instructions.len() as u32).map(Cursor);
        let listed = cursors.map(|at| Listed {
            text: disassembly.text(at).unwrap_or_default(),
            function: disassembly.function(at).map(str::to_owned),
            line: self.lines.get(at.0 as usize).copied().flatten(),
        });
        listed.collect()
    }
}

/// What a listing knows.
fn listed(listing: &Listing) -> Vec<Listed> {
    let mnemonics = listing.mnemonics().enumerate();
    let listed = mnemonics.map(|(index, text)| Listed {
        text: text.to_owned(),
        function: listing.function(index as u32).map(str::to_owned),
        line: None,
    });
    listed.collect()
}

impl TokenKind {
    pub(super) fn of(role: &Role) -> TokenKind {
        match role {
            Role::Silent => TokenKind::Silent,
            Role::Byte(_) => TokenKind::Byte,
            Role::Completes(Move::Next) => TokenKind::Next,
            Role::Completes(Move::Branch) => TokenKind::Branch,
            Role::Completes(Move::Call) => TokenKind::Call,
            Role::Completes(Move::Return) => TokenKind::Return,
            Role::Outputs(_) => TokenKind::Output,
            Role::Awaits => TokenKind::Await,
            Role::Halts => TokenKind::Halt,
            Role::Traps(_) => TokenKind::Trap,
        }
    }
}
