//! For build scripts: C programs and instruction sets become models and kernels in OUT_DIR, each with a
//! Rust file that embeds them. What is unchanged since the last build is kept: a model belongs to the
//! build script, which contains the compiler, and to the program's module.
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), tvm_build::BuildError> {
//!     tvm_build::Build::from_environment()?.catalogue("programs".as_ref())
//! }
//! ```
//!
//! ```text
//! // src/main.rs
//! include!(concat!(env!("OUT_DIR"), "/sudoku.rs"));
//!
//! fn main() -> std::process::ExitCode {
//!     tvm_host::executable::main(&PROGRAM)
//! }
//! ```

mod embed;
mod kept;

use std::path::{Path, PathBuf};
use std::{env, fs, io, thread};

use thiserror::Error;
use tvm_core::machine::Machine;
use tvm_core::pipeline::{BuildError as PipelineError, specialised, universal};
use tvm_model::{Model, ModelError};
use tvm_program::wasm::{self, CompileError};
use tvm_runtime::engine::KernelData;
use tvm_runtime::plan::Plan;
use tvm_toolchain::catalogue::{self, CatalogueEntry, CatalogueError};
use tvm_toolchain::clang::{
    CompileOptions, ENVIRONMENT_VARIABLE, Module, SDK_VARIABLE, SYSROOT_VARIABLE,
};
use tvm_toolchain::prebuilt::{self, PrebuiltError};

use embed::KernelFiles;
use kept::Kept;

/// Why a model cannot be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// It is not a build script that runs.
    #[error("OUT_DIR is not set: this is for build scripts")]
    NoBuildScript,
    /// A file cannot be read or written.
    #[error("`{}`: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The list of programs cannot be read.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// There is no module for a C file.
    #[error(transparent)]
    C(Box<PrebuiltError>),
    /// The module cannot become a program.
    #[error("`{}`: {error}", path.display())]
    Wasm {
        /// The C file.
        path: PathBuf,
        /// What is wrong.
        error: Box<CompileError>,
    },
    /// The program or the instruction set cannot become a model.
    #[error(transparent)]
    Model(#[from] PipelineError),
    /// A model that was just written cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ModelError),
}

impl From<PrebuiltError> for BuildError {
    fn from(error: PrebuiltError) -> BuildError {
        BuildError::C(Box::new(error))
    }
}

/// A build script's folder and what its products belong to.
pub struct Build {
    folder: PathBuf,
    script: Vec<u8>,
}

impl Build {
    /// The build script that runs.
    ///
    /// # Errors
    /// When it is none, or its own executable cannot be read.
    pub fn from_environment() -> Result<Build, BuildError> {
        let folder = env::var_os("OUT_DIR").ok_or(BuildError::NoBuildScript)?;
        let in_script = |error| BuildError::File { path: "the build script".into(), error };
        let script = env::current_exe().and_then(fs::read).map_err(in_script)?;
        Ok(Build { folder: folder.into(), script })
    }

    /// The universal model of a machine: `NAME.rs` has `MODEL` and `KERNEL`.
    ///
    /// # Errors
    /// [`BuildError`] when it cannot be scheduled or written.
    pub fn universal(&self, machine: &Machine) -> Result<(), BuildError> {
        let name = machine.name();
        let model = self.path(name, "tvm");
        let made = || Ok([universal(machine)?.model.to_bytes()]);
        Kept { sources: &[&self.script] }.keep_or_make([&model], made)?;
        let kernel = self.kernel(name, &model)?;
        write(&self.path(name, "rs"), embed::universal(name, &model, &kernel))
    }

    /// Every program of a folder with a catalogue: `NAME.rs` has `PROGRAM`, the model with its kernel,
    /// for the main function of an executable.
    ///
    /// # Errors
    /// [`BuildError`] when one of them cannot be compiled, scheduled or written.
    pub fn catalogue(&self, folder: &Path) -> Result<(), BuildError> {
        println!("cargo::rerun-if-changed={}", folder.display());
        for variable in [ENVIRONMENT_VARIABLE, SDK_VARIABLE, SYSROOT_VARIABLE] {
            println!("cargo::rerun-if-env-changed={variable}");
        }
        println!("cargo::rerun-if-env-changed=PATH");
        let entries = catalogue::read(folder)?;
        let workers = thread::available_parallelism().map_or(1, usize::from);
        for group in entries.chunks(workers) {
            thread::scope(|scope| {
                let made: Vec<_> =
                    group.iter().map(|entry| scope.spawn(|| self.program(entry))).collect();
                let joined = made.into_iter().map(|one| one.join().expect("no thread panics"));
                joined.collect::<Result<(), BuildError>>()
            })?;
        }
        Ok(())
    }

    /// One program of a catalogue.
    ///
    /// # Errors
    /// [`BuildError`] when it cannot be compiled, scheduled or written.
    pub fn program(&self, entry: &CatalogueEntry) -> Result<(), BuildError> {
        let Module { bytes: module, warnings } =
            prebuilt::load(&entry.source, &CompileOptions::default())?;
        for line in warnings.lines() {
            println!("cargo::warning={line}");
        }
        let model = self.path(&entry.name, "tvm");
        Kept { sources: &[&self.script, &module] }.keep_or_make([&model], || {
            let machine = Machine::full();
            let in_file =
                |error| BuildError::Wasm { path: entry.source.clone(), error: Box::new(error) };
            let program = wasm::compile(&module, &machine.instruction_set()).map_err(in_file)?;
            Ok([specialised(&machine, &program, &entry.name)?.model.to_bytes()])
        })?;
        let kernel = self.kernel(&entry.name, &model)?;
        write(&self.path(&entry.name, "rs"), embed::program(entry, &model, &kernel))
    }

    /// The files with the code for a model and what the code reads.
    fn kernel(&self, name: &str, model: &Path) -> Result<KernelFiles, BuildError> {
        let bytes = fs::read(model).map_err(|error| file(model, error))?;
        let [code, data] = ["kernel.rs", "kernel.data"].map(|extension| self.path(name, extension));
        Kept { sources: &[&self.script, &bytes] }.keep_or_make([&code, &data], || {
            let plan = Plan::new(&Model::from_bytes(&bytes)?.weights);
            Ok([tvm_codegen::source(&plan).into_bytes(), KernelData::of(&plan).to_bytes()])
        })?;
        Ok(KernelFiles { code, data })
    }

    fn path(&self, name: &str, extension: &str) -> PathBuf {
        self.folder.join(format!("{name}.{extension}"))
    }
}

fn file(path: &Path, error: io::Error) -> BuildError {
    BuildError::File { path: path.to_path_buf(), error }
}

fn write(path: &Path, source: proc_macro2::TokenStream) -> Result<(), BuildError> {
    fs::write(path, source.to_string()).map_err(|error| file(path, error))
}
