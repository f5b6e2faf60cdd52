//! Who is asked for the next token: the evaluator, and every engine with either kind of attention.

use tvm_core::graph::TokenGraph;
use tvm_core::graph::evaluate::ExactEngine;
use tvm_model::{Listing, Model, Token, UnknownToken, Vocabulary};
use tvm_native::When;
use tvm_program::InstructionSet;
use tvm_reference::{Answers, Executor, Fault, TraceToken};
use tvm_runtime::engine::{AttentionKind, Engine, EngineKind, GeneratedKernel, Prepared};

use crate::execution::Job;
use crate::failure::Failure;
use crate::native;
use crate::reference::Tokens;

/// A model, with all that is known of it.
pub(super) struct Subject<'run> {
    pub(super) name: &'static str,
    pub(super) model: &'run Model<'run>,
    pub(super) kernel: Option<GeneratedKernel>,
    /// What the model computes.
    pub(super) graph: &'run TokenGraph,
    pub(super) listing: &'run Listing,
}

/// Someone who says which token is next.
pub(super) struct Candidate {
    pub(super) name: &'static str,
    /// Does it take a thousandth of a second a token?
    pub(super) is_slow: bool,
    how: How,
}

enum How {
    Evaluator,
    Native,
    Engine(EngineKind, AttentionKind),
}

const fn engine(
    name: &'static str,
    is_slow: bool,
    kind: EngineKind,
    attention: AttentionKind,
) -> Candidate {
    Candidate { name, is_slow, how: How::Engine(kind, attention) }
}

/// Who is asked where the reference has no answer: inside a prompt.
pub(super) const PLAN: Candidate = engine("plan", false, EngineKind::Plan, AttentionKind::Hull);

/// How often machine code that is verified is interpreted before: so that a short run has some, and need not wait for
/// all of it.
const SOON: u32 = 16;

/// The fastest first.
pub(super) const CANDIDATES: [Candidate; 8] = [
    engine("kernel", false, EngineKind::Kernel, AttentionKind::Hull),
    Candidate { name: "native", is_slow: false, how: How::Native },
    PLAN,
    engine("sparse", false, EngineKind::Sparse, AttentionKind::Hull),
    engine("sparse, brute", true, EngineKind::Sparse, AttentionKind::Brute),
    engine("dense", true, EngineKind::Dense, AttentionKind::Hull),
    engine("dense, brute", true, EngineKind::Dense, AttentionKind::Brute),
    Candidate { name: "evaluator", is_slow: true, how: How::Evaluator },
];

impl Candidate {
    /// Is it there for a model on this platform?
    pub(super) fn is_there(&self, subject: &Subject) -> bool {
        match self.how {
            How::Engine(EngineKind::Kernel, _) => subject.kernel.is_some(),
            How::Native => tvm_native::is_supported(),
            _ => true,
        }
    }

    /// Hands out an engine that has read nothing.
    pub(super) fn with<T>(
        &self,
        subject: &Subject,
        ask: impl FnOnce(&mut dyn Engine) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        match self.how {
            How::Evaluator => {
                let mut engine = ExactEngine::new(subject.graph);
                let answer = ask(&mut engine);
                engine.failure().map_or(answer, |inexact| Err(inexact.clone().into()))
            }
            How::Native => {
                let native = native::native(When::After(SOON))?;
                ask(Prepared::native(&subject.model.weights, &native)?.engine().as_mut())
            }
            How::Engine(kind, attention) => {
                let Subject { model, kernel, .. } = subject;
                let prepared = Prepared::new(&model.weights, Some(kind), attention, *kernel)?;
                ask(prepared.engine().as_mut())
            }
        }
    }
}

/// The tokens that the reference generates, up to a limit, and the answers of its host.
pub(super) fn reference(
    job: &Job,
    set: &InstructionSet,
    answers: Vec<Vec<u8>>,
    limit: u64,
) -> Result<Vec<TraceToken>, Failure> {
    let executor = Executor::new(&job.program, set, &job.input)?;
    let executor = executor.with_host(Box::new(Answers::new(answers)));
    let mut trace = Vec::new();
    match executor.run(limit, &mut |&token| trace.push(token)) {
        Err(error) if !matches!(error.fault, Fault::TokenLimit(_)) => Err(error.into()),
        _ => Ok(trace),
    }
}

/// A trace in the tokens of a model.
pub(super) fn tokens(
    trace: &[TraceToken],
    vocabulary: &Vocabulary,
) -> Result<Vec<Token>, UnknownToken> {
    let mut tokens = Tokens::of(vocabulary);
    trace.iter().map(|&token| tokens.token(token)).collect()
}
