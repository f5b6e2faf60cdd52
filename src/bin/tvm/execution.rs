//! What all ways of running a program share: the input, the trace file, the figures.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tvm_core::machine::Machine;
use tvm_core::program::clang::CompileOptions;
use tvm_core::program::{Program, compile_file};
use tvm_runtime::Model;
use tvm_runtime::executable::report;
use tvm_runtime::run::Summary;

use crate::arguments::{ExecutionArguments, InputArguments};
use crate::failure::Failure;

/// A program and its input.
pub(crate) struct Job {
    pub(crate) program: Program,
    pub(crate) input: Vec<u8>,
}

/// Reads a program, with its input: the option, else the one in its token text.
pub(crate) fn load(
    path: &Path,
    machine: &Machine,
    arguments: Option<&InputArguments>,
) -> Result<Job, Failure> {
    let source = compile_file(path, &machine.instruction_set(), &CompileOptions::default())?;
    let given = arguments.map(input).transpose()?.flatten();
    let input = given.or(source.input).unwrap_or_default();
    Ok(Job { program: source.program, input })
}

/// The input that the option gives.
pub(crate) fn input(arguments: &InputArguments) -> Result<Option<Vec<u8>>, Failure> {
    match arguments.input.as_deref() {
        Some("-") => {
            let mut bytes = Vec::new();
            let read = io::stdin().read_to_end(&mut bytes);
            read.map_err(|error| Failure::File { path: PathBuf::from("stdin"), error })?;
            if bytes.last() == Some(&b'\n') {
                bytes.pop();
            }
            Ok(Some(bytes))
        }
        given => Ok(given.map(|text| text.as_bytes().to_vec())),
    }
}

/// Writes text to stdout. A reader that has seen enough is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Output(error)),
        _ => Ok(()),
    }
}

/// Writes a file so that it is complete or not there: to a temporary name, then renamed.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let temporary = temporary(path);
    std::fs::write(&temporary, bytes)
        .and_then(|()| std::fs::rename(&temporary, path))
        .map_err(|error| Failure::File { path: path.to_path_buf(), error })
}

fn temporary(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".tmp");
    PathBuf::from(name)
}

/// Where a run's output and tokens go: output is streamed unless it is collected for JSON.
pub(crate) struct Sink {
    collect: bool,
    pub(crate) output: Vec<u8>,
    stdout: BufWriter<io::Stdout>,
    trace: Option<(BufWriter<File>, PathBuf)>,
    failed: Option<Failure>,
}

impl Sink {
    pub(crate) fn new(arguments: &ExecutionArguments) -> Result<Sink, Failure> {
        let open = |path: &PathBuf| {
            let file = File::create(temporary(path));
            let file = file.map_err(|error| Failure::File { path: path.clone(), error })?;
            Ok::<_, Failure>((BufWriter::new(file), path.clone()))
        };
        let trace = arguments.trace.as_ref().map(open).transpose()?;
        let stdout = BufWriter::new(io::stdout());
        Ok(Sink { collect: arguments.json, output: Vec::new(), stdout, trace, failed: None })
    }

    pub(crate) fn token(&mut self, name: &str) {
        if let Some((file, path)) = &mut self.trace
            && let Err(error) = write!(file, "{name} ")
        {
            self.failed.get_or_insert(Failure::File { path: path.clone(), error });
        }
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        if self.collect {
            self.output.push(byte);
            return;
        }
        let written = self.stdout.write_all(&[byte]);
        let flushed = if byte == b'\n' { self.stdout.flush() } else { Ok(()) };
        if let Err(error) = written.and(flushed) {
            self.failed.get_or_insert(Failure::Output(error));
        }
    }

    /// Completes what was written; the trace gets its name now.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>, Failure> {
        self.stdout.flush().map_err(Failure::Output)?;
        if let Some((mut file, path)) = self.trace.take() {
            file.write_all(b"\n")
                .and_then(|()| file.flush())
                .and_then(|()| std::fs::rename(temporary(&path), &path))
                .map_err(|error| Failure::File { path, error })?;
        }
        self.failed.map_or(Ok(self.output), Err)
    }
}

/// The figures of a run: one line on stderr, or one JSON object on stdout.
pub(crate) fn print_figures(
    json: bool,
    summary: &Summary,
    elapsed: Duration,
    output: &[u8],
    dimensions: Value,
) -> Result<(), Failure> {
    let seconds = elapsed.as_secs_f64();
    if !json {
        eprintln!("{}", report(summary, seconds));
        return Ok(());
    }
    let mut figures = json!({
        "tokens": summary.tokens,
        "generated_tokens": summary.generated_tokens,
        "instructions": summary.instructions,
        "seconds": seconds,
        "tokens_per_second": summary.tokens as f64 / seconds,
        "output": String::from_utf8_lossy(output),
    });
    if let (Some(figures), Value::Object(dimensions)) = (figures.as_object_mut(), dimensions) {
        figures.extend(dimensions);
    }
    print(&format!("{figures}\n"))
}

/// The dimensions of a model.
pub(crate) fn dimensions(model: &Model) -> Value {
    json!({
        "d_model": model.d_model(),
        "layers": model.layers.len(),
        "heads": model.heads(),
        "d_ffn": model.d_ffn(),
        "vocabulary": model.vocabulary.len(),
    })
}
