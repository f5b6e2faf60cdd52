//! The main function of an executable that is one program: its model is inside, its input is its
//! argument. Standard output carries what the program writes and nothing else.

mod request;

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::time::Instant;

use crate::trace_file::TraceFile;
use tvm_model::Model;
use tvm_model::token::{Token, UnknownToken, Vocabulary};
use tvm_runtime::engine::{GeneratedKernel, Prepared};
use tvm_runtime::plan::Digest;
use tvm_runtime::run::{Observer, Progress, RunError, Summary, run};

pub use request::read_input;
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
    pub default_input: &'program str,
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
            RunError::NoToken { .. } | RunError::EmptyPrompt | RunError::ForeignToken { .. } => {
                TOOL
            }
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
}

/// Runs the program with the arguments of the process.
pub fn main(program: &Embedded<'_>) -> ExitCode {
    match obey(program, std::env::args_os().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { status, message }) => {
            eprintln!("{}: {message}", program.name);
            ExitCode::from(status)
        }
    }
}

fn obey(program: &Embedded<'_>, arguments: impl Iterator<Item = OsString>) -> Result<(), Failure> {
    match parse(program, arguments)? {
        Some(request) => execute(program, &request),
        None => {
            // A reader that has seen enough is no failure.
            let _ = io::stdout().write_all(help(program).as_bytes());
            Ok(())
        }
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
    watcher.finish()?;
    let summary = result.as_ref().map_or_else(RunError::summary, |summary| *summary);
    match request.figures {
        Figures::None => {}
        Figures::Line => eprintln!("{}", report(&summary, seconds)),
        Figures::Table => {
            let run = report(&summary, seconds);
            eprint!("{}", statistics(&model, &run, prepared.kind().name(), memory));
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
         model    {} layers, d_model {}, {} heads, {neurons} neurons, {} tokens\ndigest   {}\n",
        memory as f64 / 1e6,
        weights.layers.len(),
        weights.d_model(),
        weights.heads(),
        model.vocabulary.len(),
        Digest::of(weights),
    )
}

/// Streams the output to stdout and the tokens to a file.
struct Watcher<'model> {
    vocabulary: &'model Vocabulary,
    output: BufWriter<io::Stdout>,
    trace: Option<TraceFile>,
    broken: Option<io::Error>,
}

impl<'model> Watcher<'model> {
    fn new(vocabulary: &'model Vocabulary, request: &Request) -> Result<Self, Failure> {
        let create = |path: &std::path::PathBuf| {
            TraceFile::create(path)
                .map_err(|error| Failure::tool(format!("cannot write {}: {error}", path.display())))
        };
        let trace = request.trace.as_ref().map(create).transpose()?;
        Ok(Watcher { vocabulary, output: BufWriter::new(io::stdout()), trace, broken: None })
    }

    fn finish(mut self) -> Result<(), Failure> {
        let failed = |error: io::Error| Failure::tool(format!("cannot write: {error}"));
        self.output.flush().map_err(failed)?;
        self.trace.map_or(Ok(()), TraceFile::complete).map_err(failed)?;
        self.broken.map_or(Ok(()), |error| Err(failed(error)))
    }

    fn note(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.broken.get_or_insert(error);
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
        let flushed = if byte == b'\n' { self.output.flush() } else { Ok(()) };
        self.note(written.and(flushed));
    }

    fn checkpoint(&mut self, _progress: &Progress) -> ControlFlow<()> {
        let flushed = self.output.flush();
        self.note(flushed);
        ControlFlow::Continue(())
    }
}
