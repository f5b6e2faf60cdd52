//! Functions about descriptors themselves: attributes, rights, names, numbers.

use crate::Wasi;
use crate::call::Arguments;
use crate::descriptors::Object;
use crate::errno::Errno;
use crate::layout::{FdStat, PRESTAT_BYTES, prestat};
use crate::memory::Memory;
use crate::rights;
use crate::system;

/// Flags of a descriptor:
/// [`fdflags`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fdflags).
pub(super) mod flags {
    pub const APPEND: u16 = 1;
    pub const DSYNC: u16 = 1 << 1;
    pub const NONBLOCK: u16 = 1 << 2;
    pub const RSYNC: u16 = 1 << 3;
    pub const SYNC: u16 = 1 << 4;
    pub const ALL: u16 = APPEND | DSYNC | NONBLOCK | RSYNC | SYNC;
}

impl Wasi {
    pub(crate) fn fd_close(&mut self, _: &mut dyn Memory, a: Arguments<'_>) -> Result<(), Errno> {
        self.descriptors.close(a.u32(0))
    }

    pub(crate) fn fd_renumber(
        &mut self,
        _: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        self.descriptors.renumber(a.u32(0), a.u32(1))
    }

    pub(crate) fn fd_fdstat_get(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        memory.check(a.u32(1), FdStat::BYTES)?;
        let stat = self.descriptors.get(a.u32(0))?.stat;
        Ok(memory.write(a.u32(1), &stat.encode())?)
    }

    /// Files can begin and cease to be appended to, and to wait. Whether writes are synchronised is
    /// decided when a file is opened.
    pub(crate) fn fd_fdstat_set_flags(
        &mut self,
        _: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let wanted = a.flags(1, flags::ALL)?;
        let descriptor = self.descriptors.get_mut(a.u32(0))?;
        descriptor.require(rights::FD_FDSTAT_SET_FLAGS)?;
        let changed = wanted ^ descriptor.stat.flags;
        if changed & !(flags::APPEND | flags::NONBLOCK) != 0 {
            return Err(Errno::NotSupported);
        }
        if changed != 0 {
            let Object::File(file) = &descriptor.object else { return Err(Errno::NotSupported) };
            let (append, nonblock) = (wanted & flags::APPEND != 0, wanted & flags::NONBLOCK != 0);
            system::set_flags(file, append, nonblock)?;
        }
        descriptor.stat.flags = wanted;
        Ok(())
    }

    pub(crate) fn fd_fdstat_set_rights(
        &mut self,
        _: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let (base, inheriting) = (a.u64(1), a.u64(2));
        let stat = &mut self.descriptors.get_mut(a.u32(0))?.stat;
        if !rights::include(stat.base, base) || !rights::include(stat.inheriting, inheriting) {
            return Err(Errno::NotCapable);
        }
        (stat.base, stat.inheriting) = (base, inheriting);
        Ok(())
    }

    pub(crate) fn fd_prestat_get(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        memory.check(a.u32(1), PRESTAT_BYTES)?;
        let length = self.name(a.u32(0))?.len();
        let length = u32::try_from(length).map_err(|_| Errno::Overflow)?;
        Ok(memory.write(a.u32(1), &prestat(length))?)
    }

    pub(crate) fn fd_prestat_dir_name(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        memory.check(a.u32(1), a.u32(2).into())?;
        let name = self.name(a.u32(0))?;
        if name.len() as u64 > a.u64(2) {
            return Err(Errno::NameTooLong);
        }
        Ok(memory.write(a.u32(1), name)?)
    }

    /// The name of a directory that is open from the start. A program looks for these one number after
    /// the other, until one is no such directory.
    fn name(&self, descriptor: u32) -> Result<&[u8], Errno> {
        match &self.descriptors.get(descriptor)?.object {
            Object::Directory(directory) => directory.name.as_deref().ok_or(Errno::BadDescriptor),
            _ => Err(Errno::BadDescriptor),
        }
    }
}
