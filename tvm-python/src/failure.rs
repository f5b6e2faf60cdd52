//! Errors of the workspace as exceptions of Python, which `transformer_vm.errors` declares. The messages are those
//! of the command line `tvm`.

use std::io;
use std::path::PathBuf;

use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use thiserror::Error;
use tvm_core::pipeline::BuildError;
use tvm_core::reference::ReferenceError;
use tvm_insight::execution::Difference;
use tvm_instance::{HostError, InstanceError};
use tvm_model::{Listing, ModelError, UnknownToken};
use tvm_runtime::driver::{Place, RunError};
use tvm_runtime::engine::NoEngine;
use tvm_toolchain::SourceError;

/// Declares the classes of exceptions that Rust raises.
mod class {
    pyo3::import_exception!(transformer_vm.errors, Error);
    pyo3::import_exception!(transformer_vm.errors, CompileError);
    pyo3::import_exception!(transformer_vm.errors, ModelError);
    pyo3::import_exception!(transformer_vm.errors, FileError);
    pyo3::import_exception!(transformer_vm.errors, HostError);
    pyo3::import_exception!(transformer_vm.errors, RunError);
    pyo3::import_exception!(transformer_vm.errors, Trap);
    pyo3::import_exception!(transformer_vm.errors, LimitError);
    pyo3::import_exception!(transformer_vm.errors, UsageError);
}

/// Why there is no result.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A source that was found wrong before.
    #[error("{0}")]
    Compile(String),
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error("`{}`: {error}", path.display())]
    Model { path: PathBuf, error: ModelError },
    #[error(transparent)]
    Token(#[from] UnknownToken),
    #[error(transparent)]
    Export(#[from] tvm_export::ExportError),
    #[error(transparent)]
    Engine(#[from] NoEngine),
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    #[error("the transformer and the reference executor differ: {0}")]
    Difference(#[from] Difference),
    #[error("cannot read `{}`: {error}", path.display())]
    Read { path: PathBuf, error: io::Error },
    #[error(transparent)]
    Write(#[from] tvm_host::output_file::OutputFileError),
    /// A file or a folder that an export would replace.
    #[error("{0}: choose another name, or overwrite it with force=True")]
    Exists(tvm_host::output_file::OutputFileError),
    #[error("{message}")]
    Run { error: RunError, message: String },
    #[error(transparent)]
    Host(InstanceError),
    #[error("{0}")]
    Usage(String),
    /// One of several runs; the beginning of its input.
    #[error("with the input `{input}`: {failure}")]
    Input { input: String, failure: Box<Failure> },
}

impl Failure {
    /// A run that did not end in `halt`, with the names of a listing.
    pub(crate) fn run(error: RunError, listing: Option<&Listing>) -> Failure {
        let message =
            error.explained(|place| Some(listing?.describe(place.instruction, &place.calls)));
        Failure::Run { error, message }
    }

    /// A call of an export that has no results, or a run with a host that has no end.
    pub(crate) fn instance(error: InstanceError, listing: Option<&Listing>) -> Failure {
        match error {
            InstanceError::Run(error) => Failure::run(error, listing),
            InstanceError::Host { error: HostError::Program(error), .. } => {
                Failure::instance(*error, listing)
            }
            error => Failure::Host(error),
        }
    }
}

impl From<Failure> for PyErr {
    fn from(failure: Failure) -> PyErr {
        let message = failure.to_string();
        failure.exception(message)
    }
}

impl Failure {
    /// The exception of its class with a message.
    fn exception(self, message: String) -> PyErr {
        match self {
            Failure::Source(_) | Failure::Compile(_) => class::CompileError::new_err(message),
            Failure::Build(_) | Failure::Model { .. } | Failure::Token(_) | Failure::Export(_) => {
                class::ModelError::new_err(message)
            }
            Failure::Read { .. } | Failure::Write(_) | Failure::Exists(_) => {
                class::FileError::new_err(message)
            }
            Failure::Reference(_) | Failure::Difference(_) => class::Error::new_err(message),
            Failure::Run { error: RunError::Trap { kind, place, .. }, .. } => {
                let Place { instruction, calls } = place;
                class::Trap::new_err((message, kind, instruction, calls))
            }
            Failure::Run {
                error: RunError::TokenLimit { .. } | RunError::MemoryLimit { .. },
                ..
            } => class::LimitError::new_err(message),
            Failure::Run { error: RunError::Interrupted { .. }, .. } => {
                PyKeyboardInterrupt::new_err(())
            }
            Failure::Run { .. } => class::RunError::new_err(message),
            Failure::Host(InstanceError::NoExport { .. } | InstanceError::Arguments { .. })
            | Failure::Engine(_)
            | Failure::Usage(_) => class::UsageError::new_err(message),
            Failure::Host(_) => class::HostError::new_err(message),
            Failure::Input { failure, .. } => failure.exception(message),
        }
    }
}
