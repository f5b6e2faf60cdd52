//! Why a session cannot be opened, or cannot answer.

use thiserror::Error;

use crate::execution::state::Unreadable;
use tvm_core::toolchain::SourceError;
use tvm_model::{ModelError, UnknownToken};

/// Why a session cannot be opened, or cannot answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The model file cannot be read.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The program cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The model lacks a token of the prompt.
    #[error(transparent)]
    Token(#[from] UnknownToken),
    /// The model cannot be made.
    #[error(transparent)]
    Build(#[from] tvm_core::pipeline::BuildError),
    /// The program is text that is not UTF-8.
    #[error("the program is no module of WebAssembly, and no text in UTF-8")]
    NotText,
    /// The model has more tokens than a session can number.
    #[error("the model has {0} tokens; a session can follow models of up to 65536")]
    Vocabulary(usize),
    /// The instruction set is unknown.
    #[error(
        "the model is of the instruction set {0}, whose opcodes are not known here: classic or full"
    )]
    InstructionSet(String),
    /// A universal model was opened without a program.
    #[error("the model is universal: open it with a program")]
    NoProgram,
    /// The model has another program in its weights.
    #[error("the model has a program in its weights, {0}, which is not the one that is given")]
    OtherProgram(String),
    /// Something of the program was asked for, and only its weights are known.
    #[error("only the weights of the program are known: open the model with the program to see it")]
    ProgramUnknown,
    /// Lines of a source are asked for that nothing is known of.
    #[error("the lines of the source are not known")]
    NoLines,
    /// What a host did was recorded by another model.
    #[error("the record of the host has the token {0}, which the model does not have")]
    HostToken(u16),
    /// A position that the run has not reached.
    #[error("there is no position {position}: the run has {tokens} tokens until now")]
    Position {
        /// The position.
        position: u64,
        /// How many tokens there are.
        tokens: u64,
    },
    /// A part that the model does not have.
    #[error("there is no {part} {index}: there are {number}")]
    Part {
        /// What it is.
        part: &'static str,
        /// Its index.
        index: usize,
        /// How many there are.
        number: usize,
    },
    /// There is no matrix of this name.
    #[error(
        "there is no matrix {0}; there are embedding, position.linear, position.periodic, attention.query, \
        attention.key, attention.value, attention.output, feed_forward.gate, feed_forward.value, \
        feed_forward.output and unembedding"
    )]
    NoMatrix(String),
    /// A number that is none, or infinite.
    #[error("a weight must be a finite number")]
    NotFinite,
    /// The model has no slot that is always 1.
    #[error("no slot of the model is always 1, so that nothing can be made constant but 0")]
    NoConstant,
    /// A line that was typed is not valid.
    #[error("{0}")]
    Line(String),
    /// The tokens are not the execution of the program.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}
