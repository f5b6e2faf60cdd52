//! A line of progress on stderr, where that is a terminal, for runs of more than half a second. It is
//! hidden while the program writes to the same terminal.

use std::io::{self, IsTerminal, Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use tvm_runtime::driver;

/// Shorter runs show no progress.
const PATIENCE: Duration = Duration::from_millis(500);

/// How far a run is. Its clones show one line.
#[derive(Clone)]
pub(crate) struct Progress(Arc<Mutex<Shown>>);

struct Shown {
    wanted: bool,
    begun: Instant,
    line: Option<ProgressBar>,
    /// Does a line of output wait for its end, where the progress would be?
    hidden: bool,
}

impl Progress {
    /// A line that is to be shown, unless the command is to be quiet.
    pub(crate) fn new(quiet: bool) -> Progress {
        let wanted = !quiet && io::stderr().is_terminal();
        let shown = Shown { wanted, begun: Instant::now(), line: None, hidden: false };
        Progress(Arc::new(Mutex::new(shown)))
    }

    /// Says how far the run is.
    pub(crate) fn show(&self, progress: &driver::Progress) {
        self.shown().show(progress);
    }

    /// Hides the line while something is written to the same terminal. There is no progress while a
    /// line of output is not complete, since both would be in one line.
    pub(crate) fn beside<T>(&self, completes_line: bool, write: impl FnOnce() -> T) -> T {
        self.shown().beside(completes_line, write)
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        self.shown().clear();
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream of the terminal that the line is shown on.
pub(crate) struct Beside<S> {
    pub(crate) stream: S,
    pub(crate) progress: Progress,
}

impl<S: Write> Write for Beside<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let stream = &mut self.stream;
        let written = || stream.write(bytes).and_then(|count| stream.flush().map(|()| count));
        self.progress.beside(bytes.ends_with(b"\n"), written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// What is typed ends in a new line.
impl<S: Read> Read for Beside<S> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let stream = &mut self.stream;
        self.progress.beside(true, || stream.read(bytes))
    }
}

impl Shown {
    fn show(&mut self, progress: &driver::Progress) {
        let elapsed = self.begun.elapsed();
        if !self.wanted || self.hidden || elapsed < PATIENCE {
            return;
        }
        let line = self.line.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{spinner} {wide_msg}");
            ProgressBar::new_spinner().with_style(style.expect("a template that is checked in"))
        });
        let tokens = progress.summary.tokens;
        let speed = tokens as f64 / elapsed.as_secs_f64();
        line.set_message(format!(
            "{} tokens, {} tokens/s, call depth {}, {}",
            HumanCount(tokens),
            HumanCount(speed as u64),
            progress.call_depth,
            HumanBytes(progress.memory as u64),
        ));
        line.tick();
    }

    fn beside<T>(&mut self, completes_line: bool, write: impl FnOnce() -> T) -> T {
        self.hidden = !completes_line;
        if self.hidden {
            self.clear();
        }
        match &self.line {
            Some(line) => line.suspend(write),
            None => write(),
        }
    }

    fn clear(&mut self) {
        if let Some(line) = self.line.take() {
            line.finish_and_clear();
        }
    }
}
