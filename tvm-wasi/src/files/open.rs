//! Opening.

use std::io;
use std::path::Path;

use cap_fs_ext::{
    FollowSymlinks, OpenOptionsFollowExt, OpenOptionsMaybeDirExt, OpenOptionsSyncExt,
};
use cap_std::fs::{Dir, File, OpenOptions};

use super::descriptor::flags;
use super::path::{Follow, is_directory_path, path};
use crate::Wasi;
use crate::call::Arguments;
use crate::descriptors::Descriptor;
use crate::errno::Errno;
use crate::memory::Memory;
use crate::rights::{self, Rights};
use crate::system;

/// How a path is opened:
/// [`oflags`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#oflags).
mod how {
    pub const CREATE: u16 = 1;
    pub const DIRECTORY: u16 = 1 << 1;
    pub const EXCLUSIVE: u16 = 1 << 2;
    pub const TRUNCATE: u16 = 1 << 3;
    pub const ALL: u16 = CREATE | DIRECTORY | EXCLUSIVE | TRUNCATE;
}

/// Rights for which a file is opened to be written to.
const WRITING: Rights = rights::FD_WRITE | rights::FD_ALLOCATE | rights::FD_FILESTAT_SET_SIZE;

/// How a call opens a path.
struct Opening {
    follow: Follow,
    how: u16,
    base: Rights,
    inheriting: Rights,
    flags: u16,
}

impl Wasi {
    pub(crate) fn path_open(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let result = a.u32(8);
        memory.check(result, 4)?;
        let path = path(memory, a.u32(2), a.u32(3))?;
        let opening = Opening::from_arguments(a)?;
        let directory = self.descriptors.get(a.u32(0))?;
        let dir = &directory.as_directory(opening.needed())?.dir;
        if !rights::include(directory.stat.inheriting, opening.base | opening.inheriting) {
            return Err(Errno::NotCapable);
        }
        let descriptor = opening.open(dir, &path)?;
        let number = self.descriptors.insert(descriptor)?;
        memory.put_u32(result, number)
    }
}

impl Opening {
    /// Bits of rights that there are not are as good as absent: programs ask for all.
    fn from_arguments(a: Arguments<'_>) -> Result<Self, Errno> {
        let opening = Self {
            follow: Follow::from_argument(a, 1)?,
            how: a.flags(4, how::ALL)?,
            base: a.u64(5) & rights::ALL,
            inheriting: a.u64(6) & rights::ALL,
            flags: a.flags(7, flags::ALL)?,
        };
        match opening.is(how::DIRECTORY) && opening.how != how::DIRECTORY {
            true => Err(Errno::Invalid),
            false => Ok(opening),
        }
    }

    fn is(&self, how: u16) -> bool {
        self.how & how != 0
    }

    /// The rights that the directory must have. That a file is synchronised is no power over anything, so
    /// it needs none.
    fn needed(&self) -> Rights {
        let mut needed = rights::PATH_OPEN;
        if self.is(how::CREATE) {
            needed |= rights::PATH_CREATE_FILE;
        }
        if self.is(how::TRUNCATE) {
            needed |= rights::PATH_FILESTAT_SET_SIZE;
        }
        needed
    }

    /// Opens a path. What cannot be done with what it turns out to be is no right of the descriptor.
    fn open(&self, dir: &Dir, path: &Path) -> Result<Descriptor, Errno> {
        let file = self.file(dir, path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            if self.is(how::CREATE) || self.base & rights::FD_WRITE != 0 {
                return Err(Errno::IsDirectory);
            }
            let dir = Dir::from_std_file(file.into_std());
            return Ok(Descriptor::directory(dir, None, self.base, self.inheriting));
        }
        if self.is(how::DIRECTORY) {
            return Err(Errno::NotDirectory);
        }
        // Not left to the opening, which takes this together with appending for a mistake.
        if self.is(how::TRUNCATE) && metadata.is_file() {
            file.set_len(0)?;
        }
        Ok(Descriptor::file(file, self.flags, self.base)?)
    }

    /// Opens a path as the system does. To create a file it must be opened for writing, whatever is then
    /// done with it; one that is there already need not.
    fn file(&self, dir: &Dir, path: &Path) -> io::Result<File> {
        let writes = self.base & WRITING != 0 || self.is(how::TRUNCATE);
        let (creates, exclusive) = (self.is(how::CREATE), self.is(how::EXCLUSIVE));
        if !creates {
            return dir.open_with(path, &self.options(writes));
        }
        if !exclusive && !writes && !is_directory_path(path) {
            match dir.open_with(path, &self.options(false)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                result => return result,
            }
        }
        let mut options = self.options(true);
        options.create(!exclusive).create_new(exclusive).maybe_dir(false);
        dir.open_with(path, &options)
    }

    /// How the system opens it, without creating it.
    fn options(&self, writes: bool) -> OpenOptions {
        let reads = self.base & rights::FD_READ != 0 || !writes;
        let mut options = OpenOptions::new();
        options.read(reads).write(writes).maybe_dir(!writes);
        options.append(writes && self.flags & flags::APPEND != 0);
        options.dsync(self.flags & flags::DSYNC != 0);
        options.nonblock(self.flags & flags::NONBLOCK != 0);
        options.rsync(self.flags & flags::RSYNC != 0);
        options.sync(self.flags & flags::SYNC != 0);
        options.follow(match self.follow {
            Follow::Yes => FollowSymlinks::Yes,
            Follow::No => FollowSymlinks::No,
        });
        if self.is(how::DIRECTORY) {
            options.read(true).write(false).append(false).maybe_dir(true);
            system::only_directory(&mut options);
        }
        options
    }
}
