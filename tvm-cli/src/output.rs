//! What all ways of running a program write: the program's output, the trace, the figures. What cannot
//! be written to stdout is a [`Failure::Output`]; the command then ends at once.

use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::ops::ControlFlow;
use std::time::Duration;

use serde_json::{Value, json};
use tvm_host::executable::report;
use tvm_host::message::tell;
use tvm_host::trace_file::TraceFile;
use tvm_model::Model;
use tvm_runtime::driver;
use tvm_runtime::driver::Summary;

use crate::arguments::ExecutionArguments;
use crate::failure::Failure;
use crate::interrupt;
use crate::progress::Progress;

/// Writes text to stdout.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout();
    Ok(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())?)
}

/// Writes text with colours to stdout, which leaves them out where it is no terminal.
pub(crate) fn print_styled(text: &impl Display) -> Result<(), Failure> {
    let mut stdout = anstream::stdout();
    Ok(write!(stdout, "{text}").and_then(|()| stdout.flush())?)
}

/// Where a run's output and tokens go: output is streamed unless it is collected for JSON.
pub(crate) struct Sink {
    collected: Option<Vec<u8>>,
    stdout: BufWriter<io::Stdout>,
    /// Do the output and the progress share a terminal?
    is_shared: bool,
    completes_line: bool,
    trace: Option<TraceFile>,
    progress: Progress,
    failed: Option<io::Error>,
}

impl Sink {
    pub(crate) fn new(arguments: &ExecutionArguments) -> Result<Sink, Failure> {
        Ok(Sink {
            collected: arguments.json.then(Vec::new),
            stdout: BufWriter::new(io::stdout()),
            is_shared: io::stdout().is_terminal(),
            completes_line: true,
            trace: arguments.trace.as_deref().map(TraceFile::create).transpose()?,
            progress: Progress::new(arguments.quiet),
            failed: None,
        })
    }

    /// The line that says how far the run is.
    pub(crate) fn progress(&self) -> Progress {
        self.progress.clone()
    }

    pub(crate) fn token(&mut self, name: &str) {
        if let Some(trace) = &mut self.trace {
            trace.token(name);
        }
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        if let Some(collected) = &mut self.collected {
            collected.push(byte);
            return;
        }
        if let Err(error) = self.stdout.write_all(&[byte]) {
            self.failed.get_or_insert(error);
        }
        self.completes_line = byte == b'\n';
        if self.completes_line {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if self.stdout.buffer().is_empty() {
            return;
        }
        let Sink { stdout, progress, .. } = self;
        let flushed = match self.is_shared {
            true => progress.beside(self.completes_line, || stdout.flush()),
            false => stdout.flush(),
        };
        if let Err(error) = flushed {
            self.failed.get_or_insert(error);
        }
    }

    /// Shows what there is, and how far the run is. `Break` when it is to end: someone asked for it,
    /// nobody reads the output any more, or the trace cannot be written.
    pub(crate) fn checkpoint(&mut self, progress: &driver::Progress) -> ControlFlow<()> {
        self.flush();
        self.progress.show(progress);
        let trace_failed = self.trace.as_ref().is_some_and(TraceFile::has_failed);
        match interrupt::asked() || self.failed.is_some() || trace_failed {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    /// Completes what was written, and gives what was collected.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>, Failure> {
        self.flush();
        self.progress.clear();
        if let Some(trace) = self.trace.take() {
            trace.complete()?;
        }
        match self.failed {
            None => Ok(self.collected.unwrap_or_default()),
            Some(error) => Err(Failure::Output(error)),
        }
    }
}

/// A run that is over.
pub(crate) struct Finished {
    pub(crate) summary: Summary,
    pub(crate) elapsed: Duration,
    /// What the program wrote, where it was collected.
    pub(crate) output: Vec<u8>,
    /// The results of the function that was invoked.
    pub(crate) results: Option<Vec<tvm_program::Value>>,
    /// What there is to say of the model and the engine.
    pub(crate) told: Value,
}

impl Finished {
    /// The figures: one line on stderr, or one JSON object on stdout. Then the failure, if the run
    /// did not end in `halt`.
    pub(crate) fn conclude(
        &self,
        arguments: &ExecutionArguments,
        end: Result<(), Failure>,
    ) -> Result<(), Failure> {
        let seconds = self.elapsed.as_secs_f64();
        if let (Some(results), false) = (&self.results, arguments.json) {
            let lines: Vec<String> = results.iter().map(|result| format!("{result}\n")).collect();
            print(&lines.concat())?;
        }
        if arguments.json {
            print(&format!("{}\n", self.json(seconds, &end)))?;
        } else if !arguments.quiet {
            tell(report(&self.summary, seconds));
        }
        end
    }

    fn json(&self, seconds: f64, end: &Result<(), Failure>) -> Value {
        let Finished { summary, output, .. } = self;
        let mut figures = json!({
            "end": match end {
                Ok(()) => "halt".to_string(),
                Err(failure) => failure.to_string(),
            },
            "status": end.as_ref().map_or_else(Failure::status, |()| 0),
            "tokens": summary.tokens,
            "generated_tokens": summary.generated_tokens,
            "instructions": summary.instructions,
            "seconds": seconds,
            "tokens_per_second": summary.tokens as f64 / seconds,
            "output": String::from_utf8_lossy(output),
        });
        if let Some(results) = &self.results {
            figures["results"] = json!(results);
        }
        if let (Some(figures), Value::Object(more)) = (figures.as_object_mut(), &self.told) {
            figures.extend(more.clone());
        }
        figures
    }
}

/// The dimensions of a model.
pub(crate) fn dimensions(model: &Model) -> Value {
    let weights = &model.weights;
    json!({
        "d_model": weights.d_model(),
        "layers": weights.layers.len(),
        "heads": weights.heads(),
        "d_ffn": weights.d_ffn(),
        "vocabulary": model.vocabulary.len(),
    })
}
