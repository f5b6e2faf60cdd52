//! Where a file is read and written next, how long it is, and when it is on the disk.

use std::io::{Seek, SeekFrom, Write};

use crate::Wasi;
use crate::call::Arguments;
use crate::descriptors::Object;
use crate::errno::Errno;
use crate::memory::Memory;
use crate::rights::{self, Rights};
use crate::system;

/// How many kinds of
/// [`advice`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#advice) there are.
const ADVICES: u32 = 6;

/// From where a distance counts:
/// [`whence`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#whence).
mod whence {
    pub const SET: u32 = 0;
    pub const CURRENT: u32 = 1;
    pub const END: u32 = 2;
}

impl Wasi {
    /// A distance of nothing from where the file is asks for its place only.
    pub(crate) fn fd_seek(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        memory.check(a.u32(3), 8)?;
        let distance = a.u64(1).cast_signed();
        let target = match a.u32(2) {
            whence::SET => SeekFrom::Start(distance.try_into().map_err(|_| Errno::Invalid)?),
            whence::CURRENT => SeekFrom::Current(distance),
            whence::END => SeekFrom::End(distance),
            _ => return Err(Errno::Invalid),
        };
        let place = match target {
            SeekFrom::Current(0) => self.place(a.u32(0))?,
            _ => self.descriptors.get(a.u32(0))?.as_seekable(rights::FD_SEEK)?.seek(target)?,
        };
        memory.put_u64(a.u32(3), place)
    }

    pub(crate) fn fd_tell(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        memory.check(a.u32(1), 8)?;
        let place = self.place(a.u32(0))?;
        memory.put_u64(a.u32(1), place)
    }

    /// Where a file is. The right to move includes the right to ask.
    fn place(&self, descriptor: u32) -> Result<u64, Errno> {
        let descriptor = self.descriptors.get(descriptor)?;
        let mut file = descriptor.as_seekable(0)?;
        if descriptor.stat.base & (rights::FD_TELL | rights::FD_SEEK) == 0 {
            return Err(Errno::NotCapable);
        }
        Ok(file.stream_position()?)
    }

    pub(crate) fn fd_advise(&mut self, _: &mut dyn Memory, a: Arguments<'_>) -> Result<(), Errno> {
        let (offset, length, advice) = (a.u64(1), a.u64(2), a.u32(3));
        part(offset, length)?;
        if advice >= ADVICES {
            return Err(Errno::Invalid);
        }
        let file = self.descriptors.get(a.u32(0))?.as_seekable(rights::FD_ADVISE)?;
        Ok(system::advise(file, offset, length, advice)?)
    }

    pub(crate) fn fd_allocate(
        &mut self,
        _: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let (offset, length) = (a.u64(1), a.u64(2));
        part(offset, length)?;
        if length == 0 {
            return Err(Errno::Invalid);
        }
        let file = self.descriptors.get(a.u32(0))?.as_seekable(rights::FD_ALLOCATE)?;
        Ok(system::allocate(file, offset, length)?)
    }

    pub(crate) fn fd_filestat_set_size(
        &mut self,
        _: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let size = i64::try_from(a.u64(1)).map_err(|_| Errno::Invalid)?.cast_unsigned();
        let file = self.descriptors.get(a.u32(0))?.as_seekable(rights::FD_FILESTAT_SET_SIZE)?;
        Ok(file.set_len(size)?)
    }

    pub(crate) fn fd_datasync(
        &mut self,
        _: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        self.synchronise(a.u32(0), rights::FD_DATASYNC, true)
    }

    pub(crate) fn fd_sync(&mut self, _: &mut dyn Memory, a: Arguments<'_>) -> Result<(), Errno> {
        self.synchronise(a.u32(0), rights::FD_SYNC, false)
    }

    /// Waits until what was written is on the disk. A stream of the host passes on what it holds.
    fn synchronise(&mut self, number: u32, right: Rights, data: bool) -> Result<(), Errno> {
        let descriptor = self.descriptors.get_mut(number)?;
        descriptor.require(right)?;
        match &mut descriptor.object {
            Object::File(file) if data => file.sync_data()?,
            Object::File(file) => file.sync_all()?,
            Object::Directory(directory) => {
                directory.dir.try_clone()?.into_std_file().sync_all()?
            }
            Object::Output(stream) => stream.flush()?,
            Object::Input(_) => {}
        }
        Ok(())
    }
}

/// Checks that a part of a file ends where a file can.
fn part(offset: u64, length: u64) -> Result<(), Errno> {
    let end = offset.checked_add(length).ok_or(Errno::Invalid)?;
    i64::try_from(end).map(drop).map_err(|_| Errno::Invalid)
}
