//! A model with what it runs, as Python sees it.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::attend::{Report, attended};
use crate::batch::{Batch, Wanted};
use crate::many::Runs;
use crate::model::Model;
use crate::program::Program;
use crate::run::Run;
use crate::settings::Settings;
use crate::trace::Trace;
use crate::transformer::Transformer;
use crate::work::Work;

/// A model with what it runs.
#[pyclass(frozen, module = "transformer_vm._native")]
pub(crate) struct Job {
    pub(crate) work: Arc<Work>,
}

#[pymethods]
impl Job {
    /// A specialised model, or a universal one with a program. The program of a specialised model is for the names
    /// and the instructions of traces.
    #[new]
    fn new(model: &Model, program: Option<&Program>) -> PyResult<Job> {
        let program = program.map(|program| Arc::clone(&program.compiled));
        Ok(Job { work: Arc::new(Work::new(Arc::clone(&model.transformer), program)?) })
    }

    /// A program with the universal model of its instruction set.
    #[staticmethod]
    fn of_program(program: &Program) -> PyResult<Job> {
        let compiled = Arc::clone(&program.compiled);
        let transformer = Transformer::universal(compiled.isa);
        Ok(Job { work: Arc::new(Work::new(transformer, Some(compiled))?) })
    }

    /// Runs the program as a whole.
    fn run(
        &self,
        py: Python<'_>,
        input: Option<Vec<u8>>,
        settings: Settings,
        report: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Run> {
        let work = Arc::clone(&self.work);
        let run = attended(py, &Report::to(report), move |watch| {
            work.run(input.as_deref(), &settings, watch, |_| {})
        })?;
        Ok(run?)
    }

    /// Runs it with one input after the other, several at the same time.
    fn run_many(
        &self,
        inputs: &Bound<'_, PyAny>,
        settings: Settings,
        threads: usize,
    ) -> PyResult<Runs> {
        Runs::new(&self.work, inputs, &settings, threads)
    }

    /// Runs the program as a whole and keeps the tokens.
    fn trace(
        &self,
        py: Python<'_>,
        input: Option<Vec<u8>>,
        settings: Settings,
        report: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Trace> {
        let work = Arc::clone(&self.work);
        let trace = attended(py, &Report::to(report), move |watch| {
            Trace::record(&work, input, &settings, watch)
        })?;
        Ok(trace?)
    }

    /// Runs it with one input after the other; their traces as columns.
    fn traces<'py>(
        &self,
        py: Python<'py>,
        inputs: Vec<Vec<u8>>,
        settings: Settings,
        wanted: Wanted,
    ) -> PyResult<Bound<'py, PyDict>> {
        let work = Arc::clone(&self.work);
        let batch = attended(py, &Report::to(None), move |watch| {
            Batch::record(&work, inputs, &settings, &wanted, watch)
        })?;
        batch?.columns(py)
    }
}
