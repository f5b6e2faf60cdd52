//! Which engine runs a model, and everything that it borrows.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use thiserror::Error;

use super::{
    AttentionKind, Backend, Dense, Engine, GeneratedKernel, KernelError, LoadedKernel, Planned,
    Sparse,
};
use crate::plan::{Code, Plan};
use tvm_weights::Weights;

/// How the forward pass is computed. All give the same tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EngineKind {
    /// Code that was generated from the model's plan when the executable was built.
    Kernel,
    /// Machine code that is made from the plan while the executable runs, or was made with its bundle.
    Native,
    /// The plan, step by step.
    Plan,
    /// Non-zero weights only.
    Sparse,
    /// Every matrix in full: the definition.
    Dense,
}

impl EngineKind {
    /// All of them, the fastest first.
    pub const ALL: [EngineKind; 5] = [
        EngineKind::Kernel,
        EngineKind::Native,
        EngineKind::Plan,
        EngineKind::Sparse,
        EngineKind::Dense,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            EngineKind::Kernel => "kernel",
            EngineKind::Native => "native",
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
        found.ok_or_else(|| format!("no engine {text}: kernel, native, plan, sparse or dense"))
    }
}

/// Why an engine cannot run a weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NoEngine {
    /// There is no generated code for the weights.
    #[error("there is no kernel for this model in this executable")]
    NoKernel,
    /// There is nothing that makes or runs machine code.
    #[error("there is no machine code for this model in this executable, or not for this platform")]
    NoNative,
    /// There is generated code that cannot run the weights.
    #[error(transparent)]
    Kernel(#[from] KernelError),
}

/// A model made ready for an engine.
pub struct Prepared<'weights> {
    weights: &'weights Weights<'weights>,
    kind: EngineKind,
    attention: AttentionKind,
    plan: Option<Plan>,
    /// That of the plan, where the plan is interpreted.
    code: Option<Arc<Code>>,
    kernel: Option<LoadedKernel>,
    backend: Option<&'weights dyn Backend>,
}

impl<'weights> Prepared<'weights> {
    /// Prepares a weights. Without a kind it is the kernel, or the plan where there is no kernel;
    /// `attention` counts for the sparse and the dense engine.
    ///
    /// # Errors
    /// [`NoEngine`] when a kernel is asked for and there is none, or it cannot run the weights; also when machine code
    /// is asked for, which is for [`Prepared::native`].
    pub fn new(
        weights: &'weights Weights<'weights>,
        kind: Option<EngineKind>,
        attention: AttentionKind,
        kernel: Option<GeneratedKernel>,
    ) -> Result<Self, NoEngine> {
        if kind == Some(EngineKind::Native) {
            return Err(NoEngine::NoNative);
        }
        let default = if kernel.is_some() { EngineKind::Kernel } else { EngineKind::Plan };
        let kind = kind.unwrap_or(default);
        let plan = (kind == EngineKind::Plan).then(|| Plan::new(weights));
        let code = plan.as_ref().map(|plan| Arc::new(Code::of(plan)));
        let kernel = match kind {
            EngineKind::Kernel => Some(kernel.ok_or(NoEngine::NoKernel)?.load(weights)?),
            _ => None,
        };
        Ok(Prepared { weights, kind, attention, plan, code, kernel, backend: None })
    }

    /// Prepares a weights for machine code.
    ///
    /// # Errors
    /// [`NoEngine::NoNative`] when the back end does not accept its plan.
    pub fn native(
        weights: &'weights Weights<'weights>,
        backend: &'weights dyn Backend,
    ) -> Result<Self, NoEngine> {
        let (kind, attention) = (EngineKind::Native, AttentionKind::Hull);
        let plan = backend.plan(weights).unwrap_or_else(|| Plan::new(weights));
        if !backend.accepts(&plan) {
            return Err(NoEngine::NoNative);
        }
        let (plan, backend) = (Some(plan), Some(backend));
        Ok(Prepared { weights, kind, attention, plan, code: None, kernel: None, backend })
    }

    /// Which engine it is.
    pub fn kind(&self) -> EngineKind {
        self.kind
    }

    /// An engine that has read nothing.
    pub fn engine(&self) -> Box<dyn Engine + '_> {
        if let (Some(backend), Some(plan)) = (self.backend, &self.plan) {
            return backend.engine(plan);
        }
        if let (Some(plan), Some(code)) = (&self.plan, &self.code) {
            return Box::new(Planned::sharing(plan, Arc::clone(code)));
        }
        match (self.kind, &self.kernel) {
            (_, Some(kernel)) => kernel.engine(),
            (EngineKind::Dense, _) => Box::new(Dense::new(self.weights, self.attention)),
            _ => Box::new(Sparse::new(self.weights, self.attention)),
        }
    }
}
