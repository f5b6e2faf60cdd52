//! A file with the tokens of a run, separated by blanks. The first failure to write is kept until the trace is to be
//! complete. It is no failure that nobody reads the tokens any more, as behind `| head`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::message::is_reader_gone;
use crate::output_file::{Existing, OutputFile, OutputFileError, Permissions, is_stdout};

/// A trace that is being written. Dropped before it is complete, it is not there.
#[derive(Debug)]
pub struct TraceFile {
    file: OutputFile,
    path: PathBuf,
    failed: Option<io::Error>,
}

impl TraceFile {
    /// Begins a trace that is to have this name.
    ///
    /// # Errors
    /// When there can be no such file, and when the name is that of stdout.
    pub fn create(path: &Path) -> Result<TraceFile, OutputFileError> {
        if is_stdout(path) {
            return Err(OutputFileError::StdoutTaken);
        }
        let file = OutputFile::create(path, Permissions::Data, Existing::Replace)?;
        Ok(TraceFile { file, path: path.to_path_buf(), failed: None })
    }

    /// Adds the name of a token.
    pub fn token(&mut self, name: &str) {
        let written = write!(self.file, "{name} ");
        self.note(written);
    }

    /// Completes the trace, which gets its name.
    ///
    /// # Errors
    /// When something of it could not be written; then there is no such file.
    pub fn complete(mut self) -> Result<(), OutputFileError> {
        let ended = writeln!(self.file);
        self.note(ended);
        let completed = match self.failed {
            Some(error) => Err(OutputFileError::System { path: self.path, error }),
            None => self.file.complete(),
        };
        match completed {
            Err(OutputFileError::System { error, .. }) if is_reader_gone(&error) => Ok(()),
            completed => completed,
        }
    }

    /// Can the trace not be completed any more? Then there is no use in a longer run.
    pub fn has_failed(&self) -> bool {
        self.failed.as_ref().is_some_and(|error| !is_reader_gone(error))
    }

    fn note(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.failed.get_or_insert(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_complete_or_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trace.txt");
        let mut trace = TraceFile::create(&path).unwrap();
        trace.token("{");
        drop(trace);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
        let mut trace = TraceFile::create(&path).unwrap();
        ["{", "}"].into_iter().for_each(|name| trace.token(name));
        assert!(!path.exists());
        trace.complete().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{ } \n");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_a_failure_and_a_reader_that_is_gone_none() {
        let mut trace = TraceFile::create("/dev/full".as_ref()).unwrap();
        (0..100_000).for_each(|_| trace.token("{"));
        assert!(trace.has_failed());
        let failed = trace.complete().unwrap_err().to_string();
        assert!(failed.contains("cannot write `/dev/full`"), "{failed}");
        // A short one fails when it is completed.
        let trace = TraceFile::create("/dev/full".as_ref()).unwrap();
        assert!(!trace.has_failed() && trace.complete().is_err());
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let path = format!("/dev/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&writer));
        let mut trace = TraceFile::create(path.as_ref()).unwrap();
        (0..100_000).for_each(|_| trace.token("{"));
        assert!(!trace.has_failed());
        trace.complete().unwrap();
    }

    #[test]
    fn stdout_is_for_the_program() {
        let refused = TraceFile::create("-".as_ref()).unwrap_err();
        assert!(matches!(refused, OutputFileError::StdoutTaken));
    }
}
