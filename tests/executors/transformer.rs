//! The universal full model as one who runs programs, in the engine made of generated code.

use tvm_core::machine::Machine;
use tvm_model::{Model, Token};
use tvm_program::{InstructionSet, Program, text};
use tvm_runtime::driver::{Observer, RunError, run};
use tvm_runtime::engine::{AttentionKind, EngineKind, Prepared};
use tvm_universal::full;

use crate::executors::{End, Outcome, Run};

/// The universal full model.
pub struct Transformer<'model> {
    set: InstructionSet,
    model: &'model Model<'model>,
    prepared: Prepared<'model>,
}

impl<'model> Transformer<'model> {
    /// By an engine that was prepared for the weights of the model.
    pub fn new(model: &'model Model<'model>, prepared: Prepared<'model>) -> Self {
        Transformer { set: Machine::full().instruction_set(), model, prepared }
    }
}

/// Runs a test with the universal full model.
pub fn with_transformer<T>(test: impl FnOnce(&Transformer<'_>) -> T) -> T {
    let model = Model::from_bytes(full::MODEL).unwrap();
    let kernel = Some(full::KERNEL);
    let kind = Some(EngineKind::Kernel);
    let prepared = Prepared::new(&model.weights, kind, AttentionKind::Hull, kernel).unwrap();
    test(&Transformer::new(&model, prepared))
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
        let (end, tokens) =
            match run(engine.as_mut(), &vocabulary.roles(), &prompt, most, &mut output) {
                Ok(summary) => (End::Halt, summary.generated_tokens),
                Err(RunError::Trap { kind, summary, .. }) => {
                    (End::Trap(kind), summary.generated_tokens)
                }
                Err(error) => (End::Failure(error.to_string()), 0),
            };
        Outcome { output: output.0, end, tokens }
    }
}
