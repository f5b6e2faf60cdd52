//! The main function of an executable that is one program: its model is inside, its input is its
//! argument. Standard output carries what the program writes and nothing else.

mod hosted;
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
use tvm_model::{Model, Token, Vocabulary, Weights};
use tvm_runtime::driver::{Observer, Progress, RunError, Summary, run};
use tvm_runtime::engine::{Backend, EngineKind, GeneratedKernel, NoEngine, Prepared};
use tvm_runtime::plan::Digest;

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
    /// Does it speak to a host? Then its arguments are those of its `main`, and it reads stdin itself.
    pub has_host: bool,
}

/// Exit statuses: 0 for `halt`.
pub mod status {
    use tvm_runtime::driver::RunError;

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
            _ => TOOL,
        }
    }
}

/// What to do about a run that did not end in `halt`, in words of the command line: the same options in
/// all executables.
pub fn advice(error: &RunError) -> Option<&'static str> {
    match error {
        RunError::TokenLimit { .. } => {
            Some("raise the limit with --max-tokens if the program needs more")
        }
        RunError::MemoryLimit { .. } => {
            Some("raise the limit with --max-memory if the program needs more")
        }
        _ => None,
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
    main_with(program, None)
}

/// The same, by machine code if there is some for it.
pub fn main_with(program: &Embedded<'_>, backend: Option<&dyn Backend>) -> ExitCode {
    match obey(program, backend, std::env::args_os().skip(1)) {
        Ok(status) => ExitCode::from(status),
        Err(Failure { status, message }) => {
            tell(format_args!("{}: {message}", program.name));
            ExitCode::from(status)
        }
    }
}

/// Does what the arguments ask for, and gives the exit status.
fn obey(
    program: &Embedded<'_>,
    backend: Option<&dyn Backend>,
    arguments: impl Iterator<Item = OsString>,
) -> Result<u8, Failure> {
    match parse(program, arguments)? {
        Some(request) => execute(program, backend, &request),
        None => print(&help(program, backend.is_some())).map(|()| 0),
    }
}

/// A run that is over.
struct Ended {
    summary: Summary,
    /// Bytes of the engine's caches.
    memory: usize,
    /// The exit status that the program has ended with.
    exit: u32,
    end: Result<(), RunError>,
}

/// The exit status of a program as a process has it: its lowest byte, but not 0 for another one.
pub fn exit_status(status: u32) -> u8 {
    match status as u8 {
        0 if status != 0 => status::TOOL,
        byte => byte,
    }
}

fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if !is_reader_gone(&error) => Err(Failure::output(&error)),
        _ => Ok(()),
    }
}

/// The engine for a request: the fastest that there is, if it names none.
fn prepare<'run>(
    weights: &'run Weights<'run>,
    kernel: Option<GeneratedKernel>,
    backend: Option<&'run dyn Backend>,
    request: &Request,
) -> Result<Prepared<'run>, NoEngine> {
    let by_runtime = || Prepared::new(weights, request.engine, request.attention, kernel);
    match (request.engine, backend) {
        (Some(EngineKind::Native), Some(backend)) => Prepared::native(weights, backend),
        (None, Some(backend)) if kernel.is_none() => {
            Prepared::native(weights, backend).or_else(|_| by_runtime())
        }
        _ => by_runtime(),
    }
}

fn execute(
    program: &Embedded<'_>,
    backend: Option<&dyn Backend>,
    request: &Request,
) -> Result<u8, Failure> {
    let broken = |error: &dyn std::fmt::Display| {
        Failure::tool(format!("the model inside is broken: {error}: get the executable again"))
    };
    let model = Model::from_bytes(program.model).map_err(|error| broken(&error))?;
    let prompt = model.prompt(&request.input).map_err(|error| broken(&error))?;
    let prepared = prepare(&model.weights, program.kernel, backend, request)
        .map_err(|error| no_engine(&error))?;
    let mut engine = prepared.engine();
    let mut watcher = Watcher::new(&model.vocabulary, request)?;
    let begun = Instant::now();
    let roles = model.vocabulary.roles();
    let ended = if program.has_host {
        hosted::run((program, request), &model, &prompt, engine, &mut watcher)?
    } else {
        let result = run(engine.as_mut(), &roles, &prompt, request.limits, &mut watcher);
        let summary = result.as_ref().map_or_else(RunError::summary, |summary| *summary);
        Ended { summary, memory: engine.memory(), exit: 0, end: result.map(|_| ()) }
    };
    let Ended { summary, memory, exit, end } = ended;
    let seconds = begun.elapsed().as_secs_f64();
    if watcher.finish()? == Reader::Gone {
        return Ok(0);
    }
    match request.figures {
        Figures::None => {}
        Figures::Line => tell(report(&summary, seconds)),
        Figures::Table => {
            let run = report(&summary, seconds);
            tell(statistics(&model, &run, prepared.kind().name(), memory));
        }
    }
    end.map(|()| exit_status(exit)).map_err(|error| {
        let message = error.explained(|place| {
            let listing = model.description.listing.as_ref()?;
            Some(listing.describe(place.instruction, &place.calls))
        });
        let advice = advice(&error).map(|advice| format!(": {advice}"));
        let message = message + &advice.unwrap_or_default();
        Failure { status: status::of(&error), message }
    })
}

/// The engine that was asked for cannot run the model.
fn no_engine(error: &NoEngine) -> Failure {
    let advice = match error {
        NoEngine::NoKernel | NoEngine::NoNative => ": use --engine plan",
        _ => "",
    };
    Failure::tool(format!("{error}{advice}"))
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

/// Streams the output to stdout and the tokens to a file. A run whose output or tokens cannot be written any
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
        let trace_failed = self.trace.as_ref().is_some_and(TraceFile::has_failed);
        match self.failed.is_some() || trace_failed {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}
