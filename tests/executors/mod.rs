//! The two ways in which tests run a program: by the reference executor, and by the universal full
//! model in the engine made of generated code. Both say what was written and how it ended, in the
//! same words, so that whoever asks need not know whom.

use transformer_vm::embedded::{self, kernels};
use tvm_core::machine::Machine;
use tvm_core::program::{InstructionSet, Program, text};
use tvm_core::reference::{self, Executor};
use tvm_runtime::engine::{AttentionKind, EngineKind, Prepared};
use tvm_runtime::run::{Observer, RunError, run};
use tvm_runtime::{Model, Token};

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
                if let reference::TraceToken::Out(byte) = token {
                    output.push(*byte);
                }
            })
        });
        let end = match ended.map(|summary| summary.end) {
            Ok(reference::End::Halt) => End::Halt,
            Ok(reference::End::Trap(kind)) => End::Trap(kind.to_string()),
            Err(error) => End::Failure(error.to_string()),
        };
        Outcome { output, end, tokens }
    }
}

/// The universal full model.
pub struct Transformer<'model> {
    set: InstructionSet,
    model: &'model Model<'model>,
    prepared: Prepared<'model>,
}

/// Runs a test with the universal full model.
pub fn with_transformer<T>(test: impl FnOnce(&Transformer<'_>) -> T) -> T {
    let model = Model::from_bytes(embedded::FULL).unwrap();
    let kernel = Some(kernels::full::KERNEL);
    let kind = Some(EngineKind::Kernel);
    let prepared = Prepared::new(&model, kind, AttentionKind::Hull, kernel).unwrap();
    test(&Transformer { set: Machine::full().instruction_set(), model: &model, prepared })
}

/// Keeps what a program writes.
#[derive(Default)]
struct Output(Vec<u8>);

impl Observer for Output {
    fn output(&mut self, byte: u8) {
        self.0.push(byte);
    }
}

impl Run for Transformer<'_> {
    fn run(&self, program: &Program, input: &[u8], most: u64) -> Outcome {
        let vocabulary = &self.model.vocabulary;
        let prompt = text::prompt(program, &self.set, Some(input));
        let prompt: Vec<Token> = vocabulary.tokens(prompt.iter().map(String::as_str)).unwrap();
        let mut output = Output::default();
        let mut engine = self.prepared.engine();
        let (end, tokens) = match run(engine.as_mut(), vocabulary, &prompt, most, &mut output) {
            Ok(summary) => (End::Halt, summary.generated_tokens),
            Err(RunError::Trap { kind, summary }) => (End::Trap(kind), summary.generated_tokens),
            Err(error) => (End::Failure(error.to_string()), 0),
        };
        Outcome { output: output.0, end, tokens }
    }
}
