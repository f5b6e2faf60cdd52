//! What a run came to.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use tvm_runtime::driver::Summary;
use tvm_runtime::engine::EngineKind;

/// How a run ended.
#[derive(Debug, Clone)]
pub(crate) enum End {
    /// By itself, with this exit status.
    Exit(u32),
    /// In a trap.
    Trap {
        kind: String,
        /// With its place.
        message: String,
        instruction: u32,
        calls: Vec<u32>,
    },
    /// At a limit.
    Limit { message: String },
}

/// What a run came to.
#[derive(Debug, Clone)]
#[pyclass(frozen, module = "transformer_vm._native")]
pub(crate) struct Run {
    pub(crate) output: Vec<u8>,
    pub(crate) error_output: Vec<u8>,
    pub(crate) end: End,
    pub(crate) summary: Summary,
    pub(crate) seconds: f64,
    pub(crate) engine: EngineKind,
}

#[pymethods]
impl Run {
    #[getter]
    fn output<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.output)
    }

    #[getter]
    fn error_output<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.error_output)
    }

    #[getter]
    fn exit_status(&self) -> Option<u32> {
        match self.end {
            End::Exit(status) => Some(status),
            End::Trap { .. } | End::Limit { .. } => None,
        }
    }

    #[getter]
    fn trap(&self) -> Option<&str> {
        match &self.end {
            End::Trap { kind, .. } => Some(kind),
            End::Exit(_) | End::Limit { .. } => None,
        }
    }

    /// The numbers of the instruction that trapped, and of the calls that were open.
    #[getter]
    fn place(&self) -> Option<(u32, Vec<u32>)> {
        match &self.end {
            End::Trap { instruction, calls, .. } => Some((*instruction, calls.clone())),
            End::Exit(_) | End::Limit { .. } => None,
        }
    }

    #[getter]
    fn limit(&self) -> Option<&str> {
        match &self.end {
            End::Limit { message } => Some(message),
            End::Exit(_) | End::Trap { .. } => None,
        }
    }

    #[getter]
    pub(crate) fn message(&self) -> String {
        match &self.end {
            End::Exit(0) => "halt".to_owned(),
            End::Exit(status) => format!("the program has ended with exit status {status}"),
            End::Trap { message, .. } | End::Limit { message } => message.clone(),
        }
    }

    /// Tokens, instructions and time.
    fn figures<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let figures = PyDict::new(py);
        let Summary { tokens, generated_tokens, instructions } = self.summary;
        figures.set_item("tokens", tokens)?;
        figures.set_item("generated_tokens", generated_tokens)?;
        figures.set_item("instructions", instructions)?;
        figures.set_item("seconds", self.seconds)?;
        figures.set_item("tokens_per_second", tokens as f64 / self.seconds)?;
        figures.set_item("engine", self.engine.name())?;
        Ok(figures)
    }
}
