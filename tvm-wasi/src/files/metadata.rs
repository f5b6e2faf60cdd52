//! Attributes of files: what they are, how large, and when they were used.

use std::fs::FileTimes;
use std::time::{Duration, SystemTime};

use cap_fs_ext::{DirExt, FileTypeExt, MetadataExt, SystemTimeSpec};
use cap_std::fs::Metadata;
use cap_std::time::SystemTime as CapSystemTime;

use super::path::{Follow, is_directory_path, path};
use crate::Wasi;
use crate::call::Arguments;
use crate::clocks::{ClockId, nanoseconds};
use crate::descriptors::Object;
use crate::errno::Errno;
use crate::layout::{FileStat, FileType};
use crate::memory::Memory;
use crate::rights;
use crate::system;

/// Which times are set, and to what:
/// [`fstflags`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fstflags).
mod times {
    pub const ACCESSED: u16 = 1;
    pub const ACCESSED_NOW: u16 = 1 << 1;
    pub const MODIFIED: u16 = 1 << 2;
    pub const MODIFIED_NOW: u16 = 1 << 3;
    pub const ALL: u16 = ACCESSED | ACCESSED_NOW | MODIFIED | MODIFIED_NOW;
}

impl Wasi {
    pub(crate) fn fd_filestat_get(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        memory.check(a.u32(1), FileStat::BYTES)?;
        let descriptor = self.descriptors.get(a.u32(0))?;
        descriptor.require(rights::FD_FILESTAT_GET)?;
        let stat = match &descriptor.object {
            Object::File(file) => file_stat(&file.metadata()?),
            Object::Directory(directory) => file_stat(&directory.dir.dir_metadata()?),
            Object::Input(_) | Object::Output(_) => FileStat::of_type(descriptor.stat.file_type),
        };
        Ok(memory.write(a.u32(1), &stat.encode())?)
    }

    pub(crate) fn path_filestat_get(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        memory.check(a.u32(4), FileStat::BYTES)?;
        let path = path(memory, a.u32(2), a.u32(3))?;
        let follow = Follow::from_argument(a, 1)?;
        let descriptor = self.descriptors.get(a.u32(0))?;
        let dir = &descriptor.as_directory(rights::PATH_FILESTAT_GET)?.dir;
        let metadata = if follow == Follow::Yes || is_directory_path(&path) {
            dir.metadata(path)?
        } else {
            dir.symlink_metadata(path)?
        };
        Ok(memory.write(a.u32(4), &file_stat(&metadata).encode())?)
    }

    pub(crate) fn fd_filestat_set_times(
        &mut self,
        _: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let [accessed, modified] = self.times(a, 1)?;
        let descriptor = self.descriptors.get(a.u32(0))?;
        descriptor.require(rights::FD_FILESTAT_SET_TIMES)?;
        let file = match &descriptor.object {
            Object::File(file) => file.try_clone()?.into_std(),
            Object::Directory(directory) => directory.dir.try_clone()?.into_std_file(),
            Object::Input(_) | Object::Output(_) => return Err(Errno::NotSupported),
        };
        let mut times = FileTimes::new();
        if let Some(time) = accessed {
            times = times.set_accessed(time);
        }
        if let Some(time) = modified {
            times = times.set_modified(time);
        }
        Ok(file.set_times(times)?)
    }

    /// Opens nothing that a path names, but for the file or directory that a link leads to: to open a pipe
    /// would be to wait.
    pub(crate) fn path_filestat_set_times(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let path = path(memory, a.u32(2), a.u32(3))?;
        let follow = Follow::from_argument(a, 1)?;
        let [accessed, modified] = self
            .times(a, 4)?
            .map(|time| time.map(|time| SystemTimeSpec::Absolute(CapSystemTime::from_std(time))));
        let descriptor = self.descriptors.get(a.u32(0))?;
        let dir = &descriptor.as_directory(rights::PATH_FILESTAT_SET_TIMES)?.dir;
        let leads_on = is_directory_path(&path)
            || follow == Follow::Yes && dir.symlink_metadata(&path)?.is_symlink();
        if !leads_on {
            return Ok(dir.set_symlink_times(path, accessed, modified)?);
        }
        match file_type(dir.metadata(&path)?.file_type()) {
            FileType::RegularFile | FileType::Directory => {
                Ok(dir.set_times(path, accessed, modified)?)
            }
            _ => Err(Errno::NotSupported),
        }
    }

    /// The times of access and of change that a call asks for: two arguments and, behind them, flags.
    fn times(&mut self, a: Arguments<'_>, first: usize) -> Result<[Option<SystemTime>; 2], Errno> {
        let flags = a.flags(first + 2, times::ALL)?;
        let now = self.clock.time(ClockId::Realtime).ok_or(Errno::Invalid)?;
        let time = |set: u16, set_now: u16, given: u64| match (flags & set, flags & set_now) {
            (0, 0) => Ok(None),
            (0, _) => Ok(Some(system_time(now))),
            (_, 0) => Ok(Some(system_time(given))),
            _ => Err(Errno::Invalid),
        };
        let accessed = time(times::ACCESSED, times::ACCESSED_NOW, a.u64(first))?;
        let modified = time(times::MODIFIED, times::MODIFIED_NOW, a.u64(first + 1))?;
        Ok([accessed, modified])
    }
}

/// The time so many nanoseconds after the beginning of 1970.
fn system_time(nanoseconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_nanos(nanoseconds)
}

/// Attributes as the program sees them. A time that the system does not know is 0.
fn file_stat(metadata: &Metadata) -> FileStat {
    let since_1970 =
        |time: std::io::Result<CapSystemTime>| time.map_or(0, |time| nanoseconds(time.into_std()));
    FileStat {
        device: metadata.dev(),
        inode: metadata.ino(),
        file_type: file_type(metadata.file_type()),
        links: metadata.nlink(),
        size: metadata.len(),
        accessed: since_1970(metadata.accessed()),
        modified: since_1970(metadata.modified()),
        changed: system::changed(metadata),
    }
}

/// What a file is. A pipe has no type of its own.
pub(crate) fn file_type(file_type: cap_std::fs::FileType) -> FileType {
    if file_type.is_file() {
        FileType::RegularFile
    } else if file_type.is_dir() {
        FileType::Directory
    } else if file_type.is_symlink() {
        FileType::SymbolicLink
    } else if file_type.is_char_device() {
        FileType::CharacterDevice
    } else if file_type.is_block_device() {
        FileType::BlockDevice
    } else if file_type.is_socket() {
        FileType::SocketStream
    } else {
        FileType::Unknown
    }
}
