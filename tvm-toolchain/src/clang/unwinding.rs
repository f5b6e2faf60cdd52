//! Programs that leave functions before they return, by `longjmp` or by exceptions of C++: the flags with which
//! clang makes exceptions of WebAssembly of both, and the functions that it then calls, which no library of
//! Debian has. They are part of this crate, in `programs/library`. A WASI SDK that has exceptions of C++ has
//! functions of its own for these.

use std::cell::OnceCell;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::wasi::Wasi;
use super::{ClangError, Language};

/// The name of the folder with the header and the sources, in a temporary one.
const FOLDER: &str = "unwinding";

const SETJMP_H: &str = include_str!("../../../programs/library/setjmp.h");
const SETJMP_C: &str = include_str!("../../../programs/library/setjmp.c");
const EXCEPTIONS_CPP: &str = include_str!("../../../programs/library/exceptions.cpp");

/// The flags for `setjmp`, in C and in C++.
const JUMPS: [&str; 2] = ["-mllvm", "-wasm-enable-sjlj"];
/// The flag for exceptions of C++.
const EXCEPTIONS: &str = "-fwasm-exceptions";
/// The library of a WASI SDK with exceptions of C++.
const LIBRARY: &str = "unwind";

/// How the functions are compiled, besides the flags for `setjmp` and exceptions.
const FLAGS: [&str; 3] = ["-O2", "-fno-ident", "-ffreestanding"];

/// The folder that has the header; the sources are compiled there.
pub(super) struct Unwinding {
    folder: PathBuf,
    /// Is there a library with exceptions of C++? clang is asked once.
    has_library: OnceCell<bool>,
}

impl Unwinding {
    /// Writes the header below a folder.
    pub(super) fn write(folder: &Path) -> io::Result<Unwinding> {
        let folder = folder.join(FOLDER);
        std::fs::create_dir(&folder)?;
        std::fs::write(folder.join("setjmp.h"), SETJMP_H)?;
        Ok(Unwinding { folder, has_library: OnceCell::new() })
    }

    /// The flags by which a source finds the header, before that of an installed library.
    pub(super) fn header(&self, command: &mut Command) {
        command.arg("-isystem").arg(&self.folder);
    }

    /// The flags of compiling a source that uses `setjmp` or exceptions.
    pub(super) fn compiling(command: &mut Command, language: Option<Language>) {
        command.args(JUMPS);
        if language == Some(Language::Cpp) {
            command.arg(EXCEPTIONS);
        }
    }

    /// The flags of linking.
    pub(super) fn linking(&self, command: &mut Command, wasi: &Wasi) {
        if self.has_library(wasi) {
            command.args([EXCEPTIONS, &format!("-l{LIBRARY}")]);
        }
    }

    fn has_library(&self, wasi: &Wasi) -> bool {
        *self.has_library.get_or_init(|| wasi.has_archive(LIBRARY))
    }

    /// Compiles the functions to object files, to be linked with the program. They are weak and of no
    /// consequence where they are not called.
    pub(super) fn objects(&self, wasi: &Wasi) -> Result<Vec<PathBuf>, ClangError> {
        let mut sources = vec![("setjmp.c", SETJMP_C)];
        if !self.has_library(wasi) {
            sources.push(("exceptions.cpp", EXCEPTIONS_CPP));
        }
        sources.into_iter().map(|(name, text)| self.object(wasi, name, text)).collect()
    }

    fn object(&self, wasi: &Wasi, name: &str, text: &str) -> Result<PathBuf, ClangError> {
        let source = self.folder.join(name);
        std::fs::write(&source, text).map_err(ClangError::Temporary)?;
        let object = source.with_extension("o");
        let mut command = Command::new(&wasi.clang);
        wasi.target(&mut command);
        Unwinding::compiling(&mut command, Language::of(&source));
        command.args(FLAGS).arg("-c").arg(&source).arg("-o").arg(&object);
        let output = command.output();
        let cannot_run = |error| ClangError::CannotRun { path: wasi.clang.clone(), error };
        let output = output.map_err(cannot_run)?;
        match output.status.success() {
            true => Ok(object),
            false => {
                let messages = String::from_utf8_lossy(&output.stderr).into_owned();
                Err(ClangError::Refused { file: name.into(), messages })
            }
        }
    }
}
