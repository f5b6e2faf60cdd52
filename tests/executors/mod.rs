//! Who runs the programs of a test. All say what was written and how it ended, in the same words, so
//! that whoever asks need not know whom. The reference executor is here; the transformer, which
//! needs a model, is in `transformer.rs`.

use tvm_core::machine::Machine;
use tvm_program::{InstructionSet, Program};
use tvm_reference::Executor;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// By `halt`.
    Halt,
    /// By a trap of this kind, as in the token `trap(kind)`.
    Trap(String),
    /// Not at all: the limit of tokens was reached, or the program is none.
    Failure(String),
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub output: Vec<u8>,
    pub end: End,
    /// The tokens that were generated.
    pub tokens: u64,
}

/// Something that runs programs of the full instruction set.
pub trait Run {
    /// Runs a program, for so many tokens at most.
    fn run(&self, program: &Program, input: &[u8], most: u64) -> Outcome;
}

/// The reference executor.
pub struct Reference {
    set: InstructionSet,
}

impl Default for Reference {
    fn default() -> Self {
        Reference { set: Machine::full().instruction_set() }
    }
}

impl Run for Reference {
    fn run(&self, program: &Program, input: &[u8], most: u64) -> Outcome {
        let (mut tokens, mut output) = (0, Vec::new());
        let ended = Executor::new(program, &self.set, input).and_then(|executor| {
            executor.run(most, &mut |token| {
                tokens += 1;
                if let tvm_reference::TraceToken::Out(byte) = token {
                    output.push(*byte);
                }
            })
        });
        let end = match ended.map(|summary| summary.end) {
            Ok(tvm_reference::End::Halt) => End::Halt,
            Ok(tvm_reference::End::Trap(kind)) => End::Trap(kind.to_string()),
            Ok(tvm_reference::End::Await) => End::Failure("it awaits a host".to_string()),
            Err(error) => End::Failure(error.to_string()),
        };
        Outcome { output, end, tokens }
    }
}
