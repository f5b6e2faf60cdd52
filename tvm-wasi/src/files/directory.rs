//! Reading directories. The entries are those that were there when the program began to read, in the
//! order of their names: so a cookie, which is a place in that list, stays good while files come and go,
//! and a run does not depend on how the system keeps a directory.

use std::io;

use cap_fs_ext::MetadataExt;
use cap_std::fs::Dir;

use super::metadata::file_type;
use crate::Wasi;
use crate::call::Arguments;
use crate::descriptors::Object;
use crate::errno::Errno;
use crate::layout::{DirectoryEntry, FileType};
use crate::memory::{Memory, behind};
use crate::rights;
use crate::system;

/// The entries of a directory at a time.
pub(crate) struct Listing(Vec<Entry>);

struct Entry {
    name: Vec<u8>,
    inode: u64,
    file_type: FileType,
}

impl Wasi {
    /// The last entry may be cut off; the program then asks for it again.
    pub(crate) fn fd_readdir(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let (buffer, length, cookie, result) = (a.u32(1), a.u32(2), a.u64(3), a.u32(4));
        memory.check(buffer, length.into())?;
        memory.check(result, 4)?;
        let descriptor = self.descriptors.get_mut(a.u32(0))?;
        descriptor.as_directory(rights::FD_READDIR)?;
        let Object::Directory(directory) = &mut descriptor.object else {
            return Err(Errno::NotDirectory);
        };
        let listing = match directory.listing.take() {
            Some(listing) if cookie != 0 => listing,
            _ => Listing::new(&directory.dir)?,
        };
        let used = directory.listing.insert(listing).write(memory, buffer, length, cookie)?;
        memory.put_u32(result, used)
    }
}

impl Listing {
    /// The entries that a directory has now, after itself and the one that it is in. The number of the
    /// latter is not told, since that may be outside of what the program can reach.
    fn new(dir: &Dir) -> io::Result<Self> {
        let itself = dir.dir_metadata()?.ino();
        let dots = [".", ".."].map(|name| Entry {
            name: name.into(),
            inode: itself,
            file_type: FileType::Directory,
        });
        let mut entries = Vec::new();
        for entry in dir.entries()? {
            let entry = entry?;
            entries.push(Entry {
                name: system::name_bytes(&entry.file_name()),
                inode: system::inode(&entry),
                file_type: entry.file_type().map_or(FileType::Unknown, file_type),
            });
        }
        entries.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        Ok(Self(dots.into_iter().chain(entries).collect()))
    }

    /// Writes entries from a place on, as many as fit, and the beginning of the next. Returns the bytes
    /// written: fewer than there is room for when there is no entry left.
    fn write(
        &self,
        memory: &mut dyn Memory,
        buffer: u32,
        length: u32,
        cookie: u64,
    ) -> Result<u32, Errno> {
        let mut used = 0;
        let first = usize::try_from(cookie).unwrap_or(usize::MAX);
        for (index, entry) in self.0.iter().enumerate().skip(first) {
            let head = DirectoryEntry {
                next: index as u64 + 1,
                inode: entry.inode,
                name_length: u32::try_from(entry.name.len()).map_err(|_| Errno::Overflow)?,
                file_type: entry.file_type,
            };
            for bytes in [head.encode().as_slice(), &entry.name] {
                let room = (length - used) as usize;
                let bytes = &bytes[..bytes.len().min(room)];
                if bytes.is_empty() {
                    return Ok(used);
                }
                memory.write(behind(buffer, used as usize)?, bytes)?;
                used += bytes.len() as u32;
            }
        }
        Ok(used)
    }
}
