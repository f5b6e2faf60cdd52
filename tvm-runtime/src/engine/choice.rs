//! Which engine runs a model, and everything that it borrows.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::{AttentionKind, Dense, Engine, GeneratedKernel, Planned, Sparse, WrongModel};
use crate::plan::Plan;
use tvm_weights::Weights;

/// How the forward pass is computed. All give the same tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineKind {
    /// Code that was generated from the model's plan.
    Kernel,
    /// The plan, step by step.
    Plan,
    /// Non-zero weights only.
    Sparse,
    /// Every matrix in full: the definition.
    Dense,
}

impl EngineKind {
    /// All of them, the fastest first.
    pub const ALL: [EngineKind; 4] =
        [EngineKind::Kernel, EngineKind::Plan, EngineKind::Sparse, EngineKind::Dense];

    /// Its name on a command line.
    pub fn name(self) -> &'static str {
        match self {
            EngineKind::Kernel => "kernel",
            EngineKind::Plan => "plan",
            EngineKind::Sparse => "sparse",
            EngineKind::Dense => "dense",
        }
    }
}

impl fmt::Display for EngineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for EngineKind {
    type Err = String;

    fn from_str(text: &str) -> Result<EngineKind, String> {
        let found = EngineKind::ALL.into_iter().find(|kind| kind.name() == text);
        found.ok_or_else(|| format!("no engine {text}: kernel, plan, sparse or dense"))
    }
}

/// Why an engine cannot run a weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoEngine {
    /// There is no generated code for the weights.
    #[error("there is no kernel for this model in this executable: use --engine plan")]
    NoKernel,
    /// There is generated code, for another weights.
    #[error(transparent)]
    WrongModel(#[from] WrongModel),
}

/// A model made ready for an engine.
pub struct Prepared<'weights> {
    weights: &'weights Weights<'weights>,
    kind: EngineKind,
    attention: AttentionKind,
    plan: Option<Plan>,
    kernel: Option<GeneratedKernel>,
}

impl<'weights> Prepared<'weights> {
    /// Prepares a weights. Without a kind it is the kernel, or the plan where there is no kernel;
    /// `attention` counts for the sparse and the dense engine.
    ///
    /// # Errors
    /// [`NoEngine`] when a kernel is asked for and there is none, or it belongs to another weights.
    pub fn new(
        weights: &'weights Weights<'weights>,
        kind: Option<EngineKind>,
        attention: AttentionKind,
        kernel: Option<GeneratedKernel>,
    ) -> Result<Self, NoEngine> {
        let default = if kernel.is_some() { EngineKind::Kernel } else { EngineKind::Plan };
        let kind = kind.unwrap_or(default);
        let planned = matches!(kind, EngineKind::Kernel | EngineKind::Plan);
        let plan = planned.then(|| Plan::new(weights));
        if let (EngineKind::Kernel, Some(plan)) = (kind, &plan) {
            kernel.ok_or(NoEngine::NoKernel)?.check(plan)?;
        }
        Ok(Prepared { weights, kind, attention, plan, kernel })
    }

    /// Which engine it is.
    pub fn kind(&self) -> EngineKind {
        self.kind
    }

    /// An engine that has read nothing.
    pub fn engine(&self) -> Box<dyn Engine + '_> {
        match (self.kind, &self.plan, &self.kernel) {
            (EngineKind::Kernel, Some(plan), Some(kernel)) => (kernel.new)(plan),
            (EngineKind::Kernel | EngineKind::Plan, Some(plan), _) => Box::new(Planned::new(plan)),
            (EngineKind::Dense, ..) => Box::new(Dense::new(self.weights, self.attention)),
            _ => Box::new(Sparse::new(self.weights, self.attention)),
        }
    }
}
