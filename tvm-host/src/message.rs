//! Messages for people, on stderr. A message that cannot be written changes nothing else: a run has
//! its output and its status also where stderr is closed or full. So nothing here panics, as
//! `eprintln!` does, and nothing here fails.

use std::fmt::Display;
use std::io::{self, Write};

/// Writes a message to stderr, and ends its last line.
pub fn tell(message: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{message}");
}

/// Says whether an output ended early because its reader is gone, as after `| head`. That is no
/// failure: the reader has what it wants.
pub fn is_reader_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_closed_pipe_means_that_the_reader_is_gone() {
        assert!(is_reader_gone(&io::ErrorKind::BrokenPipe.into()));
        assert!(!is_reader_gone(&io::ErrorKind::StorageFull.into()));
    }
}
