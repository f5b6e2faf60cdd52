//! Many short runs one after the other, as columns: what data sets of traces are made of. A column has a number for
//! every trace, for every token or for every instruction of all traces, and ends say where those of a trace end. Texts
//! are numbers of a list, in which each is once.

use std::collections::HashMap;
use std::sync::Arc;

use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use tvm_insight::execution::{Executions, Step};
use tvm_insight::observe::Observing;
use tvm_instance::Value;
use tvm_model::token::role;
use tvm_model::{Move, Role};

use crate::attend::Watch;
use crate::failure::Failure;
use crate::run::{End, Run};
use crate::settings::Settings;
use crate::trace::{Trace, executions, steps};
use crate::work::Work;

/// What is not there, in a column of numbers.
const NOTHING: i32 = -1;

/// How many bytes of an input a message shows.
const SHOWN: usize = 40;

/// What is asked for beside tokens and instructions.
#[derive(Debug, Clone, FromPyObject)]
pub(crate) struct Wanted {
    /// Does every token get its instruction and its role, and every instruction its effect?
    truth: bool,
    /// The names of values of the residual stream.
    values: Vec<String>,
}

/// Traces as columns.
#[derive(Default)]
pub(crate) struct Batch {
    runs: Vec<Run>,
    prompts: Vec<i32>,
    tokens: Column<i32>,
    instructions: Instructions,
    truth: Truth,
    values: Vec<f64>,
    number_of_values: usize,
}

/// Numbers of several traces.
#[derive(Default)]
struct Column<T> {
    numbers: Vec<T>,
    ends: Vec<i64>,
}

impl<T> Column<T> {
    /// One more trace, or one more instruction.
    fn push(&mut self, numbers: impl IntoIterator<Item = T>) {
        self.numbers.extend(numbers);
        self.ends.push(self.numbers.len() as i64);
    }
}

/// Texts as numbers.
#[derive(Default)]
struct Texts {
    known: HashMap<String, i32>,
    list: Vec<String>,
    numbers: Vec<i32>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        let number = self.known.get(text).copied().unwrap_or_else(|| {
            let number = self.list.len() as i32;
            self.known.insert(text.to_owned(), number);
            self.list.push(text.to_owned());
            number
        });
        self.numbers.push(number);
    }

    fn push_nothing(&mut self) {
        self.numbers.push(NOTHING);
    }

    fn push_option(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.push(text),
            None => self.push_nothing(),
        }
    }
}

/// Operands or results, and for every instruction their types, such as `i32 f64`.
#[derive(Default)]
struct Values {
    numbers: Column<i64>,
    types: Texts,
}

impl Values {
    fn push(&mut self, values: &[Value]) {
        self.numbers.push(values.iter().map(|value| match *value {
            Value::I32(_) | Value::I64(_) => value.signed(),
            Value::F32(bits) => i64::from(bits),
            Value::F64(bits) => bits.cast_signed(),
        }));
        let types: Vec<&str> = values.iter().map(|value| value.value_type().name()).collect();
        self.types.push(&types.join(" "));
    }
}

/// What the tokens say of instructions.
#[derive(Default)]
struct Instructions {
    ends: Vec<i64>,
    position: Vec<i32>,
    tokens: Vec<i32>,
    number: Vec<i32>,
    text: Texts,
    operands: Values,
    results: Values,
    output: Vec<i32>,
}

/// What is known of tokens and instructions beyond that.
#[derive(Default)]
struct Truth {
    /// For every token, which instruction of its trace it belongs to.
    instruction: Vec<i32>,
    role: Texts,
    byte: Vec<i32>,
    /// For every instruction.
    function: Texts,
    effect: Texts,
    stack_depth: Vec<i32>,
    call_depth: Vec<i32>,
}

impl Batch {
    /// Runs the program for every input.
    pub(crate) fn record(
        work: &Arc<Work>,
        inputs: Vec<Vec<u8>>,
        settings: &Settings,
        wanted: &Wanted,
        watch: &Watch,
    ) -> Result<Batch, Failure> {
        let executions = executions(work)?;
        let observing = observing(work, &wanted.values)?;
        let mut batch = Batch { number_of_values: wanted.values.len(), ..Batch::default() };
        for input in inputs {
            let (trace, steps) =
                traced(&executions, work, &input, (settings, watch)).map_err(|failure| {
                    Failure::Input { input: shown(&input), failure: Box::new(failure) }
                })?;
            batch.push(work, trace, &steps, wanted.truth);
            if let (Some(observing), Some(trace)) = (&observing, batch.last_tokens()) {
                batch.values.extend(observing.read(&trace));
            }
        }
        Ok(batch)
    }

    /// The tokens of the last trace.
    fn last_tokens(&self) -> Option<Vec<tvm_model::Token>> {
        let (end, before) = self.tokens.ends.split_last()?;
        let begin = before.last().copied().unwrap_or(0);
        let tokens = &self.tokens.numbers[begin as usize..*end as usize];
        Some(tokens.iter().map(|&token| tvm_model::Token(token as u32)).collect())
    }

    fn push(&mut self, work: &Work, trace: Trace, steps: &[Step], truth: bool) {
        self.runs.push(trace.run);
        self.prompts.push(trace.record.prompt as i32);
        self.tokens.push(trace.record.tokens.iter().map(|token| token.0 as i32));
        self.instructions.push(steps);
        if truth {
            let names = &work.transformer.model.vocabulary;
            let roles = trace.record.tokens.iter().map(|&token| role(names.name(token)));
            self.truth.push(roles, steps);
        }
    }
}

fn traced(
    executions: &Executions<'_>,
    work: &Arc<Work>,
    input: &[u8],
    (settings, watch): (&Settings, &Watch),
) -> Result<(Trace, Vec<Step>), Failure> {
    let trace = Trace::record(work, Some(input.to_vec()), settings, watch)?;
    let steps = steps(executions, work, Some(input), &trace.record)?;
    Ok((trace, steps))
}

/// The beginning of an input, for messages.
fn shown(input: &[u8]) -> String {
    let end = if input.len() > SHOWN { "..." } else { "" };
    format!("{}{end}", input[..input.len().min(SHOWN)].escape_ascii())
}

/// What says the values, if any are asked for.
fn observing(work: &Work, values: &[String]) -> Result<Option<Observing>, Failure> {
    if values.is_empty() {
        return Ok(None);
    }
    let model = &work.transformer.model;
    let Some(names) = &model.description.names else {
        return Err(Failure::Usage("the model has no names of values".to_owned()));
    };
    let observing = Observing::new(&model.weights, names, values);
    observing.map(Some).map_err(|error| Failure::Usage(error.to_string()))
}

impl Instructions {
    fn push(&mut self, steps: &[Step]) {
        for step in steps {
            self.position.push(step.position as i32);
            self.tokens.push(step.tokens as i32);
            self.number.push(step.instruction.0 as i32);
            self.text.push(&step.text);
            self.operands.push(&step.operands);
            self.results.push(&step.results);
            self.output.push(step.output.map_or(NOTHING, i32::from));
        }
        self.ends.push(self.position.len() as i64);
    }
}

impl Truth {
    fn push(&mut self, roles: impl ExactSizeIterator<Item = Role>, steps: &[Step]) {
        let begun = self.instruction.len();
        self.instruction.resize(begun + roles.len(), NOTHING);
        for (number, step) in steps.iter().enumerate() {
            let begin = begun + step.position as usize;
            self.instruction[begin..][..step.tokens as usize].fill(number as i32);
            self.function.push_option(step.function.as_deref());
            let effect = step.effect.as_ref().map(serde_json::to_string);
            let effect = effect.map(|text| text.expect("an effect is written to memory"));
            self.effect.push_option(effect.as_deref());
            self.stack_depth.push(step.stack_depth as i32);
            self.call_depth.push(step.call_depth as i32);
        }
        for role in roles {
            let (name, byte) = named(&role);
            self.role.push(name);
            self.byte.push(byte.map_or(NOTHING, i32::from));
        }
    }
}

/// The role of a token, and the byte that it stands for.
fn named(role: &Role) -> (&str, Option<u8>) {
    match role {
        Role::Silent => ("silent", None),
        Role::Byte(byte) => ("byte", Some(*byte)),
        Role::Outputs(byte) => ("output", Some(*byte)),
        Role::Completes(Move::Next) => ("next", None),
        Role::Completes(Move::Branch) => ("branch", None),
        Role::Completes(Move::Call) => ("call", None),
        Role::Completes(Move::Return) => ("return", None),
        Role::Awaits => ("await", None),
        Role::Halts => ("halt", None),
        Role::Traps(_) => ("trap", None),
    }
}

impl Batch {
    /// What Python gets.
    pub(crate) fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let to = Columns(PyDict::new(py));
        self.runs_to(&to)?;
        to.numbers("prompt_length", &self.prompts)?;
        to.column("tokens", &self.tokens)?;
        let Instructions { ends, position, tokens, number, text, operands, results, output } =
            &self.instructions;
        to.numbers("instructions.ends", ends)?;
        to.numbers("instructions.position", position)?;
        to.numbers("instructions.tokens", tokens)?;
        to.numbers("instructions.number", number)?;
        to.texts("instructions.text", text)?;
        to.column("instructions.operands", &operands.numbers)?;
        to.texts("instructions.operand_types", &operands.types)?;
        to.column("instructions.results", &results.numbers)?;
        to.texts("instructions.result_types", &results.types)?;
        to.numbers("instructions.output", output)?;
        let Truth { instruction, role, byte, function, effect, stack_depth, call_depth } =
            &self.truth;
        to.numbers("truth.instruction", instruction)?;
        to.texts("truth.role", role)?;
        to.numbers("truth.byte", byte)?;
        to.texts("truth.function", function)?;
        to.texts("truth.effect", effect)?;
        to.numbers("truth.stack_depth", stack_depth)?;
        to.numbers("truth.call_depth", call_depth)?;
        for value in 0..self.number_of_values {
            let column = self.values.iter().skip(value).step_by(self.number_of_values);
            to.0.set_item(format!("values.{value}"), PyArray1::from_iter(py, column.copied()))?;
        }
        Ok(to.0)
    }

    fn runs_to(&self, to: &Columns<'_>) -> PyResult<()> {
        let (columns, py) = (&to.0, to.0.py());
        let [outputs, errors] = [(); 2].map(|()| PyList::empty(py));
        let (mut ends, mut statuses) = (Vec::new(), Vec::new());
        let (mut traps, mut messages, mut generated) = (Vec::new(), Vec::new(), Vec::new());
        for run in &self.runs {
            outputs.append(PyBytes::new(py, &run.output))?;
            errors.append(PyBytes::new(py, &run.error_output))?;
            let (end, status, trap) = match &run.end {
                End::Exit(status) => ("exit", Some(*status), None),
                End::Trap { kind, .. } => ("trap", None, Some(kind.as_str())),
                End::Limit { .. } => ("limit", None, None),
            };
            ends.push(end);
            statuses.push(status);
            traps.push(trap);
            messages.push(run.message());
            generated.push(run.summary.generated_tokens as i64);
        }
        columns.set_item("output", outputs)?;
        columns.set_item("error_output", errors)?;
        columns.set_item("end", ends)?;
        columns.set_item("exit_status", statuses)?;
        columns.set_item("trap", traps)?;
        columns.set_item("message", messages)?;
        to.numbers("generated_tokens", &generated)
    }
}

/// A dict that columns are put into.
struct Columns<'py>(Bound<'py, PyDict>);

impl Columns<'_> {
    fn numbers<T: numpy::Element + Copy>(&self, name: &str, numbers: &[T]) -> PyResult<()> {
        self.0.set_item(name, PyArray1::from_slice(self.0.py(), numbers))
    }

    /// The numbers and, by the name with `.ends`, where those of each end.
    fn column<T: numpy::Element + Copy>(&self, name: &str, column: &Column<T>) -> PyResult<()> {
        self.numbers(name, &column.numbers)?;
        self.numbers(&format!("{name}.ends"), &column.ends)
    }

    /// The numbers and, by the name with `.list`, the texts.
    fn texts(&self, name: &str, texts: &Texts) -> PyResult<()> {
        self.numbers(name, &texts.numbers)?;
        self.0.set_item(format!("{name}.list"), &texts.list)
    }
}
