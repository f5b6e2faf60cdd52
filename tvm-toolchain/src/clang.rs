//! Compiles C and C++ to WebAssembly with clang: which clang is called, with which flags, and what its
//! errors mean. `tvm.h` is part of this crate, so a program in any folder can include it.
//!
//! The headers that a program includes decide how it is compiled. A program in C with headers of `tvm.h` and
//! of clang alone needs nothing that is installed. One that includes another header is a program of WASI,
//! with a C library (`wasi`), and so is any program in C++.
//!
//! clang is called twice, to compile and to link. If one call does both with an option `-O`, clang runs
//! any `wasm-opt` on the `PATH` on the linked module, and the result depends on what is installed.
//! Functions that the program calls but does not define come from the small library that belongs to
//! `tvm.h`. A program that needs none of them is linked without the library.

mod compilation;
mod error;
mod front;
mod language;
mod library;
mod messages;
mod object;
mod stack;
mod unwinding;
mod wasi;

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use tvm_program::InstructionSet;

pub use compilation::{Module, compile};
pub use error::ClangError;
pub use front::front;
pub use language::Language;
pub use stack::{StackSize, StackSizeError};
pub use wasi::{SDK_VARIABLE, SYSROOT_VARIABLE};

/// The header `tvm.h` that programs include: input, output and a few functions of the C library.
pub const TVM_H: &str = include_str!("../../programs/tvm.h");

/// The target that clang compiles and links for.
const TARGET: &str = "--target=wasm32-unknown-unknown";

/// The flags of a compilation to the features of WebAssembly 1.0 (the MVP). No library and no header of
/// the host is used, so that one version of clang makes one module everywhere. The prebuilt modules are
/// made with these flags.
const COMPILER_FLAGS: [&str; 11] = [
    TARGET,
    "-mcpu=mvp",
    "-std=c11",
    "-O2",
    "-ffreestanding",
    "-Wall",
    "-Werror=format-invalid-specifier",
    "-Werror=format-insufficient-args",
    "-mllvm",
    "-combiner-store-merging=false",
    "-fno-ident",
];

/// The flags of linking, without the size of the stack. The stack is at the start of memory: a stack
/// overflow goes below address 0, which traps, and does not overwrite the program's data.
const LINKER_FLAGS: [&str; 11] = [
    TARGET,
    "-nostdlib",
    "-Wl,--no-entry",
    "-Wl,--export-if-defined=compute",
    "-Wl,--export-if-defined=main",
    "-Wl,--export-if-defined=__main_void",
    "-Wl,--export-if-defined=__original_main",
    "-Wl,--export=__heap_base",
    "-Wl,--stack-first",
    "-Wl,--fatal-warnings",
    STRIP_DEBUG,
];

/// The flag of linking that leaves out what debuggers read.
const STRIP_DEBUG: &str = "-Wl,--strip-debug";

/// Those flags that limit a program to the MVP, and so where possible to 32-bit integers.
const MINIMAL_FLAGS: [&str; 3] = ["-mcpu=mvp", "-mllvm", "-combiner-store-merging=false"];

/// The names of executables that are tried, in order.
const NAMES: [&str; 7] =
    ["clang", "clang-19", "clang-18", "clang-17", "clang-16", "clang-15", "clang-14"];

/// The environment variable that names the clang to use.
pub const ENVIRONMENT_VARIABLE: &str = "CLANG";

/// How C and C++ are compiled.
#[derive(Debug, Clone, Default)]
pub struct CompileOptions {
    /// The clang to call. `None`: the one that the environment variable `CLANG` names, else the first
    /// one on the `PATH`.
    pub clang: Option<PathBuf>,
    /// Which features of WebAssembly clang may use.
    pub features: Features,
    /// The size of the C stack.
    pub stack: StackSize,
    /// What of the module is run.
    pub entry: Entry,
    /// The sysroot of WASI. `None`: the one that the environment names, else the one that clang finds.
    pub sysroot: Option<PathBuf>,
    /// What else is asked of clang.
    pub further: Further,
    /// Keep what debuggers read: which instruction is of which line of the source. The code stays the same.
    pub debug_information: bool,
}

/// What is asked of clang for one program: nothing, for most.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Further {
    /// Further source files of the program.
    pub sources: Vec<PathBuf>,
    /// Folders where headers are looked for, as for `-I`.
    pub includes: Vec<PathBuf>,
    /// Macros that are defined, as for `-D`: `NAME` or `NAME=VALUE`.
    pub definitions: Vec<String>,
    /// The level of optimisation, as for `-O`. `None`: 2.
    pub optimisation: Option<String>,
}

impl Further {
    /// Is nothing asked?
    pub fn is_empty(&self) -> bool {
        *self == Further::default()
    }
}

/// What of a module is run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Entry {
    /// Its entry: `main`, `_start` or `compute`.
    #[default]
    Main,
    /// Its exported functions, as a host calls them.
    Exports,
}

impl CompileOptions {
    /// All inputs of a prebuilt module except the program itself and `tvm.h`: the flags of a compilation
    /// to the MVP, and the library.
    pub(super) fn ingredients(&self) -> String {
        let flags = COMPILER_FLAGS.into_iter().chain(LINKER_FLAGS).map(str::to_owned);
        let library = library::sources().map(str::to_owned);
        flags.chain([self.stack.linker_flag()]).chain(library).collect::<Vec<_>>().join(" ")
    }
}

/// Which features of WebAssembly clang may use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Features {
    /// The MVP only, so that the module runs in as many instruction sets as possible. The prebuilt modules
    /// are made in this way.
    #[default]
    Minimal,
    /// The features that this version of clang uses by default.
    OfClang,
}

impl Features {
    /// The features that an instruction set has: one with 64-bit integers has all of clang's default
    /// features.
    pub fn of(set: &InstructionSet) -> Self {
        match set.by_name("i64.add") {
            Some(_) => Features::OfClang,
            None => Features::Minimal,
        }
    }

    fn flags(self) -> impl Iterator<Item = &'static str> {
        let minimal = self == Features::Minimal;
        COMPILER_FLAGS.into_iter().filter(move |flag| minimal || !MINIMAL_FLAGS.contains(flag))
    }
}

/// The clang to call for programs without a C library.
///
/// # Errors
/// When no clang is named and none is on the `PATH`.
pub fn find(options: &CompileOptions) -> Result<PathBuf, ClangError> {
    match named(options) {
        Some(clang) => Ok(clang),
        None => search(&env::var_os("PATH").unwrap_or_default()).ok_or(ClangError::Missing),
    }
}

/// The clang that the options or the environment name.
fn named(options: &CompileOptions) -> Option<PathBuf> {
    let from_environment = || env::var_os(ENVIRONMENT_VARIABLE).filter(|value| !value.is_empty());
    options.clang.clone().or_else(|| from_environment().map(PathBuf::from))
}

fn search(path: &OsString) -> Option<PathBuf> {
    let directories: Vec<PathBuf> = env::split_paths(path).collect();
    NAMES.into_iter().find_map(|name| {
        let name = format!("{name}{}", env::consts::EXE_SUFFIX);
        directories.iter().map(|directory| directory.join(&name)).find(|file| file.is_file())
    })
}

/// The path of the file, changed so that clang does not take it for an option.
fn no_option(file: &Path) -> PathBuf {
    let begins_with_hyphen = file.as_os_str().as_encoded_bytes().starts_with(b"-");
    if begins_with_hyphen { Path::new(".").join(file) } else { file.to_owned() }
}

#[cfg(test)]
mod tests;
