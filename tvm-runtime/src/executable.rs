//! The main function of an executable that is one program: its model is inside, its input is its
//! argument. Standard output carries what the program writes and nothing else.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use crate::engine::{AttentionKind, EngineKind, GeneratedKernel, Prepared};
use crate::model::Model;
use crate::run::{DEFAULT_MAX_TOKENS, Observer, RunError, Summary, run};
use crate::token::{Token, Vocabulary};

/// A program with its model.
#[derive(Debug, Clone, Copy)]
pub struct Embedded {
    /// The name of the executable.
    pub name: &'static str,
    /// What it does, in a line.
    pub about: &'static str,
    /// The specialised model, as a file.
    pub model: &'static [u8],
    /// Code that was generated from it.
    pub kernel: GeneratedKernel,
    /// The input without an argument.
    pub default_input: &'static str,
    /// How long an input must be.
    pub input_length: Option<usize>,
    /// Which characters an input may have.
    pub input_alphabet: Option<&'static str>,
}

/// Exit statuses: 0 for `halt`.
pub mod status {
    /// The tool failed: a file cannot be read or written, a model is broken.
    pub const TOOL: u8 = 1;
    /// The command line or the input is wrong.
    pub const USAGE: u8 = 2;
    /// The program trapped.
    pub const TRAP: u8 = 3;
    /// The program did not halt within the limit of tokens.
    pub const LIMIT: u8 = 4;
}

/// What the command line asks for.
struct Request {
    input: String,
    trace: Option<PathBuf>,
    max_tokens: u64,
    engine: Option<EngineKind>,
    attention: AttentionKind,
}

/// Why there is no result, and the exit status that says so.
struct Failure {
    status: u8,
    message: String,
}

impl Failure {
    fn usage(program: &Embedded, message: &str) -> Failure {
        let message = format!("{message}\ntry `{} --help`", program.name);
        Failure { status: status::USAGE, message }
    }

    fn tool(message: String) -> Failure {
        Failure { status: status::TOOL, message }
    }
}

/// Runs the program with the arguments of the process.
pub fn main(program: &Embedded) -> ExitCode {
    match parse(program, std::env::args_os().skip(1)) {
        Ok(None) => {
            // A reader that has seen enough is no failure.
            let _ = io::stdout().write_all(help(program).as_bytes());
            ExitCode::SUCCESS
        }
        Ok(Some(request)) => match execute(program, &request) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => fail(program, &failure),
        },
        Err(failure) => fail(program, &failure),
    }
}

fn fail(program: &Embedded, failure: &Failure) -> ExitCode {
    eprintln!("{}: {}", program.name, failure.message);
    ExitCode::from(failure.status)
}

fn help(program: &Embedded) -> String {
    let Embedded { name, about, default_input, .. } = program;
    let mut text = format!("{about}\n\nA transformer with computed weights, and nothing else.\n\n");
    let _ = write!(
        text,
        "usage: {name} [OPTIONS] [INPUT]\n\n\
         INPUT               the input; `-` reads it from stdin (default: {default_input:?})\n\
         --trace FILE        write the whole token sequence\n\
         --max-tokens N      fail after N generated tokens (default: {DEFAULT_MAX_TOKENS})\n\
         --engine KIND       kernel (default), plan, sparse or dense\n\
         --attention KIND    hull (default) or brute, for sparse and dense\n\
         --help              this text\n\n\
         exit status: 0 halted, 1 tool error, 2 usage or input, 3 trap, 4 token limit\n"
    );
    text
}

/// The request, or `None` for `--help`.
fn parse(
    program: &Embedded,
    arguments: impl Iterator<Item = OsString>,
) -> Result<Option<Request>, Failure> {
    let usage = |message: String| Failure::usage(program, &message);
    let mut request = Request {
        input: program.default_input.to_string(),
        trace: None,
        max_tokens: DEFAULT_MAX_TOKENS,
        engine: None,
        attention: AttentionKind::Hull,
    };
    let mut given = false;
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        let word = argument.to_str().ok_or_else(|| usage("an argument is not UTF-8".into()))?;
        let mut value = || {
            let next = arguments.next().and_then(|next| next.into_string().ok());
            next.ok_or_else(|| usage(format!("{word} needs a value")))
        };
        match word {
            "--help" | "-h" => return Ok(None),
            "--trace" => request.trace = Some(PathBuf::from(value()?)),
            "--max-tokens" => {
                let text = value()?;
                let number = text.parse().map_err(|_| usage(format!("{text} is no number")))?;
                request.max_tokens = number;
            }
            "--engine" => request.engine = Some(value()?.parse().map_err(usage)?),
            "--attention" => match value()?.as_str() {
                "hull" => request.attention = AttentionKind::Hull,
                "brute" => request.attention = AttentionKind::Brute,
                other => return Err(usage(format!("no attention {other}: hull or brute"))),
            },
            _ if word.starts_with("--") => return Err(usage(format!("unknown option {word}"))),
            _ if given => return Err(usage(format!("one input only, not also {word:?}"))),
            _ => {
                request.input = if word == "-" { stdin()? } else { word.to_string() };
                given = true;
            }
        }
    }
    check_input(program, &request.input).map_err(usage)?;
    Ok(Some(request))
}

fn stdin() -> Result<String, Failure> {
    let mut text = String::new();
    let read = io::stdin().read_to_string(&mut text);
    read.map_err(|error| Failure::tool(format!("cannot read stdin: {error}")))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_string())
}

fn check_input(program: &Embedded, input: &str) -> Result<(), String> {
    if let Some(alphabet) = program.input_alphabet {
        if let Some((at, wrong)) = input.chars().enumerate().find(|(_, c)| !alphabet.contains(*c)) {
            let place = at + 1;
            return Err(format!(
                "character {place} of the input is {wrong:?}: only {alphabet:?} may occur"
            ));
        }
    }
    match program.input_length {
        Some(length) if input.chars().count() != length => {
            let found = input.chars().count();
            Err(format!("the input has {found} characters, not {length}"))
        }
        _ => Ok(()),
    }
}

fn execute(program: &Embedded, request: &Request) -> Result<(), Failure> {
    let model = Model::from_bytes(program.model)
        .map_err(|error| Failure::tool(format!("the model inside is broken: {error}")))?;
    let prompt = prompt(&model, request.input.as_bytes())
        .map_err(|error| Failure::tool(format!("the model inside is broken: {error}")))?;
    let prepared = Prepared::new(&model, request.engine, request.attention, Some(program.kernel))
        .map_err(|error| Failure::tool(error.to_string()))?;
    let mut engine = prepared.engine();
    let mut watcher = Watcher::new(&model.vocabulary, request.trace.as_deref())?;
    let begun = Instant::now();
    let result = run(engine.as_mut(), &model.vocabulary, &prompt, request.max_tokens, &mut watcher);
    let seconds = begun.elapsed().as_secs_f64();
    watcher.finish()?;
    let (summary, failure) = match result {
        Ok(summary) => (Some(summary), None),
        Err(error) => {
            let status = match &error {
                RunError::Trap { .. } => status::TRAP,
                RunError::TokenLimit { .. } => status::LIMIT,
                _ => status::TOOL,
            };
            let message = error.explained(model.description.listing.as_ref());
            (error.summary(), Some(Failure { status, message }))
        }
    };
    if let Some(summary) = summary {
        eprintln!("{}", report(&summary, seconds));
    }
    failure.map_or(Ok(()), Err)
}

/// The prompt of a specialised model: the empty program, then the input section if it reads one.
///
/// # Errors
/// When the model lacks a token of it.
pub fn prompt(model: &Model, input: &[u8]) -> Result<Vec<Token>, crate::token::UnknownToken> {
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

/// Streams the output to stdout and the tokens to a file, which gets its name when it is complete.
pub struct Watcher<'model> {
    vocabulary: &'model Vocabulary,
    output: BufWriter<io::Stdout>,
    trace: Option<Trace>,
    broken: Option<io::Error>,
}

struct Trace {
    file: BufWriter<File>,
    temporary: PathBuf,
    path: PathBuf,
}

impl<'model> Watcher<'model> {
    fn new(vocabulary: &'model Vocabulary, trace: Option<&Path>) -> Result<Self, Failure> {
        let trace = trace.map(|path| {
            let temporary = path.with_extension("tmp");
            let file = File::create(&temporary).map_err(|error| {
                Failure::tool(format!("cannot write {}: {error}", temporary.display()))
            })?;
            Ok(Trace { file: BufWriter::new(file), temporary, path: path.to_path_buf() })
        });
        let trace = trace.transpose()?;
        Ok(Watcher { vocabulary, output: BufWriter::new(io::stdout()), trace, broken: None })
    }

    fn finish(mut self) -> Result<(), Failure> {
        let failed = |error: io::Error| Failure::tool(format!("cannot write: {error}"));
        self.output.flush().map_err(failed)?;
        if let Some(mut trace) = self.trace {
            trace.file.write_all(b"\n").and_then(|()| trace.file.flush()).map_err(failed)?;
            std::fs::rename(&trace.temporary, &trace.path).map_err(failed)?;
        }
        self.broken.map_or(Ok(()), |error| Err(failed(error)))
    }
}

impl Drop for Trace {
    /// What was not completed is not left behind.
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.temporary);
    }
}

impl Observer for Watcher<'_> {
    fn token(&mut self, token: Token) {
        if let Some(trace) = &mut self.trace {
            let name = self.vocabulary.name(token);
            if let Err(error) = write!(trace.file, "{name} ") {
                self.broken.get_or_insert(error);
            }
        }
    }

    fn output(&mut self, byte: u8) {
        let written = self.output.write_all(&[byte]);
        let flushed = if byte == b'\n' { self.output.flush() } else { Ok(()) };
        if let Err(error) = written.and(flushed) {
            self.broken.get_or_insert(error);
        }
    }
}
