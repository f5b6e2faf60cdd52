//! Long texts a screen at a time: through the command in `PAGER`, else `less`, where stdout is a
//! terminal.

use std::io::{self, IsTerminal, Write};
use std::process::{Child, Command, Stdio};

/// What a text is written to.
pub(crate) struct Pager {
    child: Option<Child>,
}

impl Pager {
    /// Starts a pager where stdout is a terminal. Otherwise stdout is written to directly.
    pub(crate) fn start() -> Pager {
        let child = if io::stdout().is_terminal() { spawn() } else { None };
        Pager { child }
    }

    /// Where to write.
    pub(crate) fn writer(&mut self) -> Box<dyn Write + '_> {
        match self.child.as_mut().and_then(|child| child.stdin.as_mut()) {
            Some(stdin) => Box::new(io::BufWriter::new(stdin)),
            None => Box::new(io::BufWriter::new(io::stdout().lock())),
        }
    }
}

impl Drop for Pager {
    /// Waits until the reader is done.
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            drop(child.stdin.take());
            let _ = child.wait();
        }
    }
}

/// `PAGER` is a command with arguments; the empty one is none.
fn spawn() -> Option<Child> {
    let chosen = std::env::var("PAGER").unwrap_or_else(|_| "less -FRSX".to_string());
    let mut words = chosen.split_whitespace();
    let mut command = Command::new(words.next()?);
    command.args(words).stdin(Stdio::piped()).spawn().ok()
}
