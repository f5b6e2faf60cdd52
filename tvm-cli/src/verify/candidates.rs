//! Who is asked for the next token: the evaluator, and every engine with either kind of attention.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use tvm_core::graph::TokenGraph;
use tvm_core::graph::evaluate::Evaluator;
use tvm_model::Listing;
use tvm_model::token::UnknownToken;
use tvm_model::{Model, Token, Vocabulary};
use tvm_program::InstructionSet;
use tvm_reference::{Executor, Fault, TraceToken};
use tvm_runtime::engine::{AttentionKind, Engine, EngineKind, GeneratedKernel, Prepared};

use crate::execution::Job;
use crate::failure::Failure;

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

/// The fastest first.
pub(super) const CANDIDATES: [Candidate; 7] = [
    engine("kernel", false, EngineKind::Kernel, AttentionKind::Hull),
    engine("plan", false, EngineKind::Plan, AttentionKind::Hull),
    engine("sparse", false, EngineKind::Sparse, AttentionKind::Hull),
    engine("sparse, brute", true, EngineKind::Sparse, AttentionKind::Brute),
    engine("dense", true, EngineKind::Dense, AttentionKind::Hull),
    engine("dense, brute", true, EngineKind::Dense, AttentionKind::Brute),
    Candidate { name: "evaluator", is_slow: true, how: How::Evaluator },
];

/// What reads tokens and says which is next.
pub(super) trait Predict {
    fn feed(&mut self, token: Token) -> Result<(), Failure>;

    fn predict(&mut self) -> Result<Token, Failure>;
}

impl Candidate {
    pub(super) fn needs_kernel(&self) -> bool {
        matches!(self.how, How::Engine(EngineKind::Kernel, _))
    }

    /// Hands out someone who has read nothing.
    pub(super) fn with(
        &self,
        subject: &Subject,
        ask: impl FnOnce(&mut dyn Predict) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        match self.how {
            How::Evaluator => ask(&mut Evaluator::new(subject.graph)),
            How::Engine(kind, attention) => {
                let Subject { model, kernel, .. } = subject;
                let prepared = Prepared::new(&model.weights, Some(kind), attention, *kernel)?;
                ask(&mut ByEngine(prepared.engine()))
            }
        }
    }
}

impl Predict for Evaluator<'_> {
    fn feed(&mut self, token: Token) -> Result<(), Failure> {
        // The vocabulary of a model has the tokens of its graph, in order.
        Ok(Evaluator::feed(self, token.0 as usize)?)
    }

    fn predict(&mut self) -> Result<Token, Failure> {
        Ok(Token(Evaluator::predict(self)? as u32))
    }
}

struct ByEngine<'run>(Box<dyn Engine + 'run>);

impl Predict for ByEngine<'_> {
    fn feed(&mut self, token: Token) -> Result<(), Failure> {
        self.0.feed(token);
        Ok(())
    }

    fn predict(&mut self) -> Result<Token, Failure> {
        Ok(self.0.predict())
    }
}

/// The tokens that the reference generates, up to a limit.
pub(super) fn reference(
    job: &Job,
    set: &InstructionSet,
    limit: u64,
) -> Result<Vec<TraceToken>, Failure> {
    let executor = Executor::new(&job.program, set, &job.input)?;
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
    let mut known = HashMap::<TraceToken, Token>::new();
    let mut token = |name: &TraceToken| match known.entry(*name) {
        Entry::Occupied(known) => Ok(*known.get()),
        Entry::Vacant(new) => Ok(*new.insert(vocabulary.tokens([name.to_string().as_str()])?[0])),
    };
    trace.iter().map(&mut token).collect()
}
