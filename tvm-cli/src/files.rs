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

/// Writes a file that can be executed.
pub(crate) fn write_executable(
    path: &Path,
    bytes: &[u8],
    existing: Existing,
) -> Result<(), Failure> {
    Ok(output_file::write(path, bytes, Permissions::Executable, existing)?)
}
