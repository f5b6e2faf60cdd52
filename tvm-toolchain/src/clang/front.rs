//! clang as a person calls it, for programs with the C library of WASI.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitStatus};

use super::unwinding::Unwinding;
use super::wasi::Wasi;
use super::{ClangError, CompileOptions, Language, STRIP_DEBUG, TVM_H};

/// Options with which clang does not link.
const NOT_LINKING: [&str; 6] = ["-c", "-S", "-E", "-M", "-MM", "-fsyntax-only"];

/// Calls clang with these arguments, behind those that programs of WASI need. What clang says goes where
/// this process's messages go.
///
/// # Errors
/// When clang cannot be called.
pub fn front(arguments: &[OsString], options: &CompileOptions) -> Result<ExitStatus, ClangError> {
    let wasi = Wasi::find(options)?;
    let folder = tempfile::tempdir().map_err(ClangError::Temporary)?;
    std::fs::write(folder.path().join("tvm.h"), TVM_H).map_err(ClangError::Temporary)?;
    let unwinding = Unwinding::write(folder.path()).map_err(ClangError::Temporary)?;
    let mut command = Command::new(&wasi.clang);
    let links = !arguments.iter().any(|argument| NOT_LINKING.iter().any(|one| argument == one));
    wasi.compiling(&mut command);
    command.arg("-idirafter").arg(folder.path());
    unwinding.header(&mut command);
    let is_cpp = arguments.iter().any(|one| Language::of(Path::new(one)) == Some(Language::Cpp));
    if is_cpp && !arguments.iter().any(|one| one.as_encoded_bytes().ends_with(b"exceptions")) {
        command.arg("-fno-exceptions");
    }
    if links {
        wasi.linking(&mut command, is_cpp);
        command.arg(STRIP_DEBUG);
        command.arg(options.stack.linker_flag());
    }
    command.args(arguments);
    if links {
        // Whatever the language of the sources was said to be.
        command.args(["-x", "none"]).args(unwinding.objects(&wasi)?);
        Wasi::libraries(&mut command);
    }
    command.status().map_err(|error| ClangError::CannotRun { path: wasi.clang, error })
}
