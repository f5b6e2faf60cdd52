//! Compiles C to WebAssembly with clang: which clang is called, with which flags, and what its errors
//! mean. `tvm.h` is part of this crate, so a program in any folder can include it.
//!
//! clang is called twice, to compile and to link. If one call does both with an option `-O`, clang runs
//! any `wasm-opt` on the `PATH` on the linked module, and the result depends on what is installed.
//! Functions that the program calls but does not define come from the small library that belongs to
//! `tvm.h`. A program that needs none of them is linked without the library.

mod library;
mod messages;
mod object;
mod stack;

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tvm_program::InstructionSet;

pub use stack::{StackSize, StackSizeError};

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
    "-Wl,--strip-debug",
];

/// Those flags that limit a program to the MVP, and so where possible to 32-bit integers.
const MINIMAL_FLAGS: [&str; 3] = ["-mcpu=mvp", "-mllvm", "-combiner-store-merging=false"];

/// The names of executables that are tried, in order.
const NAMES: [&str; 7] =
    ["clang", "clang-19", "clang-18", "clang-17", "clang-16", "clang-15", "clang-14"];

/// The environment variable that names the clang to use.
pub const ENVIRONMENT_VARIABLE: &str = "CLANG";

/// How C is compiled.
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
    /// The program includes a header of the C library.
    #[error(
        "`{}` includes <{header}>, and there is no C library for WebAssembly here. \
         `#include \"tvm.h\"` needs no installation: it has printf, snprintf, puts, getchar, sscanf, \
         strtod, malloc, memcpy, strlen and a few more. For other functions install a C library for WebAssembly \
         (Debian, Ubuntu: apt-get install wasi-libc), compile and link the program with it, and give \
         the .wasm file", file.display()
    )]
    NoCLibrary {
        /// The C file.
        file: PathBuf,
        /// The header.
        header: String,
    },
    /// The program calls functions that are not defined anywhere.
    #[error(
        "`{}` uses what is defined nowhere: {}. Define it in the file, or include \"tvm.h\" if it is \
         one of its functions (printf, snprintf, puts, putchar, getchar, sscanf, strlen, strcmp, \
         exit); there is no other C library", file.display(), names.join(", ")
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

/// A module, made from C.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// The binary.
    pub bytes: Vec<u8>,
    /// What clang warned of, in lines for people; empty if of nothing.
    pub warnings: String,
}

/// Compiles a C file to a module.
///
/// # Errors
/// When there is no clang or linker, or clang refuses the file.
pub fn compile(file: &Path, options: &CompileOptions) -> Result<Module, ClangError> {
    let clang = find(options)?;
    let folder = tempfile::tempdir().map_err(ClangError::Temporary)?;
    let compilation = Compilation { clang, folder: folder.path(), file, options };
    std::fs::write(folder.path().join("tvm.h"), TVM_H).map_err(ClangError::Temporary)?;
    let (program, warnings) = compilation.object("program", file)?;
    let mut objects = vec![program];
    if compilation.needs_library(&objects[0])? {
        let source = library::write(folder.path()).map_err(ClangError::Temporary)?;
        objects.push(compilation.object("library", &source)?.0);
    }
    let module = compilation.link(&objects)?;
    Ok(Module { bytes: std::fs::read(module).map_err(ClangError::Temporary)?, warnings })
}

/// One compilation of a C file, in a temporary folder of its own.
struct Compilation<'c> {
    clang: PathBuf,
    folder: &'c Path,
    file: &'c Path,
    options: &'c CompileOptions,
}

impl Compilation<'_> {
    /// Compiles a C file to an object file of this name. Also gives clang's warnings.
    fn object(&self, name: &str, source: &Path) -> Result<(PathBuf, String), ClangError> {
        let object = self.folder.join(name).with_extension("o");
        let mut command = Command::new(&self.clang);
        command.args(self.options.features.flags()).arg("-I").arg(self.folder);
        command.arg("-c").arg("-o").arg(&object).arg(no_option(source));
        let warnings = self.run(command)?;
        Ok((object, warnings))
    }

    /// Does the program use a function that it does not define?
    fn needs_library(&self, object: &Path) -> Result<bool, ClangError> {
        let bytes = std::fs::read(object).map_err(ClangError::Temporary)?;
        object::has_undefined_functions(&bytes)
            .map_err(|error| ClangError::Object { path: self.clang.clone(), error })
    }

    /// Links object files to a module.
    fn link(&self, objects: &[PathBuf]) -> Result<PathBuf, ClangError> {
        // Some linkers write the name of the output into the module, so the name is a fixed one.
        let module = self.folder.join("program.wasm");
        let mut command = Command::new(&self.clang);
        command.args(LINKER_FLAGS).arg(self.options.stack.linker_flag());
        command.arg("-o").arg(&module).args(objects);
        self.run(command)?;
        Ok(module)
    }

    /// Runs clang, and gives what it said without failing.
    fn run(&self, mut command: Command) -> Result<String, ClangError> {
        let cannot_run = |error| ClangError::CannotRun { path: self.clang.clone(), error };
        let Output { status, stderr, .. } = command.output().map_err(cannot_run)?;
        let messages = messages::readable(&stderr, self.folder);
        if status.success() {
            return Ok(messages);
        }
        Err(messages::refusal(&self.clang, self.file, messages))
    }
}

/// The clang to call.
///
/// # Errors
/// When no clang is named and none is on the `PATH`.
pub fn find(options: &CompileOptions) -> Result<PathBuf, ClangError> {
    let named = options.clang.clone().map(PathBuf::into_os_string);
    let from_environment = || env::var_os(ENVIRONMENT_VARIABLE).filter(|value| !value.is_empty());
    match named.or_else(from_environment) {
        Some(clang) => Ok(clang.into()),
        None => search(&env::var_os("PATH").unwrap_or_default()).ok_or(ClangError::Missing),
    }
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
