//! Why C is not compiled, and what to do.

use std::io;
use std::path::{Path, PathBuf};

use super::language::Language;

/// Why a C file was not compiled to a module.
#[derive(Debug, thiserror::Error)]
pub enum ClangError {
    /// No clang was found.
    #[error(
        "no clang found: install clang and lld (Debian, Ubuntu: apt-get install clang lld), or \
         set CLANG to one that can compile for wasm32"
    )]
    Missing,
    /// The clang that was asked for cannot be run.
    #[error("cannot run `{}`: {error}; install clang and lld, or set CLANG to a clang", path.display())]
    CannotRun {
        /// The clang.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// There is no `wasm-ld`.
    #[error(
        "`{}` finds no linker `wasm-ld`: install lld of the same version as clang (Debian, \
         Ubuntu: apt-get install lld)", path.display()
    )]
    LinkerMissing {
        /// The clang.
        path: PathBuf,
    },
    /// The program includes a header of a library, and there is none.
    #[error(
        "`{}` includes <{header}>, and there is no {} for WebAssembly here: install one (Debian, \
         Ubuntu: apt-get install {packages}), or set WASI_SDK_PATH to a WASI SDK, or WASI_SYSROOT to a \
         sysroot of WASI{}", file.display(), library(file), tvm_h(file)
    )]
    NoCLibrary {
        /// The file.
        file: PathBuf,
        /// The header.
        header: Box<str>,
        /// The packages that have the library.
        packages: Box<str>,
    },
    /// The program includes a header that the C library does not have.
    #[error(
        "`{}` includes <{header}>, which the C library of WASI does not have", file.display()
    )]
    NoHeader {
        /// The file.
        file: PathBuf,
        /// The header.
        header: Box<str>,
    },
    /// The linker does not find a part of the libraries.
    #[error(
        "`{}` cannot be linked, since {missing} for WebAssembly is not here: install it (Debian, Ubuntu: \
         apt-get install {packages}), or set WASI_SDK_PATH to a WASI SDK", file.display()
    )]
    NoArchive {
        /// The first file of the program.
        file: PathBuf,
        /// What is missing.
        missing: &'static str,
        /// The packages that have all parts.
        packages: Box<str>,
    },
    /// The program calls functions that are not defined anywhere.
    #[error(
        "`{}` uses what is defined nowhere: {}. Define it in the file or in another one (--source FILE), or \
         include the header that declares it: \"tvm.h\", or one of the C library, as <stdlib.h>",
        file.display(), names.join(", ")
    )]
    Undefined {
        /// The C file.
        file: PathBuf,
        /// The names of the functions and variables.
        names: Vec<String>,
    },
    /// clang reported errors in the program.
    #[error("clang cannot compile `{}`:\n{messages}", file.display())]
    Refused {
        /// The C file.
        file: PathBuf,
        /// The messages of clang.
        messages: String,
    },
    /// The output of clang cannot be read.
    #[error("cannot read what `{}` has compiled: {error}", path.display())]
    Object {
        /// The clang.
        path: PathBuf,
        /// Why it cannot be read.
        error: wasmparser::BinaryReaderError,
    },
    /// The temporary directory could not be used.
    #[error("cannot use a temporary directory: {0}")]
    Temporary(#[source] io::Error),
}

/// The library that a program needs.
fn library(file: &Path) -> &'static str {
    match Language::of(file) {
        Some(Language::Cpp) => "C++ library",
        _ => "C library",
    }
}

/// What a program in C can do without a library.
fn tvm_h(file: &Path) -> &'static str {
    match Language::of(file) {
        Some(Language::Cpp) => "",
        _ => {
            "; `#include \"tvm.h\"` needs no installation: it has printf, snprintf, puts, getchar, sscanf, \
             strtod, malloc, memcpy, strlen and a few more"
        }
    }
}
