//! Reading and writing. Bytes pass through a buffer of a fixed size, whatever the length of a file or of
//! what the program asks for.

use std::io::{self, Read, Write};

use cap_std::fs::File;

use crate::Wasi;
use crate::call::Arguments;
use crate::descriptors::{Descriptor, Object};
use crate::errno::Errno;
use crate::layout::{FileType, Span, spans};
use crate::memory::{Memory, behind};
use crate::rights::{self, Rights};
use crate::system;

/// Bytes that are read or written at once.
const CHUNK: u32 = 1 << 16;

impl Wasi {
    pub(crate) fn fd_read(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let (regions, result) = regions(memory, a, 3)?;
        let Descriptor { object, stat, .. } = self.descriptors.get_mut(a.u32(0))?;
        let held = rights::include(stat.base, rights::FD_READ);
        let count = match object {
            Object::Directory(_) => return Err(Errno::IsDirectory),
            Object::Output(_) => return Err(Errno::BadDescriptor),
            _ if !held => return Err(Errno::NotCapable),
            Object::File(file) => {
                let all = stat.file_type == FileType::RegularFile;
                fill(memory, &regions, all, |bytes, _| file.read(bytes))?
            }
            Object::Input(stream) => fill(memory, &regions, false, |bytes, _| stream.read(bytes))?,
        };
        memory.put_u32(result, count)
    }

    pub(crate) fn fd_pread(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let (regions, result) = regions(memory, a, 4)?;
        let (file, start) = self.positioned(a, rights::FD_READ)?;
        let count = fill(memory, &regions, true, |bytes, done| {
            system::read_at(file, bytes, start.saturating_add(done))
        })?;
        memory.put_u32(result, count)
    }

    /// What is written to a stream of the host is there when the function returns: it is for the program to
    /// collect bytes.
    pub(crate) fn fd_write(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let (regions, result) = regions(memory, a, 3)?;
        let Descriptor { object, stat, .. } = self.descriptors.get_mut(a.u32(0))?;
        let held = rights::include(stat.base, rights::FD_WRITE);
        let count = match object {
            Object::Directory(_) => return Err(Errno::IsDirectory),
            Object::Input(_) => return Err(Errno::BadDescriptor),
            _ if !held => return Err(Errno::NotCapable),
            Object::File(file) => drain(memory, &regions, |bytes, _| file.write(bytes))?,
            Object::Output(stream) => {
                let count = drain(memory, &regions, |bytes, _| stream.write(bytes))?;
                uninterrupted(|| stream.flush())?;
                count
            }
        };
        memory.put_u32(result, count)
    }

    pub(crate) fn fd_pwrite(
        &mut self,
        memory: &mut dyn Memory,
        a: Arguments<'_>,
    ) -> Result<(), Errno> {
        let (regions, result) = regions(memory, a, 4)?;
        let (file, start) = self.positioned(a, rights::FD_WRITE)?;
        let count = drain(memory, &regions, |bytes, done| {
            system::write_at(file, bytes, start.saturating_add(done))
        })?;
        memory.put_u32(result, count)
    }

    /// The file of a call's first argument, with a right, and the place in it where the call begins.
    fn positioned(&self, a: Arguments<'_>, right: Rights) -> Result<(&File, u64), Errno> {
        let start = offset(a.u64(3))?;
        let descriptor = self.descriptors.get(a.u32(0))?;
        Ok((descriptor.as_seekable(right | rights::FD_SEEK)?, start))
    }
}

/// The regions that a call is about, and the address of its result.
fn regions(
    memory: &dyn Memory,
    a: Arguments<'_>,
    result: usize,
) -> Result<(Vec<Span>, u32), Errno> {
    memory.check(a.u32(result), 4)?;
    Ok((spans(memory, a.u32(1), a.u32(2))?, a.u32(result)))
}

/// A place in a file. Systems have no others.
fn offset(argument: u64) -> Result<u64, Errno> {
    i64::try_from(argument).map(|_| argument).map_err(|_| Errno::Invalid)
}

/// Does it again where a signal came in between.
fn uninterrupted<T>(mut act: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match act() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Fills regions from a reader, which is told how many bytes it has given. Only a regular file is read
/// more than once: another reader may have nothing more to give for now. An error after the first bytes
/// is left for the next call.
fn fill(
    memory: &mut dyn Memory,
    regions: &[Span],
    regular: bool,
    mut read: impl FnMut(&mut [u8], u64) -> io::Result<usize>,
) -> Result<u32, Errno> {
    let total: u32 = regions.iter().map(|region| region.length).sum();
    let mut buffer = vec![0; total.min(CHUNK) as usize];
    let mut places = Places::new(regions);
    let mut done = 0;
    while done < total {
        let room = (total - done).min(CHUNK) as usize;
        match uninterrupted(|| read(&mut buffer[..room], done.into())) {
            Ok(count) => {
                let count = count.min(room);
                places.scatter(memory, &buffer[..count])?;
                done += count as u32;
                if count < room || !regular {
                    break;
                }
            }
            Err(_) if done > 0 => break,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(done)
}

/// Writes regions out, so that short ones that follow each other are written together. An error after the
/// first bytes is left for the next call.
fn drain(
    memory: &dyn Memory,
    regions: &[Span],
    mut write: impl FnMut(&[u8], u64) -> io::Result<usize>,
) -> Result<u32, Errno> {
    let total: u32 = regions.iter().map(|region| region.length).sum();
    let mut buffer = vec![0; total.min(CHUNK) as usize];
    let mut places = Places::new(regions);
    let mut done = 0;
    while done < total {
        let mut rest = &mut buffer[..(total - done).min(CHUNK) as usize];
        places.gather(memory, rest)?;
        while !rest.is_empty() {
            match uninterrupted(|| write(rest, done.into())) {
                Ok(0) => return Ok(done),
                Ok(count) => {
                    let count = count.min(rest.len());
                    done += count as u32;
                    rest = &mut rest[count..];
                }
                Err(_) if done > 0 => return Ok(done),
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(done)
}

/// The bytes of regions, one region after the other.
struct Places<'a> {
    regions: &'a [Span],
    /// Bytes of the first region that are done.
    within: u32,
}

impl<'a> Places<'a> {
    fn new(regions: &'a [Span]) -> Self {
        Self { regions, within: 0 }
    }

    /// The next region, no longer than `most`, that is not empty.
    fn next(&mut self, most: usize) -> Option<Span> {
        loop {
            let first = self.regions.first()?;
            let length = (first.length - self.within).min(u32::try_from(most).unwrap_or(u32::MAX));
            if length == 0 {
                (self.regions, self.within) = (&self.regions[1..], 0);
                continue;
            }
            let address = behind(first.address, self.within as usize).ok()?;
            self.within += length;
            return Some(Span { address, length });
        }
    }

    /// Writes bytes to the next places.
    fn scatter(&mut self, memory: &mut dyn Memory, mut bytes: &[u8]) -> Result<(), Errno> {
        while !bytes.is_empty() {
            let place = self.next(bytes.len()).ok_or(Errno::Fault)?;
            let (now, later) = bytes.split_at(place.length as usize);
            memory.write(place.address, now)?;
            bytes = later;
        }
        Ok(())
    }

    /// Reads bytes from the next places.
    fn gather(&mut self, memory: &dyn Memory, mut bytes: &mut [u8]) -> Result<(), Errno> {
        while !bytes.is_empty() {
            let place = self.next(bytes.len()).ok_or(Errno::Fault)?;
            let (now, later) = bytes.split_at_mut(place.length as usize);
            memory.read(place.address, now)?;
            bytes = later;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGIONS: [Span; 4] = [
        Span { address: 1, length: 2 },
        Span { address: 9, length: 0 },
        Span { address: 5, length: 3 },
        Span { address: 0, length: 1 },
    ];

    #[test]
    fn bytes_go_to_regions_in_order() {
        let mut memory = vec![0u8; 10];
        let count = fill(&mut memory, &REGIONS, true, |bytes, done| {
            assert_eq!(done, 0);
            bytes.copy_from_slice(&[1, 2, 3, 4, 5, 6]);
            Ok(bytes.len())
        });
        assert_eq!(count, Ok(6));
        assert_eq!(memory, [6, 1, 2, 0, 0, 3, 4, 5, 0, 0]);
        let mut written = Vec::new();
        assert_eq!(drain(&memory, &REGIONS, |bytes, _| Write::write(&mut written, bytes)), Ok(6));
        assert_eq!(written, [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn a_short_write_goes_on_and_an_error_waits_for_the_next_call() {
        let memory = vec![7u8; 10];
        let mut calls = 0;
        let count = drain(&memory, &REGIONS, |bytes, done| {
            calls += 1;
            match calls {
                1 => Err(io::ErrorKind::Interrupted.into()),
                2 => Ok(2),
                3 => {
                    assert_eq!((bytes.len(), done), (4, 2));
                    Ok(1)
                }
                _ => Err(io::ErrorKind::StorageFull.into()),
            }
        });
        assert_eq!(count, Ok(3));
        let full = drain(&memory, &REGIONS, |_, _| Err(io::ErrorKind::StorageFull.into()));
        assert_eq!(full, Err(Errno::NoSpace));
    }

    #[test]
    fn a_pipe_is_read_once() {
        let mut memory = vec![0u8; 200_000];
        let region = [Span { address: 0, length: 200_000 }];
        let mut calls = 0;
        let mut read = |bytes: &mut [u8], _| {
            calls += 1;
            Ok(bytes.len())
        };
        assert_eq!(fill(&mut memory, &region, false, &mut read), Ok(CHUNK));
        assert_eq!(fill(&mut memory, &region, true, &mut read), Ok(200_000));
        assert_eq!(calls, 5);
    }
}
