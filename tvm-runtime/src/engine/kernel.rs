//! Kernels: straight-line code that was generated from a plan when the model was made.

use thiserror::Error;

use super::Engine;
use crate::plan::{Digest, Plan};

/// Generated code, and the matrices that it was made from.
#[derive(Debug, Clone, Copy)]
pub struct GeneratedKernel {
    /// The digest of the matrices.
    pub digest: Digest,
    /// An engine that has read nothing.
    pub new: for<'plan> fn(&'plan Plan) -> Box<dyn Engine + 'plan>,
}

/// A kernel was asked to run a model that it was not made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the kernel was made from the matrices {kernel}, the model has {model}")]
pub struct WrongModel {
    /// What the kernel was made from.
    pub kernel: Digest,
    /// What it was to run.
    pub model: Digest,
}

impl GeneratedKernel {
    /// Does the kernel belong to the model of a plan?
    ///
    /// # Errors
    /// [`WrongModel`] when the plan is of other matrices than the kernel was made from.
    pub fn check(&self, plan: &Plan) -> Result<(), WrongModel> {
        if plan.digest == self.digest {
            return Ok(());
        }
        Err(WrongModel { kernel: self.digest, model: plan.digest })
    }
}
