//! Paths: how they are read, and the functions that make, name and remove what they name.

use std::path::{Path, PathBuf};

use cap_fs_ext::DirExt;
use cap_std::fs::Dir;

use crate::Wasi;
use crate::call::Arguments;
use crate::errno::Errno;
use crate::memory::Memory;
use crate::rights::{self, Rights};
use crate::system;

/// The longest path, in bytes. Systems have limits of that order.
const PATH_BYTES: u32 = 4096;

/// Whether a link at the end of a path is followed:
/// [`lookupflags`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#lookupflags).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Follow {
    Yes,
    No,
}

impl Follow {
    /// The flag of a call.
    pub fn from_argument(a: Arguments<'_>, index: usize) -> Result<Self, Errno> {
        match a.u32(index) {
            0 => Ok(Self::No),
            1 => Ok(Self::Yes),
            _ => Err(Errno::Invalid),
        }
    }
}

/// A path in memory. It is for cap-std to say where it may lead.
pub(super) fn path(memory: &dyn Memory, address: u32, length: u32) -> Result<PathBuf, Errno> {
    memory.check(address, length.into())?;
    match length {
        0 => return Err(Errno::NoEntry),
        1..PATH_BYTES => {}
        _ => return Err(Errno::NameTooLong),
    }
    let bytes = memory.bytes(address, length)?;
    match bytes.contains(&0) {
        true => Err(Errno::Invalid),
        false => system::path(&bytes),
    }
}

/// Can a path only be that of a directory?
pub(super) fn is_directory_path(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.ends_with(b"/") || bytes.ends_with(b"/.")
}

/// A path for something new that is no directory.
///
/// # Errors
/// When it ends in slashes: nothing can be made there, whether or not there is something.
fn new_path(dir: &Dir, path: PathBuf) -> Result<PathBuf, Errno> {
    match without_slashes(&path) {
        (path, true) => dir.symlink_metadata(path).map_err(Errno::from).and(Err(Errno::Exists)),
        _ => Ok(path),
    }
}

/// A path without the slashes at its end, and whether there were any: then it can only be a directory.
/// cap-std takes such a path for one that ends in `/.`, by which nothing can be moved or removed.
fn without_slashes(path: &Path) -> (PathBuf, bool) {
    let bytes = system::name_bytes(path.as_os_str());
    let kept = bytes.iter().rposition(|byte| *byte != b'/').map_or(bytes.len(), |last| last + 1);
    match system::path(&bytes[..kept]) {
        Ok(shorter) if kept < bytes.len() => (shorter, true),
        _ => (path.into(), false),
    }
}

impl Wasi {
    /// The directory of a call's first argument, with a right, and the path of the two that follow.
    fn named(
        &self,
        memory: &dyn Memory,
        a: Arguments<'_>,
        right: Rights,
    ) -> Result<(&Dir, PathBuf), Errno> {
        let path = path(memory, a.u32(1), a.u32(2))?;
        let directory = self.descriptors.get(a.u32(0))?.as_directory(right)?;
        Ok((&directory.dir, path))
    }

    pub(crate) fn path_create_directory(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let (dir, path) = self.named(memory, a, rights::PATH_CREATE_DIRECTORY)?;
        Ok(dir.create_dir(path)?)
    }

    pub(crate) fn path_remove_directory(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let (dir, path) = self.named(memory, a, rights::PATH_REMOVE_DIRECTORY)?;
        Ok(dir.remove_dir(without_slashes(&path).0)?)
    }

    pub(crate) fn path_unlink_file(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let (dir, path) = self.named(memory, a, rights::PATH_UNLINK_FILE)?;
        match without_slashes(&path) {
            (path, true) => match dir.symlink_metadata(path)?.is_dir() {
                true => Err(Errno::IsDirectory),
                false => Err(Errno::NotDirectory),
            },
            _ => Ok(dir.remove_file_or_symlink(path)?),
        }
    }

    pub(crate) fn path_rename(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let old = path(memory, a.u32(1), a.u32(2))?;
        let new = path(memory, a.u32(4), a.u32(5))?;
        let (from, to) = (self.descriptors.get(a.u32(0))?, self.descriptors.get(a.u32(3))?);
        let from = from.as_directory(rights::PATH_RENAME_SOURCE)?;
        let to = to.as_directory(rights::PATH_RENAME_TARGET)?;
        let ((old, old_slash), (new, new_slash)) = (without_slashes(&old), without_slashes(&new));
        if (old_slash || new_slash) && !from.dir.symlink_metadata(&old)?.is_dir() {
            return Err(Errno::NotDirectory);
        }
        Ok(from.dir.rename(old, &to.dir, new)?)
    }

    /// A link is made to a symbolic link, never to what that leads to.
    pub(crate) fn path_link(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let old = path(memory, a.u32(2), a.u32(3))?;
        let new = path(memory, a.u32(5), a.u32(6))?;
        if Follow::from_argument(a, 1)? == Follow::Yes {
            return Err(Errno::Invalid);
        }
        let (from, to) = (self.descriptors.get(a.u32(0))?, self.descriptors.get(a.u32(4))?);
        let from = from.as_directory(rights::PATH_LINK_SOURCE)?;
        let to = to.as_directory(rights::PATH_LINK_TARGET)?;
        Ok(from.dir.hard_link(old, &to.dir, new_path(&to.dir, new)?)?)
    }

    /// A link may lead anywhere but from the root, and is then not followed if it leads out.
    pub(crate) fn path_symlink(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let target = path(memory, a.u32(0), a.u32(1))?;
        let link = path(memory, a.u32(3), a.u32(4))?;
        let descriptor = self.descriptors.get(a.u32(2))?;
        let directory = descriptor.as_directory(rights::PATH_SYMLINK)?;
        let link = new_path(&directory.dir, link)?;
        Ok(DirExt::symlink(&directory.dir, target, link)?)
    }

    /// As much of a link's target as there is room for.
    pub(crate) fn path_readlink(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let (buffer, length, result) = (a.u32(3), a.u32(4), a.u32(5));
        memory.check(buffer, length.into())?;
        memory.check(result, 4)?;
        let (dir, path) = self.named(memory, a, rights::PATH_READLINK)?;
        let mut target = system::name_bytes(dir.read_link(path)?.as_os_str());
        target.truncate(length as usize);
        if !target.is_empty() {
            memory.write(buffer, &target)?;
        }
        memory.put_u32(result, target.len() as u32)
    }
}
