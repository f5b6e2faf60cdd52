//! Random sequences of functions about one open file, and the same system calls on another: what they
//! return, where they leave the file, and what is in it are the same.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;

use proptest::prelude::*;
use rustix::fs::{self as host, Mode, OFlags, SeekFrom};
use tvm_wasi::Errno;

use crate::support::*;

/// A function and what it is called with.
#[derive(Clone, Debug)]
enum Action {
    Read(u32),
    Write(Vec<u8>),
    ReadAt(u32, u64),
    WriteAt(Vec<u8>, u64),
    /// A distance and from where: the start, here, or the end.
    Seek(i64, u64),
    Resize(u64),
    /// Whether what is written goes to the end from now on.
    Append(bool),
}

/// What an action returns: a number, or bytes that were read.
type Told = Result<(u64, Vec<u8>), Errno>;

fn as_program(program: &mut Program, file: u32, action: &Action) -> Told {
    let number = |number: u64| (number, Vec::new());
    let descriptor = u64::from(file);
    match action {
        Action::Read(length) => program.read(file, *length).map(|bytes| (0, bytes)),
        Action::Write(bytes) => {
            let (one, two) = bytes.split_at(bytes.len() / 3);
            program.write_parts(file, &[one, two]).map(|count| number(count.into()))
        }
        Action::ReadAt(length, offset) => {
            let buffer = program.room(*length as usize);
            let list = [(buffer as u32).to_le_bytes(), length.to_le_bytes()].concat();
            let (list, result) = (program.put(&list), program.room(4));
            program.call("fd_pread", &[descriptor, list, 1, *offset, result])?;
            Ok((0, program.bytes(buffer, program.u32_at(result))))
        }
        Action::WriteAt(bytes, offset) => {
            let (list, count) = program.regions(&[bytes]);
            let result = program.room(4);
            program.call("fd_pwrite", &[descriptor, list, count, *offset, result])?;
            Ok(number(program.u32_at(result).into()))
        }
        Action::Seek(distance, whence) => program.seek(file, *distance, *whence).map(number),
        Action::Resize(size) => {
            program.call("fd_filestat_set_size", &[descriptor, *size]).map(|()| number(0))
        }
        Action::Append(append) => {
            let flags = if *append { APPEND } else { 0 };
            program.call("fd_fdstat_set_flags", &[descriptor, flags.into()]).map(|()| number(0))
        }
    }
}

fn on_the_host(file: &OwnedFd, action: &Action) -> Told {
    by_system_calls(file, action).map_err(|error| Errno::from(io::Error::from(error)))
}

fn by_system_calls(file: &OwnedFd, action: &Action) -> rustix::io::Result<(u64, Vec<u8>)> {
    let number = |number: u64| (number, Vec::new());
    let read = |length: u32, act: &dyn Fn(&mut [u8]) -> rustix::io::Result<usize>| {
        let mut bytes = vec![0; length as usize];
        let count = act(&mut bytes)?;
        bytes.truncate(count);
        Ok((0, bytes))
    };
    match action {
        Action::Read(length) => read(*length, &|bytes| rustix::io::read(file, bytes)),
        Action::ReadAt(length, offset) => {
            read(*length, &|bytes| rustix::io::pread(file, bytes, *offset))
        }
        Action::Write(bytes) => rustix::io::write(file, bytes).map(|count| number(count as u64)),
        Action::WriteAt(bytes, offset) => {
            rustix::io::pwrite(file, bytes, *offset).map(|count| number(count as u64))
        }
        Action::Seek(distance, whence) => {
            let target = match whence {
                0 if *distance < 0 => return Err(rustix::io::Errno::INVAL),
                0 => SeekFrom::Start(distance.unsigned_abs()),
                1 => SeekFrom::Current(*distance),
                _ => SeekFrom::End(*distance),
            };
            host::seek(file, target).map(number)
        }
        Action::Resize(size) => host::ftruncate(file, *size).map(|()| number(0)),
        Action::Append(append) => {
            let mut flags = host::fcntl_getfl(file)?;
            flags.set(OFlags::APPEND, *append);
            host::fcntl_setfl(file, flags).map(|()| number(0))
        }
    }
}

fn action() -> impl Strategy<Value = Action> {
    let bytes = || proptest::collection::vec(any::<u8>(), 0..200);
    // Also beyond what 32 bits say, and beyond what a file can have.
    let place = || prop_oneof![6 => 0u64..400, 1 => Just(5 << 30), 1 => Just(u64::MAX)];
    prop_oneof![
        3 => (0u32..300).prop_map(Action::Read),
        4 => bytes().prop_map(Action::Write),
        2 => (0u32..300, place()).prop_map(|(length, offset)| Action::ReadAt(length, offset)),
        2 => (bytes(), 0u64..400).prop_map(|(bytes, offset)| Action::WriteAt(bytes, offset)),
        3 => (-300i64..300, 0u64..3).prop_map(|(distance, from)| Action::Seek(distance, from)),
        1 => prop_oneof![9 => 0u64..400, 1 => Just(u64::MAX)].prop_map(Action::Resize),
        1 => any::<bool>().prop_map(Action::Append),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn files_are_read_and_written_as_on_the_host(
        actions in proptest::collection::vec(action(), 1..60),
    ) {
        let mut program = Program::new();
        let file = program.file("file");
        let other = tempfile::tempdir().unwrap();
        let path = other.path().join("file");
        let flags = OFlags::RDWR | OFlags::CREATE;
        let descriptor = host::open(&path, flags, Mode::from_raw_mode(0o600)).unwrap();
        for (index, action) in actions.iter().enumerate() {
            let told = as_program(&mut program, file, action);
            prop_assert_eq!(told, on_the_host(&descriptor, action), "{}: {:?}", index, action);
            let place = host::seek(&descriptor, SeekFrom::Current(0)).unwrap();
            prop_assert_eq!(program.tell(file), Ok(place));
        }
        prop_assert_eq!(fs::read(program.host().join("file")).unwrap(), fs::read(path).unwrap());
    }
}

#[test]
fn places_have_more_than_32_bits() {
    let mut program = Program::new();
    let file = program.file("large");
    let place = 5_000_000_000;
    assert_eq!(program.seek(file, place, 0), Ok(place as u64));
    assert_eq!(program.write(file, b"far"), Ok(3));
    assert_eq!(program.filestat(file).unwrap().size, place as u64 + 3);
    assert_eq!(program.seek(file, -3, 2), Ok(place as u64));
    assert_eq!(program.read(file, 9), Ok(b"far".to_vec()));
}
