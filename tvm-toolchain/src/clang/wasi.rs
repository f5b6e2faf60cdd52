//! Programs with the C library of WASI, or the C++ library over it: where the library is, the flags of
//! such a program, and what a program without `main` begins with.
//!
//! The library is the one that clang finds for the target, as Debian's does; environment variables name
//! another one: `WASI_SYSROOT`, a sysroot, or `WASI_SDK_PATH`, a WASI SDK, which has a clang too.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{ClangError, CompileOptions};

/// The environment variable that names a sysroot.
pub const SYSROOT_VARIABLE: &str = "WASI_SYSROOT";
/// The environment variable that names a WASI SDK.
pub const SDK_VARIABLE: &str = "WASI_SDK_PATH";

/// The target that clang compiles and links for.
const TARGET: &str = "--target=wasm32-wasi";

/// The parts of POSIX that the library has only for programs that ask for them, and links apart.
const EMULATED: [(&str, &str); 4] = [
    ("-D_WASI_EMULATED_SIGNAL", "-lwasi-emulated-signal"),
    ("-D_WASI_EMULATED_PROCESS_CLOCKS", "-lwasi-emulated-process-clocks"),
    ("-D_WASI_EMULATED_MMAN", "-lwasi-emulated-mman"),
    ("-D_WASI_EMULATED_GETPID", "-lwasi-emulated-getpid"),
];

/// The flags of linking, without the size of the stack. As in other programs the stack is at the start of
/// memory, so that a stack overflow traps.
const LINKER_FLAGS: [&str; 1] = ["-Wl,--stack-first"];

/// Calls `compute` with the input, in a program that has no `main`.
const COMPUTE: &str = r#"
#include "tvm.h"
int main(void) {
    compute(tvm_input());
    return 0;
}
"#;

/// What a program begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    /// `main`, which the library calls.
    Main,
    /// `compute`, which gets the input.
    Compute,
    /// Nothing: its exported functions are called.
    Nothing,
}

/// A clang with the libraries of WASI.
#[derive(Debug, Clone)]
pub(super) struct Wasi {
    pub(super) clang: PathBuf,
    sysroot: Option<PathBuf>,
}

impl Wasi {
    /// What the options and the environment name.
    pub(super) fn find(options: &CompileOptions) -> Result<Wasi, ClangError> {
        let sdk = variable(SDK_VARIABLE);
        let of_sdk = sdk.as_ref().map(|sdk| sdk.join("bin/clang"));
        let clang = match (super::named(options), of_sdk) {
            (Some(clang), _) | (None, Some(clang)) => clang,
            (None, None) => super::find(options)?,
        };
        let of_sdk = || sdk.map(|sdk| sdk.join("share/wasi-sysroot"));
        let sysroot = options.sysroot.clone().or_else(|| variable(SYSROOT_VARIABLE));
        Ok(Wasi { clang, sysroot: sysroot.or_else(of_sdk) })
    }

    /// The flags of every call of clang.
    pub(super) fn target(&self, command: &mut Command) {
        command.arg(TARGET);
        if let Some(sysroot) = &self.sysroot {
            command.arg("--sysroot").arg(sysroot);
        }
    }

    /// The flags of compiling.
    pub(super) fn compiling(&self, command: &mut Command) {
        self.target(command);
        command.args(EMULATED.map(|(macro_name, _)| macro_name));
    }

    /// The flags of linking a program in C or C++, but for its stack and what it begins with.
    pub(super) fn linking(&self, command: &mut Command, is_cpp: bool) {
        self.target(command);
        if is_cpp {
            command.arg("--driver-mode=g++");
        }
        command.args(LINKER_FLAGS);
    }

    /// What is linked behind the program.
    pub(super) fn libraries(command: &mut Command) {
        command.args(EMULATED.map(|(_, library)| library));
    }

    /// Does this clang find a C library?
    pub(super) fn has_library(&self, folder: &Path) -> bool {
        let probe = folder.join("probe.c");
        if std::fs::write(&probe, "#include <stdio.h>\n").is_err() {
            return false;
        }
        let mut command = Command::new(&self.clang);
        self.target(&mut command);
        command.arg("-fsyntax-only").arg(probe);
        command.output().is_ok_and(|output| output.status.success())
    }

    /// Does this clang find a library of this name?
    pub(super) fn has_archive(&self, name: &str) -> bool {
        let file = format!("lib{name}.a");
        let mut command = Command::new(&self.clang);
        self.target(&mut command);
        command.arg(format!("--print-file-name={file}"));
        // It prints the bare name of what it does not find.
        let output = command.output().map(|output| output.stdout).unwrap_or_default();
        let found = String::from_utf8_lossy(&output).trim().to_owned();
        !found.is_empty() && found != file
    }

    /// The packages of Debian that have the libraries for this clang.
    pub(super) fn packages(&self, is_cpp: bool) -> String {
        let version = self.version().map(|version| format!("{version}-")).unwrap_or_default();
        let cpp = format!(" libc++-{version}dev-wasm32");
        let cpp = if is_cpp { cpp.as_str() } else { "" };
        format!("wasi-libc libclang-rt-{version}dev-wasm32{cpp}")
    }

    /// The major version of this clang.
    fn version(&self) -> Option<u32> {
        let output = Command::new(&self.clang).arg("-dumpversion").output().ok()?;
        String::from_utf8(output.stdout).ok()?.split('.').next()?.trim().parse().ok()
    }
}

/// Writes the source that calls `compute` into a folder.
pub(super) fn write_compute(folder: &Path) -> io::Result<PathBuf> {
    let source = folder.join("compute.c");
    std::fs::write(&source, COMPUTE)?;
    Ok(source)
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}
