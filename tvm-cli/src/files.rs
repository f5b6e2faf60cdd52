//! Files that are complete or not there: written under a temporary name, then renamed.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::Builder;

use crate::failure::Failure;

/// What is done about a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing {
    Replace,
    Refuse,
}

impl Existing {
    /// As `--force` says.
    pub(crate) fn forced(force: bool) -> Existing {
        if force { Existing::Replace } else { Existing::Refuse }
    }

    /// Refuses a name that is taken, before there is work in vain.
    pub(crate) fn check(self, path: &Path) -> Result<(), Failure> {
        if self == Existing::Refuse && fs::symlink_metadata(path).is_ok() {
            return Err(Failure::Exists { path: path.to_path_buf() });
        }
        Ok(())
    }
}

/// Reads a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::File { path: path.to_path_buf(), error })
}

/// Writes a file; one that is there gives way.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    persist(path, bytes, 0o666, Existing::Replace)
}

/// Writes a file that can be executed.
pub(crate) fn write_executable(
    path: &Path,
    bytes: &[u8],
    existing: Existing,
) -> Result<(), Failure> {
    persist(path, bytes, 0o777, existing)
}

fn persist(path: &Path, bytes: &[u8], mode: u32, existing: Existing) -> Result<(), Failure> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::Exists { path: path.to_path_buf() },
        _ => Failure::File { path: path.to_path_buf(), error },
    };
    // A name without a folder has the empty one.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut file = builder(mode).tempfile_in(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    let persisted = match existing {
        Existing::Replace => file.persist(path),
        Existing::Refuse => file.persist_noclobber(path),
    };
    persisted.map(|_| ()).map_err(|error| failed(error.error))
}

/// Temporary files that anyone may read, and execute where that is asked for, as far as the user's
/// mask lets them.
#[cfg(unix)]
fn builder(mode: u32) -> Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt;
    let mut builder = Builder::new();
    builder.prefix(".tvm-").permissions(fs::Permissions::from_mode(mode));
    builder
}

#[cfg(not(unix))]
fn builder(_mode: u32) -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(".tvm-");
    builder
}
