//! Processes that must not run for long.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// More than what ends at once takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// A process whose first line was read.
pub(super) struct Started {
    child: Child,
    stdout: BufReader<std::process::ChildStdout>,
    pub(super) line: String,
}

/// Starts a command, and waits for its first line.
pub(super) fn start(command: &mut Command) -> Started {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    Started { child, stdout, line }
}

impl Started {
    /// Reads no more, and waits for the end.
    pub(super) fn close(self) -> Output {
        drop(self.stdout);
        wait(self.child)
    }

    /// Reads on, presses Ctrl-C, and waits for the end.
    pub(super) fn interrupt(mut self) -> Output {
        let reader = thread::spawn(move || {
            let mut rest = Vec::new();
            self.stdout.read_to_end(&mut rest)
        });
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        let output = wait(self.child);
        reader.join().unwrap().unwrap();
        output
    }
}

/// Waits for the end of a process, which is killed when it takes too long.
fn wait(mut child: Child) -> Output {
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("the process did not end: {:?}", child.wait_with_output().unwrap());
        }
        thread::sleep(Duration::from_millis(10));
    }
    child.wait_with_output().unwrap()
}
