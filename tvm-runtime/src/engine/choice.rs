//! Which engine runs a model, and everything that it borrows.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::{AttentionKind, Dense, Engine, GeneratedKernel, Planned, Sparse, WrongModel};
use crate::plan::Plan;
use tvm_model::Model;

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

/// Why an engine cannot run a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoEngine {
    /// There is no generated code for the model.
    #[error("there is no kernel for this model in this executable: use --engine plan")]
    NoKernel,
    /// There is generated code, for another model.
    #[error(transparent)]
    WrongModel(#[from] WrongModel),
}

/// A model made ready for an engine.
pub struct Prepared<'model> {
    model: &'model Model<'model>,
    kind: EngineKind,
    attention: AttentionKind,
    plan: Option<Plan>,
    kernel: Option<GeneratedKernel>,
}

impl<'model> Prepared<'model> {
    /// Prepares a model. Without a kind it is the kernel, or the plan where there is no kernel;
    /// `attention` counts for the sparse and the dense engine.
    ///
    /// # Errors
    /// [`NoEngine`] when a kernel is asked for and there is none, or it belongs to another model.
    pub fn new(
        model: &'model Model<'model>,
        kind: Option<EngineKind>,
        attention: AttentionKind,
        kernel: Option<GeneratedKernel>,
    ) -> Result<Self, NoEngine> {
        let default = if kernel.is_some() { EngineKind::Kernel } else { EngineKind::Plan };
        let kind = kind.unwrap_or(default);
        let planned = matches!(kind, EngineKind::Kernel | EngineKind::Plan);
        let plan = planned.then(|| Plan::new(model));
        if let (EngineKind::Kernel, Some(plan)) = (kind, &plan) {
            kernel.ok_or(NoEngine::NoKernel)?.check(plan)?;
        }
        Ok(Prepared { model, kind, attention, plan, kernel })
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
            (EngineKind::Dense, ..) => Box::new(Dense::new(self.model, self.attention)),
            _ => Box::new(Sparse::new(self.model, self.attention)),
        }
    }
}
