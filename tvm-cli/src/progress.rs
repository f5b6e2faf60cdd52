//! A line of progress on stderr, where that is a terminal, for runs of more than half a second. It is
//! hidden while the program writes to the same terminal.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use tvm_runtime::run;

/// Shorter runs show no progress.
const PATIENCE: Duration = Duration::from_millis(500);

/// How far a run is.
pub(crate) struct Progress {
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
        Progress { wanted, begun: Instant::now(), line: None, hidden: false }
    }

    /// Says how far the run is.
    pub(crate) fn show(&mut self, progress: &run::Progress) {
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

    /// Hides the line while something is written to the same terminal. There is no progress while a
    /// line of output is not complete, since both would be in one line.
    pub(crate) fn beside<T>(&mut self, completes_line: bool, write: impl FnOnce() -> T) -> T {
        self.hidden = !completes_line;
        if self.hidden {
            self.clear();
        }
        match &self.line {
            Some(line) => line.suspend(write),
            None => write(),
        }
    }

    /// Takes the line away.
    pub(crate) fn clear(&mut self) {
        if let Some(line) = self.line.take() {
            line.finish_and_clear();
        }
    }
}
