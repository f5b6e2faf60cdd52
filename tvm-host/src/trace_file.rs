//! A file with the tokens of a run. It has its name when it is complete: until then it is a temporary
//! file beside it, which is removed when the run ends otherwise.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A trace that is being written.
#[derive(Debug)]
pub struct TraceFile {
    file: BufWriter<File>,
    temporary: PathBuf,
    path: PathBuf,
    /// The first failure: a run does not end because of its trace.
    failed: Option<io::Error>,
}

impl TraceFile {
    /// Begins a trace that is to have this name.
    ///
    /// # Errors
    /// When there can be no file beside it.
    pub fn create(path: &Path) -> io::Result<TraceFile> {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{}.tmp", std::process::id()));
        let temporary = PathBuf::from(name);
        let file = BufWriter::new(File::create(&temporary)?);
        Ok(TraceFile { file, temporary, path: path.to_path_buf(), failed: None })
    }

    /// Adds the name of a token.
    pub fn token(&mut self, name: &str) {
        if let Err(error) = write!(self.file, "{name} ") {
            self.failed.get_or_insert(error);
        }
    }

    /// Completes the trace, which gets its name.
    ///
    /// # Errors
    /// When something of it could not be written; then there is no such file.
    pub fn complete(mut self) -> io::Result<()> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        self.file.write_all(b"\n")?;
        self.file.flush()?;
        std::fs::rename(&self.temporary, &self.path)
    }
}

impl Drop for TraceFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.temporary);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_complete_or_not_there() {
        let folder = std::env::temp_dir().join(format!("tvm-trace-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("trace.txt");
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
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
