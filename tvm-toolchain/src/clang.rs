//! From C to WebAssembly by clang: which one is called, with which flags, and what its failures
//! mean. `tvm.h` is part of this crate, so a program anywhere can include it.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tvm_program::InstructionSet;

/// The header that programs include: input, output and the few library functions they may need.
pub const TVM_H: &str = include_str!("../../programs/tvm.h");

/// The flags of a compilation to the features of the MVP; the files follow. No library, and nothing
/// of the host: the same clang gives the same module everywhere. The prebuilt modules are made
/// with these.
pub const FLAGS: [&str; 19] = [
    "--target=wasm32-unknown-unknown",
    "-mcpu=mvp",
    "-std=c11",
    "-O2",
    "-ffreestanding",
    "-nostdlib",
    "-Wall",
    "-mllvm",
    "-combiner-store-merging=false",
    "-Wl,--no-entry",
    "-Wl,--export-if-defined=compute",
    "-Wl,--export-if-defined=main",
    "-Wl,--export-if-defined=__main_void",
    "-Wl,--export-if-defined=__original_main",
    "-Wl,--export=__heap_base",
    "-Wl,-z,stack-size=65536",
    "-Wl,--fatal-warnings",
    "-Wl,--strip-debug",
    "-fno-ident",
];

/// Those of the flags that keep a program within the MVP and to 32-bit integers as far as it is.
const MINIMAL_FLAGS: [&str; 3] = ["-mcpu=mvp", "-mllvm", "-combiner-store-merging=false"];

/// The names a clang is looked for under.
const NAMES: [&str; 7] =
    ["clang", "clang-19", "clang-18", "clang-17", "clang-16", "clang-15", "clang-14"];

/// The environment variable that names a clang.
pub const ENVIRONMENT_VARIABLE: &str = "CLANG";

/// How C is compiled.
#[derive(Debug, Clone, Default)]
pub struct CompileOptions {
    /// The clang to call. Without one, the environment variable `CLANG` names it, else the `PATH`
    /// is searched.
    pub clang: Option<PathBuf>,
    /// What of WebAssembly clang may use.
    pub features: Features,
}

/// What of WebAssembly clang may use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Features {
    /// The MVP, for a module that runs in every instruction set if it can; so the prebuilt modules
    /// are made.
    #[default]
    Minimal,
    /// Whatever this clang uses by default.
    OfClang,
}

impl Features {
    /// What suits an instruction set: one with 64-bit integers has all that clang uses.
    pub fn of(set: &InstructionSet) -> Self {
        match set.by_name("i64.add") {
            Some(_) => Features::OfClang,
            None => Features::Minimal,
        }
    }

    fn flags(self) -> impl Iterator<Item = &'static str> {
        let minimal = self == Features::Minimal;
        FLAGS.into_iter().filter(move |flag| minimal || !MINIMAL_FLAGS.contains(flag))
    }
}

/// Why there is no module.
#[derive(Debug, thiserror::Error)]
pub enum ClangError {
    /// No clang anywhere.
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
    /// clang refused the program.
    #[error("clang cannot compile `{}`:\n{messages}", file.display())]
    Refused {
        /// The C file.
        file: PathBuf,
        /// What clang wrote.
        messages: String,
    },
    /// The temporary directory could not be used.
    #[error("cannot use a temporary directory: {0}")]
    Temporary(#[source] io::Error),
}

/// Compiles a C file to a module.
///
/// # Errors
/// When there is no clang or linker, or clang refuses the file.
pub fn compile(file: &Path, options: &CompileOptions) -> Result<Vec<u8>, ClangError> {
    let clang = find(options)?;
    let directory = tempfile::tempdir().map_err(ClangError::Temporary)?;
    let header = directory.path().join("tvm.h");
    std::fs::write(header, TVM_H).map_err(ClangError::Temporary)?;
    // Some clangs put the output's name into the module, so it is always the same.
    let module = directory.path().join("program.wasm");
    let output = run(&clang, options.features, file, directory.path(), &module)?;
    if !output.status.success() {
        return Err(refusal(clang, file, &output));
    }
    std::fs::read(module).map_err(ClangError::Temporary)
}

/// The clang to call.
///
/// # Errors
/// When none is named and none is on the `PATH`.
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

fn run(
    clang: &Path,
    features: Features,
    file: &Path,
    include: &Path,
    module: &Path,
) -> Result<Output, ClangError> {
    Command::new(clang)
        .args(features.flags())
        .arg("-I")
        .arg(include)
        .arg("-o")
        .arg(module)
        .arg(no_option(file))
        .output()
        .map_err(|error| ClangError::CannotRun { path: clang.to_owned(), error })
}

/// The file under a name that is no option of clang.
fn no_option(file: &Path) -> PathBuf {
    let begins_with_hyphen = file.as_os_str().as_encoded_bytes().starts_with(b"-");
    if begins_with_hyphen { Path::new(".").join(file) } else { file.to_owned() }
}

/// Why clang failed. Of a missing linker it says so in several ways, all naming `wasm-ld`.
fn refusal(clang: PathBuf, file: &Path, output: &Output) -> ClangError {
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    let not_run =
        ["doesn't exist", "unable to execute", "posix_spawn failed", "invalid linker name"];
    let linker_missing = messages
        .lines()
        .any(|line| line.contains("wasm-ld") && not_run.iter().any(|text| line.contains(text)));
    if linker_missing {
        ClangError::LinkerMissing { path: clang }
    } else {
        ClangError::Refused { file: file.to_owned(), messages }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clang_that_is_not_there_is_named() {
        let clang = Some("/no/such/clang".into());
        let options = CompileOptions { clang, ..CompileOptions::default() };
        let message = compile(Path::new("x.c"), &options).unwrap_err().to_string();
        assert!(
            message.contains("`/no/such/clang`") && message.contains("install clang"),
            "{message}"
        );
    }

    #[test]
    fn a_file_is_no_option() {
        assert_eq!(no_option(Path::new("-c.c")), Path::new("./-c.c"));
        assert_eq!(no_option(Path::new("a/-c.c")), Path::new("a/-c.c"));
    }

    #[test]
    fn the_path_is_searched_for_every_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().as_os_str().to_owned();
        assert_eq!(search(&path), None);
        let clang = directory.path().join(format!("clang-16{}", env::consts::EXE_SUFFIX));
        std::fs::write(&clang, "").unwrap();
        assert_eq!(search(&path), Some(clang));
    }

    #[test]
    fn an_error_of_the_c_program_is_shown() {
        let options = CompileOptions::default();
        if find(&options).is_err() {
            eprintln!("left out: there is no clang here");
            return;
        }
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("wrong.c");
        std::fs::write(&file, "#include <tvm.h>\nint main(void) { return missing; }\n").unwrap();
        let message = compile(&file, &options).unwrap_err().to_string();
        assert!(message.contains("wrong.c:2:") && message.contains("missing"), "{message}");
    }
}
