//! Why a command failed, and the exit status that says so.

use std::path::PathBuf;

use thiserror::Error;
use tvm_core::compile::BuildError;
use tvm_core::graph::evaluate::Inexact;
use tvm_core::narration::Difference;
use tvm_core::program::SourceError;
use tvm_core::reference::ReferenceError;
use tvm_runtime::engine::NoEngine;
use tvm_runtime::executable::status;
use tvm_runtime::model::ModelError;
use tvm_runtime::run::RunError;
use tvm_runtime::token::UnknownToken;

#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error(transparent)]
    Run(#[from] RunError),
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    #[error("the transformer and the reference executor differ: {0}")]
    Difference(#[from] Difference),
    #[error(transparent)]
    Inexact(#[from] Inexact),
    #[error("{path}: {error}")]
    File { path: PathBuf, error: std::io::Error },
    #[error("{path}: {error}")]
    Model { path: PathBuf, error: ModelError },
    #[error("{0}: is it a program for another instruction set?")]
    Token(#[from] UnknownToken),
    #[error("{0}")]
    Trap(String),
    #[error(
        "no halt within {0} tokens: raise the limit with --max-tokens if the program needs more"
    )]
    Limit(u64),
    #[error(transparent)]
    Engine(#[from] NoEngine),
    #[error("case {case}: {reason}")]
    Bench { case: String, reason: String },
    #[error("{0}")]
    Usage(String),
    #[error("cannot write output: {0}")]
    Output(std::io::Error),
}

impl Failure {
    pub(crate) fn status(&self) -> u8 {
        use tvm_core::reference::Fault;
        match self {
            Failure::Run(RunError::Trap { .. }) | Failure::Trap(_) => status::TRAP,
            Failure::Run(RunError::TokenLimit { .. }) | Failure::Limit(_) => status::LIMIT,
            Failure::Reference(error) if matches!(error.fault, Fault::TokenLimit(_)) => {
                status::LIMIT
            }
            Failure::Usage(_) => status::USAGE,
            _ => status::TOOL,
        }
    }
}
