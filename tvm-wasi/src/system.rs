//! What operating systems do differently. On Unix all of it is there. Elsewhere files are read and
//! written at a place by moving to it and back, nothing is waited for, and what cannot be done says so.

use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use cap_std::fs::{DirEntry, File, Metadata};

use crate::errno::Errno;

#[cfg(not(unix))]
pub(crate) use portable::*;
#[cfg(unix)]
pub(crate) use unix::*;

/// What is to become ready: to be read, or to be written to.
#[cfg_attr(not(unix), expect(dead_code, reason = "elsewhere nothing is waited for"))]
pub(crate) struct Awaited<'a> {
    pub file: &'a File,
    pub write: bool,
}

/// Whether it is, and whether the other end is gone.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Readiness {
    pub ready: bool,
    pub hangup: bool,
}

/// The bytes of a name as the program sees them.
pub(crate) fn name_bytes(name: &OsStr) -> Vec<u8> {
    name.as_encoded_bytes().to_vec()
}

#[cfg(unix)]
mod unix {
    use std::num::NonZero;
    use std::os::fd::{AsFd, OwnedFd};
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::DirEntryExt;

    use cap_std::fs::{FileExt, MetadataExt, OpenOptions, OpenOptionsExt};
    use rustix::event::{PollFd, PollFlags};
    use rustix::fs::OFlags;
    use rustix::time::{ClockId, Timespec};

    use super::*;

    /// A path of the program's bytes, whatever their encoding.
    pub(crate) fn path(bytes: &[u8]) -> Result<PathBuf, Errno> {
        Ok(OsStr::from_bytes(bytes).into())
    }

    /// Reads at a place of a file and leaves its offset.
    pub(crate) fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        file.read_at(bytes, offset)
    }

    /// Writes at a place of a file and leaves its offset.
    pub(crate) fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
        file.write_at(bytes, offset)
    }

    /// Lets an opening fail, and not wait, where there is no directory.
    pub(crate) fn only_directory(options: &mut OpenOptions) {
        options.custom_flags(OFlags::DIRECTORY.bits() as i32);
    }

    /// Sets whether a file is appended to and whether it waits.
    pub(crate) fn set_flags(file: &File, append: bool, nonblock: bool) -> io::Result<()> {
        let mut flags = rustix::fs::fcntl_getfl(file)?;
        flags.set(OFlags::APPEND, append);
        flags.set(OFlags::NONBLOCK, nonblock);
        Ok(rustix::fs::fcntl_setfl(file, flags)?)
    }

    /// Tells the system how a part of a file will be used. The numbers are those of
    /// [`advice`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#advice).
    pub(crate) fn advise(file: &File, offset: u64, length: u64, advice: u32) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::Advice;
            let advice = match advice {
                1 => Advice::Sequential,
                2 => Advice::Random,
                3 => Advice::WillNeed,
                4 => Advice::DontNeed,
                5 => Advice::NoReuse,
                _ => Advice::Normal,
            };
            rustix::fs::fadvise(file, offset, NonZero::new(length), advice)?;
        }
        #[cfg(not(target_os = "linux"))]
        let _ = (file, offset, NonZero::new(length), advice);
        Ok(())
    }

    /// Gives a file room up to the end of a part of it.
    #[cfg(target_os = "linux")]
    pub(crate) fn allocate(file: &File, offset: u64, length: u64) -> io::Result<()> {
        let flags = rustix::fs::FallocateFlags::empty();
        Ok(rustix::fs::fallocate(file, flags, offset, length)?)
    }

    /// Gives a file room up to the end of a part of it.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn allocate(_: &File, _: u64, _: u64) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Bytes that can be read of what is no regular file; 0 where the system does not say.
    pub(crate) fn readable_bytes(file: &File) -> u64 {
        rustix::io::ioctl_fionread(file).unwrap_or(0)
    }

    /// Waits until one of them is ready or the time is over. Without any this is a sleep, which a signal ends.
    pub(crate) fn wait(
        awaited: &[Awaited<'_>],
        timeout: Option<Duration>,
    ) -> io::Result<Vec<Readiness>> {
        let mut polled: Vec<_> = awaited
            .iter()
            .map(|Awaited { file, write }| {
                PollFd::new(file, if *write { PollFlags::OUT } else { PollFlags::IN })
            })
            .collect();
        // What does not fit is longer than anybody waits.
        let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
        rustix::event::poll(&mut polled, timeout.as_ref())?;
        Ok(polled
            .iter()
            .map(|polled| {
                let found = polled.revents();
                let gone = PollFlags::HUP | PollFlags::ERR;
                Readiness { ready: !found.is_empty(), hangup: found.intersects(gone) }
            })
            .collect())
    }

    /// The time and the resolution of the clock of the host's process.
    pub(crate) fn process_clock() -> Option<(Duration, Duration)> {
        clock(ClockId::ProcessCPUTime)
    }

    /// The time and the resolution of the clock of the host's thread.
    pub(crate) fn thread_clock() -> Option<(Duration, Duration)> {
        clock(ClockId::ThreadCPUTime)
    }

    fn clock(id: ClockId) -> Option<(Duration, Duration)> {
        let duration = |time: Timespec| Duration::try_from(time).ok();
        let (time, resolution) = (rustix::time::clock_gettime(id), rustix::time::clock_getres(id));
        Some((duration(time)?, duration(resolution)?))
    }

    /// The inode of an entry.
    pub(crate) fn inode(entry: &DirEntry) -> u64 {
        entry.ino()
    }

    /// When a file's attributes last changed, in nanoseconds.
    pub(crate) fn changed(metadata: &Metadata) -> u64 {
        let seconds = u64::try_from(metadata.ctime()).unwrap_or(0);
        let nanoseconds = u64::try_from(metadata.ctime_nsec()).unwrap_or(0);
        seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds)
    }

    /// The standard streams of this process, as files of their own.
    pub(crate) fn standard_streams() -> io::Result<[File; 3]> {
        let file = |owned: OwnedFd| File::from_std(owned.into());
        Ok([
            file(io::stdin().as_fd().try_clone_to_owned()?),
            file(io::stdout().as_fd().try_clone_to_owned()?),
            file(io::stderr().as_fd().try_clone_to_owned()?),
        ])
    }
}

#[cfg(not(unix))]
mod portable {
    use std::io::{Read, Seek, SeekFrom, Write};

    use cap_std::fs::OpenOptions;

    use super::*;

    /// A path of the program's bytes, which must be UTF-8.
    pub(crate) fn path(bytes: &[u8]) -> Result<PathBuf, Errno> {
        Ok(str::from_utf8(bytes).map_err(|_| Errno::IllegalSequence)?.into())
    }

    /// Reads at a place of a file and leaves its offset.
    pub(crate) fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        at(file, offset, |mut file| file.read(bytes))
    }

    /// Writes at a place of a file and leaves its offset.
    pub(crate) fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
        at(file, offset, |mut file| file.write(bytes))
    }

    fn at(
        mut file: &File,
        offset: u64,
        act: impl FnOnce(&File) -> io::Result<usize>,
    ) -> io::Result<usize> {
        let before = file.stream_position()?;
        file.seek(SeekFrom::Start(offset))?;
        let result = act(file);
        file.seek(SeekFrom::Start(before))?;
        result
    }

    /// What is no directory is opened and then refused.
    pub(crate) fn only_directory(_: &mut OpenOptions) {}

    /// Sets whether a file is appended to and whether it waits.
    pub(crate) fn set_flags(_: &File, _: bool, _: bool) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Advice may be ignored.
    pub(crate) fn advise(_: &File, _: u64, _: u64, _: u32) -> io::Result<()> {
        Ok(())
    }

    /// Gives a file room up to the end of a part of it.
    pub(crate) fn allocate(_: &File, _: u64, _: u64) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Bytes that can be read of what is no regular file; 0 where the system does not say.
    pub(crate) fn readable_bytes(_: &File) -> u64 {
        0
    }

    /// Says that all are ready. Without any this is a sleep.
    pub(crate) fn wait(
        awaited: &[Awaited<'_>],
        timeout: Option<Duration>,
    ) -> io::Result<Vec<Readiness>> {
        if awaited.is_empty() {
            std::thread::sleep(timeout.unwrap_or(Duration::MAX));
        }
        Ok(awaited.iter().map(|_| Readiness { ready: true, hangup: false }).collect())
    }

    /// There is no such clock.
    pub(crate) fn process_clock() -> Option<(Duration, Duration)> {
        None
    }

    /// There is no such clock.
    pub(crate) fn thread_clock() -> Option<(Duration, Duration)> {
        None
    }

    /// Names have no number here.
    pub(crate) fn inode(_: &DirEntry) -> u64 {
        0
    }

    /// The time when the contents changed, since there is no other.
    pub(crate) fn changed(metadata: &Metadata) -> u64 {
        metadata.modified().map_or(0, |time| crate::clocks::nanoseconds(time.into_std()))
    }
}
