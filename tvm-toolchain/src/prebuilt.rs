//! Prebuilt modules, so that the programs of this project build without clang: `prebuilt/NAME.wasm` for
//! `NAME.c`. A custom section of each contains the hash of all its inputs. The module is *current* if
//! this hash equals that of the source as it is now; otherwise it is not used.
//!
//! A current module is used even if clang is installed: so a build gives the same model everywhere,
//! with any version of clang.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use wasmparser::{Parser, Payload};

use super::clang::{self, ClangError, CompileOptions, Language, Module, StackSize, TVM_H};

/// The name of the custom section with the hash.
pub const SECTION: &str = "tvm.source";
/// The folder of prebuilt modules, in the folder of the sources.
pub const FOLDER: &str = "prebuilt";

/// SHA-256 of all inputs of a module.
type SourceHash = [u8; 32];

/// Why there is no module for a source, or why a prebuilt module is not current.
#[derive(Debug, thiserror::Error)]
pub enum PrebuiltError {
    /// A file or folder cannot be read or written.
    #[error("`{}`: {error}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The prebuilt module has a C stack of another size, and the source cannot be compiled.
    #[error(
        "`{}` has a C stack of {} bytes; for {wanted} `{}` must be compiled, and it cannot be: {reason}",
        prebuilt.display(), StackSize::default(), source_file.display()
    )]
    OtherStack {
        /// The C file.
        source_file: PathBuf,
        /// The prebuilt module.
        prebuilt: PathBuf,
        /// The size that was asked for.
        wanted: StackSize,
        /// Why it cannot be compiled.
        reason: ClangError,
    },
    /// The source, `tvm.h`, its library or the flags have changed, and the source cannot be compiled.
    #[error(
        "`{}` was edited since `{}` was made from it, and it cannot be compiled anew: {reason}",
        source_file.display(), prebuilt.display()
    )]
    Edited {
        /// The C file.
        source_file: PathBuf,
        /// The prebuilt module.
        prebuilt: PathBuf,
        /// Why it cannot be compiled.
        reason: ClangError,
    },
    /// Compiling failed.
    #[error(transparent)]
    Clang(#[from] ClangError),
    /// The prebuilt module is not current.
    #[error(
        "`{}` does not belong to `{}` as it is now; with clang and lld installed, run \
         TVM_UPDATE=1 cargo test -p tvm-core prebuilt",
        prebuilt.display(), source_file.display()
    )]
    Stale {
        /// The C file.
        source_file: PathBuf,
        /// The prebuilt module.
        prebuilt: PathBuf,
    },
    /// A prebuilt module has no source.
    #[error("`{}` has no source beside the folder; delete it", prebuilt.display())]
    Orphan {
        /// The prebuilt module.
        prebuilt: PathBuf,
    },
}

/// The module of a C file: the prebuilt one if it is current, else the output of clang. A program with
/// further sources or options, or in C++, has no prebuilt module.
///
/// # Errors
/// When the source cannot be read, or has to be compiled and cannot be.
pub fn load(source_file: &Path, options: &CompileOptions) -> Result<Module, PrebuiltError> {
    if !options.further.is_empty() || Language::of(source_file) != Some(Language::C) {
        return Ok(clang::compile(source_file, options)?);
    }
    let hash = source_hash(source_file, options)?;
    let prebuilt = prebuilt_path(source_file);
    if let Ok(bytes) = fs::read(&prebuilt)
        && recorded_hash(&bytes) == Some(hash)
    {
        return Ok(Module { bytes, warnings: String::new() });
    }
    match clang::compile(source_file, options) {
        Ok(module) => Ok(module),
        Err(reason @ (ClangError::Missing | ClangError::CannotRun { .. })) if prebuilt.exists() => {
            Err(not_compiled(source_file.to_owned(), prebuilt, options.stack, reason))
        }
        Err(error) => Err(error.into()),
    }
}

/// Why a prebuilt module cannot be used in place of a source that cannot be compiled.
fn not_compiled(
    source_file: PathBuf,
    prebuilt: PathBuf,
    wanted: StackSize,
    reason: ClangError,
) -> PrebuiltError {
    match belongs(&prebuilt, &source_file) {
        Ok(true) => PrebuiltError::OtherStack { source_file, prebuilt, wanted, reason },
        _ => PrebuiltError::Edited { source_file, prebuilt, reason },
    }
}

/// Checks that every C file of a folder has a current prebuilt module, and that every prebuilt module
/// has a source.
///
/// # Errors
/// The first file for which this is not so.
pub fn check(folder: &Path) -> Result<(), PrebuiltError> {
    for source_file in files(folder, "c")? {
        let prebuilt = prebuilt_path(&source_file);
        if !belongs(&prebuilt, &source_file)? {
            return Err(PrebuiltError::Stale { source_file, prebuilt });
        }
    }
    match orphans(folder)?.into_iter().next() {
        Some(prebuilt) => Err(PrebuiltError::Orphan { prebuilt }),
        None => Ok(()),
    }
}

/// Compiles every C file of a folder whose prebuilt module is not current, and deletes prebuilt modules
/// without a source. Returns the files that were written. Current modules are not changed, whatever
/// version of clang made them. The options must be the default ones, except for which clang is called:
/// modules made with other options would not be current.
///
/// # Errors
/// When a file cannot be compiled or written.
pub fn update(folder: &Path, options: &CompileOptions) -> Result<Vec<PathBuf>, PrebuiltError> {
    let mut written = Vec::new();
    for source_file in files(folder, "c")? {
        let prebuilt = prebuilt_path(&source_file);
        if belongs(&prebuilt, &source_file)? {
            continue;
        }
        let mut module = clang::compile(&source_file, options)?.bytes;
        append_hash(&mut module, &source_hash(&source_file, options)?);
        let parent = prebuilt.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(|error| file_error(parent, error))?;
        fs::write(&prebuilt, module).map_err(|error| file_error(&prebuilt, error))?;
        written.push(prebuilt);
    }
    for orphan in orphans(folder)? {
        fs::remove_file(&orphan).map_err(|error| file_error(&orphan, error))?;
    }
    Ok(written)
}

/// The path of the prebuilt module of a C file.
pub fn prebuilt_path(source_file: &Path) -> PathBuf {
    let name = source_file.file_stem().unwrap_or_default();
    source_file.with_file_name(FOLDER).join(name).with_extension("wasm")
}

fn belongs(prebuilt: &Path, source_file: &Path) -> Result<bool, PrebuiltError> {
    match fs::read(prebuilt) {
        Ok(module) => {
            let hash = source_hash(source_file, &CompileOptions::default())?;
            Ok(recorded_hash(&module) == Some(hash))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(file_error(prebuilt, error)),
    }
}

/// The hash of all inputs of a module: the C file, `tvm.h`, and the flags with the library, each with its
/// length.
fn source_hash(source_file: &Path, options: &CompileOptions) -> Result<SourceHash, PrebuiltError> {
    let source = fs::read(source_file).map_err(|error| file_error(source_file, error))?;
    // clang prefers a header in the folder of the source.
    let header = fs::read(source_file.with_file_name("tvm.h"));
    let header = header.unwrap_or_else(|_| TVM_H.as_bytes().to_vec());
    let mut hash = Sha256::new();
    for part in [&source[..], &header, options.ingredients().as_bytes()] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    Ok(hash.finalize().into())
}

/// The hash in the custom section of a module.
fn recorded_hash(module: &[u8]) -> Option<SourceHash> {
    let mut payloads = Parser::new(0).parse_all(module).map_while(Result::ok);
    payloads.find_map(|payload| match payload {
        Payload::CustomSection(section) if section.name() == SECTION => {
            section.data().try_into().ok()
        }
        _ => None,
    })
}

/// Appends the custom section: id 0, its size, its name's length, its name, the hash. Both sizes
/// are below 128, so each is one byte of LEB128.
fn append_hash(module: &mut Vec<u8>, hash: &SourceHash) {
    const CUSTOM: u8 = 0;
    const NAME_LENGTH: u8 = SECTION.len() as u8;
    const SIZE: u8 = 1 + NAME_LENGTH + size_of::<SourceHash>() as u8;
    module.extend([CUSTOM, SIZE, NAME_LENGTH]);
    module.extend(SECTION.as_bytes());
    module.extend(hash);
}

/// The prebuilt modules without a source.
fn orphans(folder: &Path) -> Result<Vec<PathBuf>, PrebuiltError> {
    let prebuilt = folder.join(FOLDER);
    if !prebuilt.is_dir() {
        return Ok(Vec::new());
    }
    let has_source = |module: &PathBuf| {
        let source = folder.join(module.file_stem().unwrap_or_default()).with_extension("c");
        source.is_file()
    };
    Ok(files(&prebuilt, "wasm")?.into_iter().filter(|module| !has_source(module)).collect())
}

/// The files of a folder with this extension, sorted.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, PrebuiltError> {
    let entries = fs::read_dir(folder).map_err(|error| file_error(folder, error))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| file_error(folder, error))?.path();
        if path.extension() == Some(OsStr::new(extension)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn file_error(path: &Path, error: io::Error) -> PrebuiltError {
    PrebuiltError::File { path: path.to_owned(), error }
}

#[cfg(test)]
mod tests;
