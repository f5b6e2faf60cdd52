//! A run with its tokens, which can be read as instructions.

use std::sync::Arc;

use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use pythonize::pythonize;
use tvm_insight::execution::{Executions, Step};
use tvm_instance::Replay;
use tvm_model::token::role;
use tvm_model::{Role, Token, Vocabulary};

use crate::attend::{Report, Watch, attended};
use crate::failure::Failure;
use crate::run::Run;
use crate::settings::Settings;
use crate::value::to_tuple;
use crate::work::Work;

/// A run with its tokens.
#[pyclass(frozen, module = "transformer_vm._native")]
pub(crate) struct Trace {
    work: Arc<Work>,
    input: Option<Vec<u8>>,
    pub(crate) record: Arc<Record>,
    pub(crate) run: Run,
}

/// The tokens of a run.
pub(crate) struct Record {
    pub(crate) tokens: Vec<Token>,
    /// How many of them are the prompt.
    pub(crate) prompt: usize,
}

impl Trace {
    /// Runs a program and keeps the tokens.
    pub(crate) fn record(
        work: &Arc<Work>,
        input: Option<Vec<u8>>,
        settings: &Settings,
        watch: &Watch,
    ) -> Result<Trace, Failure> {
        let prompt = work.prompt(input.as_deref())?.len();
        let mut tokens = Vec::new();
        let run = work.run(input.as_deref(), settings, watch, |token| tokens.push(token))?;
        let record = Arc::new(Record { tokens, prompt });
        Ok(Trace { work: Arc::clone(work), input, record, run })
    }
}

/// What the executions of the program have in common.
pub(crate) fn executions(work: &Work) -> Result<Executions<'_>, Failure> {
    let Some(program) = &work.program else {
        let message = "a model file does not say the instructions of its program: give the program to \
                       `trace` as well";
        return Err(Failure::Usage(message.to_owned()));
    };
    Ok(Executions::new(&program.program, &program.machine, &program.set))
}

/// Reads the tokens of a run as instructions, and compares them with the reference executor's.
pub(crate) fn steps(
    executions: &Executions<'_>,
    work: &Work,
    input: Option<&[u8]>,
    record: &Record,
) -> Result<Vec<Step>, Failure> {
    let input = input.unwrap_or_else(|| work.own_input());
    let vocabulary = &work.transformer.model.vocabulary;
    let mut reader = executions.begin(input, record.prompt as u64)?;
    let generated = &record.tokens[record.prompt..];
    for answer in answers(generated, vocabulary) {
        reader.answer(answer);
    }
    let mut steps = Vec::new();
    for &token in generated {
        steps.extend(reader.token(vocabulary.name(token))?);
    }
    Ok(steps)
}

/// The bytes of every answer of a host. A run that ended at a limit may end within one, which then counts as none.
fn answers(generated: &[Token], vocabulary: &Vocabulary) -> Vec<Vec<u8>> {
    let replay = Replay::new(vocabulary, generated)
        .or_else(|error| Replay::new(vocabulary, &generated[..error.position]));
    let byte = |token: &Token| match role(vocabulary.name(*token)) {
        Role::Byte(byte) => Some(byte),
        _ => None,
    };
    let bytes = |answer: &Vec<Token>| answer.iter().filter_map(byte).collect();
    replay.map(|replay| replay.answers().iter().map(bytes).collect()).unwrap_or_default()
}

/// What Python gets of instructions: a list for every column.
fn columns<'py>(py: Python<'py>, steps: &[Step]) -> PyResult<Bound<'py, PyDict>> {
    let columns = PyDict::new(py);
    let numbers = |name, number: fn(&Step) -> i64| {
        columns.set_item(name, PyArray1::from_iter(py, steps.iter().map(number)))
    };
    numbers("position", |step| step.position as i64)?;
    numbers("tokens", |step| step.tokens as i64)?;
    numbers("instruction", |step| i64::from(step.instruction.0))?;
    numbers("stack_depth", |step| step.stack_depth as i64)?;
    numbers("call_depth", |step| step.call_depth as i64)?;
    columns.set_item("function", PyList::new(py, steps.iter().map(|step| &step.function))?)?;
    columns.set_item("text", PyList::new(py, steps.iter().map(|step| &step.text))?)?;
    columns.set_item("output", PyList::new(py, steps.iter().map(|step| step.output))?)?;
    columns.set_item("trap", PyList::new(py, steps.iter().map(|step| &step.trap))?)?;
    let [operands, results, effects] = [(); 3].map(|()| PyList::empty(py));
    for step in steps {
        operands.append(to_tuple(py, &step.operands)?)?;
        results.append(to_tuple(py, &step.results)?)?;
        effects.append(pythonize(py, &step.effect)?)?;
    }
    columns.set_item("operands", operands)?;
    columns.set_item("results", results)?;
    columns.set_item("effect", effects)?;
    let lines = PyList::new(py, steps.iter().map(|step| step.to_string()))?;
    columns.set_item("line", lines)?;
    Ok(columns)
}

#[pymethods]
impl Trace {
    /// What the run came to.
    #[getter]
    fn run(&self) -> Run {
        self.run.clone()
    }

    /// The digest of the model that generated it.
    #[getter]
    fn digest(&self) -> String {
        self.work.transformer.digest.to_string()
    }

    /// How many tokens it begins with that were not generated.
    #[getter]
    fn prompt_length(&self) -> usize {
        self.record.prompt
    }

    /// All tokens, by number.
    fn tokens<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<u32>> {
        PyArray1::from_iter(py, self.record.tokens.iter().map(|token| token.0))
    }

    /// The names of the tokens, by number.
    fn vocabulary(&self) -> Vec<String> {
        self.work.transformer.model.vocabulary.names().to_vec()
    }

    /// The instructions, as a list for every column.
    fn instructions<'py>(
        &self,
        py: Python<'py>,
        report: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let (work, record) = (Arc::clone(&self.work), Arc::clone(&self.record));
        let input = self.input.clone();
        let steps = attended(py, &Report::to(report), move |_| {
            steps(&executions(&work)?, &work, input.as_deref(), &record)
        })?;
        columns(py, &steps?)
    }
}
