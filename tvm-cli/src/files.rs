//! Files that commands read and write. `-` as the name of an output is stdout.

use std::fs;
use std::path::Path;

use tvm_host::output_file::{self, Existing, Permissions};

use crate::failure::Failure;

/// Reads a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::Read { path: path.to_path_buf(), error })
}

/// Writes a file; one that exists is replaced.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    Ok(output_file::write(path, bytes, Permissions::Data, Existing::Replace)?)
}

/// Writes a file that may exist or not.
pub(crate) fn write_new(path: &Path, bytes: &[u8], existing: Existing) -> Result<(), Failure> {
    Ok(output_file::write(path, bytes, Permissions::Data, existing)?)
}

/// Writes a folder of files; all of it or nothing. It is written under another name beside its place.
pub(crate) fn write_folder<'files>(
    path: &Path,
    files: impl IntoIterator<Item = (&'files str, &'files [u8])>,
    existing: Existing,
) -> Result<(), Failure> {
    existing.check(path)?;
    let failed = |error| Failure::Folder { path: path.to_path_buf(), error };
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let beside =
        tempfile::Builder::new().prefix(".tvm-").tempdir_in(parent.unwrap_or(".".as_ref()));
    // The text of an error of `tempdir_in` has the other name; its kind has not.
    let temporary = beside.map_err(|error| failed(error.kind().into()))?;
    let complete = temporary.path().join("complete");
    fs::create_dir(&complete).map_err(failed)?;
    for (name, bytes) in files {
        fs::write(complete.join(name), bytes).map_err(failed)?;
    }
    if path.is_dir() {
        fs::rename(path, temporary.path().join("replaced")).map_err(failed)?;
    }
    fs::rename(&complete, path).map_err(failed)
}

/// Writes a file that can be executed.
pub(crate) fn write_executable(
    path: &Path,
    bytes: &[u8],
    existing: Existing,
) -> Result<(), Failure> {
    Ok(output_file::write(path, bytes, Permissions::Executable, existing)?)
}
