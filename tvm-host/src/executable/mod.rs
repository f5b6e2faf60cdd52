//! The main function of an executable that is one program: its model is inside, its input is its
//! argument. Standard output carries what the program writes and nothing else.

mod request;

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::time::Instant;

use crate::input::InputError;
use crate::message::{is_reader_gone, tell};
use crate::output_file::OutputFileError;
use crate::trace_file::TraceFile;
use tvm_model::Model;
use tvm_model::token::{Token, UnknownToken, Vocabulary};
use tvm_runtime::engine::{GeneratedKernel, Prepared};
use tvm_runtime::plan::Digest;
use tvm_runtime::run::{Observer, Progress, RunError, Summary, run};

use request::{Figures, Request, help, parse};

/// A program with its model.
#[derive(Debug, Clone, Copy)]
pub struct Embedded<'program> {
    /// The name of the executable.
    pub name: &'program str,
    /// What it does, in a line.
    pub about: &'program str,
    /// The specialised model, as a file.
    pub model: &'program [u8],
    /// Code that was generated from it.
    pub kernel: Option<GeneratedKernel>,
    /// The input without an argument.
    pub default_input: &'program [u8],
    /// How long an input must be.
    pub input_length: Option<usize>,
    /// Which characters an input may have.
    pub input_alphabet: Option<&'program str>,
}

/// Exit statuses: 0 for `halt`.
pub mod status {
    use tvm_runtime::run::RunError;

    /// The tool failed: a file cannot be read or written, a model is broken.
    pub const TOOL: u8 = 1;
    /// The command line or the input is wrong.
    pub const USAGE: u8 = 2;
    /// The program trapped.
    pub const TRAP: u8 = 3;
    /// The program did not halt within the limits of tokens and memory.
    pub const LIMIT: u8 = 4;
    /// Someone ended the run: what shells say of an interrupted command.
    pub const INTERRUPTED: u8 = 130;

    /// The status of a run that did not end in `halt`.
    pub fn of(error: &RunError) -> u8 {
        match error {
            RunError::Trap { .. } => TRAP,
            RunError::TokenLimit { .. } | RunError::MemoryLimit { .. } => LIMIT,
            RunError::Interrupted { .. } => INTERRUPTED,
            RunError::NoToken { .. }
            | RunError::Refused { .. }
            | RunError::EmptyPrompt
            | RunError::ForeignToken { .. } => TOOL,
        }
    }
}

/// Why there is no result, and the exit status that says so.
#[derive(Debug)]
pub(crate) struct Failure {
    status: u8,
    message: String,
}

impl Failure {
    fn usage(program: &Embedded<'_>, message: &str) -> Failure {
        let message = format!("{message}\ntry `{} --help`", program.name);
        Failure { status: status::USAGE, message }
    }

    fn tool(message: String) -> Failure {
        Failure { status: status::TOOL, message }
    }

    fn output(error: &io::Error) -> Failure {
        Failure::tool(format!("cannot write to stdout: {error}"))
    }
}

impl From<InputError> for Failure {
    fn from(error: InputError) -> Failure {
        let status = match error {
            InputError::Read(_) => status::TOOL,
            InputError::MemoryLimit { .. } => status::LIMIT,
        };
        Failure { status, message: error.to_string() }
    }
}

impl From<OutputFileError> for Failure {
    fn from(error: OutputFileError) -> Failure {
        Failure::tool(error.to_string())
    }
}

/// Runs the program with the arguments of the process.
pub fn main(program: &Embedded<'_>) -> ExitCode {
    match obey(program, std::env::args_os().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { status, message }) => {
            tell(format_args!("{}: {message}", program.name));
            ExitCode::from(status)
        }
    }
}

fn obey(program: &Embedded<'_>, arguments: impl Iterator<Item = OsString>) -> Result<(), Failure> {
    match parse(program, arguments)? {
        Some(request) => execute(program, &request),
        None => print(&help(program)),
    }
}

fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if !is_reader_gone(&error) => Err(Failure::output(&error)),
        _ => Ok(()),
    }
}

fn execute(program: &Embedded<'_>, request: &Request) -> Result<(), Failure> {
    let broken = |error: &dyn std::fmt::Display| {
        Failure::tool(format!("the model inside is broken: {error}: get the executable again"))
    };
    let model = Model::from_bytes(program.model).map_err(|error| broken(&error))?;
    let prompt = prompt(&model, &request.input).map_err(|error| broken(&error))?;
    let prepared = Prepared::new(&model.weights, request.engine, request.attention, program.kernel)
        .map_err(|error| Failure::tool(error.to_string()))?;
    let mut engine = prepared.engine();
    let mut watcher = Watcher::new(&model.vocabulary, request)?;
    let begun = Instant::now();
    let roles = model.vocabulary.roles();
    let result = run(engine.as_mut(), &roles, &prompt, request.limits, &mut watcher);
    let seconds = begun.elapsed().as_secs_f64();
    let memory = engine.memory();
    if watcher.finish()? == Reader::Gone {
        return Ok(());
    }
    let summary = result.as_ref().map_or_else(RunError::summary, |summary| *summary);
    match request.figures {
        Figures::None => {}
        Figures::Line => tell(report(&summary, seconds)),
        Figures::Table => {
            let run = report(&summary, seconds);
            tell(statistics(&model, &run, prepared.kind().name(), memory));
        }
    }
    result.map(|_| ()).map_err(|error| Failure {
        status: status::of(&error),
        message: error.explained(|place| {
            let listing = model.description.listing.as_ref()?;
            Some(listing.describe(place.instruction, &place.calls))
        }),
    })
}

/// The prompt of a specialised model: the empty program, then the input section if it reads one.
///
/// # Errors
/// When the model lacks a token of it.
pub fn prompt(model: &Model, input: &[u8]) -> Result<Vec<Token>, UnknownToken> {
    let mut prompt = model.vocabulary.tokens(["{", "}"])?;
    if model.description.reads_input {
        prompt.extend(model.vocabulary.input_section(input)?);
    }
    Ok(prompt)
}

/// One line of figures.
pub fn report(summary: &Summary, seconds: f64) -> String {
    let Summary { tokens, instructions, .. } = summary;
    let speed = *tokens as f64 / seconds;
    format!("{tokens} tokens, {seconds:.3} s, {speed:.0} tokens/s, {instructions} instructions")
}

/// What `--stats` tells.
fn statistics(model: &Model, run: &str, engine: &str, memory: usize) -> String {
    let weights = &model.weights;
    let neurons: usize = weights.layers.iter().map(|layer| layer.feed_forward.gate.rows()).sum();
    format!(
        "run      {run}\nengine   {engine}, {:.1} MB of caches\n\
         model    {} layers, d_model {}, {} heads, {neurons} neurons, {} tokens\ndigest   {}",
        memory as f64 / 1e6,
        weights.layers.len(),
        weights.d_model(),
        weights.heads(),
        model.vocabulary.len(),
        Digest::of(weights),
    )
}

/// Whether someone reads what the program writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Reads,
    Gone,
}

/// Streams the output to stdout and the tokens to a file. A run whose output cannot be written any
/// more ends at the next checkpoint.
struct Watcher<'model> {
    vocabulary: &'model Vocabulary,
    output: BufWriter<io::Stdout>,
    trace: Option<TraceFile>,
    failed: Option<io::Error>,
}

impl<'model> Watcher<'model> {
    fn new(vocabulary: &'model Vocabulary, request: &Request) -> Result<Self, Failure> {
        let trace = request.trace.as_deref().map(TraceFile::create).transpose()?;
        Ok(Watcher { vocabulary, output: BufWriter::new(io::stdout()), trace, failed: None })
    }

    fn finish(mut self) -> Result<Reader, Failure> {
        self.flush();
        self.trace.map_or(Ok(()), TraceFile::complete)?;
        match self.failed {
            None => Ok(Reader::Reads),
            Some(error) if is_reader_gone(&error) => Ok(Reader::Gone),
            Some(error) => Err(Failure::output(&error)),
        }
    }

    fn flush(&mut self) {
        let flushed = self.output.flush();
        self.note(flushed);
    }

    fn note(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.failed.get_or_insert(error);
        }
    }
}

impl Observer for Watcher<'_> {
    fn token(&mut self, token: Token) {
        if let Some(trace) = &mut self.trace {
            trace.token(self.vocabulary.name(token));
        }
    }

    fn output(&mut self, byte: u8) {
        let written = self.output.write_all(&[byte]);
        self.note(written);
        if byte == b'\n' {
            self.flush();
        }
    }

    fn checkpoint(&mut self, _progress: &Progress) -> ControlFlow<()> {
        self.flush();
        match self.failed {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    }
}
