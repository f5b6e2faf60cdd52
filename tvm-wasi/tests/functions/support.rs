//! A program without code: memory, and calls with what lies in it.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tvm_wasi::{Answer, Builder, Clock, ClockId, Errno, Wasi};

/// Bytes of memory.
pub const MEMORY: u32 = 1 << 17;

/// The descriptor of the directory that a program has.
pub const ROOT: u32 = 3;

/// Rights, by their bits.
pub const FD_READ: u64 = 1 << 1;
pub const FD_SEEK: u64 = 1 << 2;
pub const FD_TELL: u64 = 1 << 5;
pub const FD_WRITE: u64 = 1 << 6;
pub const PATH_CREATE_FILE: u64 = 1 << 10;
pub const PATH_FILESTAT_SET_SIZE: u64 = 1 << 19;
pub const ALL_RIGHTS: u64 = (1 << 30) - 1;
pub const READING: u64 = ALL_RIGHTS & !(FD_WRITE | 1 << 8 | 1 << 22);

/// Flags of `path_open`.
pub const CREATE: u32 = 1;
pub const DIRECTORY: u32 = 2;
pub const EXCLUSIVE: u32 = 4;
pub const TRUNCATE: u32 = 8;

/// Flags of a descriptor.
pub const APPEND: u32 = 1;
pub const NONBLOCK: u32 = 4;

/// Clocks that go on when the program sleeps, and by 1 when they are asked.
pub struct SteppedClock(pub u64);

impl Clock for SteppedClock {
    fn time(&mut self, id: ClockId) -> Option<u64> {
        self.0 += 1;
        matches!(id, ClockId::Realtime | ClockId::Monotonic).then_some(self.0)
    }

    fn resolution(&mut self, _: ClockId) -> Option<u64> {
        Some(1)
    }

    fn sleep(&mut self, duration: Duration) -> io::Result<()> {
        self.0 += duration.as_nanos() as u64;
        Ok(())
    }
}

/// What was written, for a stream and for the test.
#[derive(Clone, Default)]
pub struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The attributes of a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Stat {
    pub inode: u64,
    pub file_type: u8,
    pub links: u64,
    pub size: u64,
    pub accessed: u64,
    pub modified: u64,
}

/// An entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub next: u64,
    pub inode: u64,
    pub file_type: u8,
    pub name: String,
}

pub struct Program {
    pub wasi: Wasi,
    pub memory: Vec<u8>,
    pub directory: TempDir,
    used: u32,
}

impl Program {
    /// A program with an empty directory, which it knows as `/`.
    pub fn new() -> Self {
        Self::with(|builder| builder)
    }

    pub fn with(given: impl FnOnce(Builder) -> Builder) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let builder = given(Wasi::builder().directory(directory.path(), "/"));
        let wasi = builder.build().unwrap();
        Self { wasi, memory: vec![0; MEMORY as usize], directory, used: 16 }
    }

    pub fn host(&self) -> &Path {
        self.directory.path()
    }

    /// Makes a call. What was put into memory for it is then forgotten.
    pub fn call(&mut self, name: &str, arguments: &[u64]) -> Result<(), Errno> {
        self.used = 16;
        match self.wasi.call(name, arguments, &mut self.memory).unwrap() {
            Answer::Returns(Errno::Success) => Ok(()),
            Answer::Returns(errno) => Err(errno),
            Answer::Exits(status) => panic!("the program ends with {status}"),
        }
    }

    /// Puts bytes into memory and returns where.
    pub fn put(&mut self, bytes: &[u8]) -> u64 {
        let address = self.used.next_multiple_of(8);
        self.used = address + bytes.len() as u32;
        self.memory[address as usize..self.used as usize].copy_from_slice(bytes);
        address.into()
    }

    pub fn room(&mut self, bytes: usize) -> u64 {
        self.put(&vec![0; bytes])
    }

    pub fn bytes(&self, address: u64, length: u32) -> Vec<u8> {
        self.memory[address as usize..][..length as usize].to_vec()
    }

    pub fn u32_at(&self, address: u64) -> u32 {
        u32::from_le_bytes(self.bytes(address, 4).try_into().unwrap())
    }

    pub fn u64_at(&self, address: u64) -> u64 {
        u64::from_le_bytes(self.bytes(address, 8).try_into().unwrap())
    }

    /// Puts a list of regions, each with its bytes.
    pub fn regions(&mut self, parts: &[&[u8]]) -> (u64, u64) {
        let mut list = Vec::new();
        for part in parts {
            list.extend((self.put(part) as u32).to_le_bytes());
            list.extend((part.len() as u32).to_le_bytes());
        }
        (self.put(&list), parts.len() as u64)
    }

    /// Opens a path below the directory with all rights that are asked for.
    pub fn open(&mut self, path: &str, how: u32, rights: u64) -> Result<u32, Errno> {
        self.open_at(ROOT, path, how, rights, ALL_RIGHTS, 0, 1)
    }

    #[expect(clippy::too_many_arguments)]
    pub fn open_at(
        &mut self,
        directory: u32,
        path: &str,
        how: u32,
        base: u64,
        inheriting: u64,
        flags: u32,
        follow: u64,
    ) -> Result<u32, Errno> {
        let text = self.put(path.as_bytes());
        let result = self.room(4);
        let (how, flags, length) = (how.into(), flags.into(), path.len() as u64);
        let arguments =
            [directory.into(), follow, text, length, how, base, inheriting, flags, result];
        self.call("path_open", &arguments)?;
        Ok(self.u32_at(result))
    }

    /// Opens a file for reading and writing, made if it is not there.
    pub fn file(&mut self, path: &str) -> u32 {
        self.open(path, CREATE, ALL_RIGHTS).unwrap()
    }

    pub fn close(&mut self, descriptor: u32) -> Result<(), Errno> {
        self.call("fd_close", &[descriptor.into()])
    }

    pub fn write(&mut self, descriptor: u32, bytes: &[u8]) -> Result<u32, Errno> {
        self.write_parts(descriptor, &[bytes])
    }

    pub fn write_parts(&mut self, descriptor: u32, parts: &[&[u8]]) -> Result<u32, Errno> {
        let (list, count) = self.regions(parts);
        let result = self.room(4);
        self.call("fd_write", &[descriptor.into(), list, count, result])?;
        Ok(self.u32_at(result))
    }

    pub fn read(&mut self, descriptor: u32, length: u32) -> Result<Vec<u8>, Errno> {
        let buffer = self.room(length as usize);
        let list = [(buffer as u32).to_le_bytes(), length.to_le_bytes()].concat();
        let list = self.put(&list);
        let result = self.room(4);
        self.call("fd_read", &[descriptor.into(), list, 1, result])?;
        Ok(self.bytes(buffer, self.u32_at(result)))
    }

    pub fn seek(&mut self, descriptor: u32, by: i64, whence: u64) -> Result<u64, Errno> {
        let result = self.room(8);
        self.call("fd_seek", &[descriptor.into(), by as u64, whence, result])?;
        Ok(self.u64_at(result))
    }

    pub fn tell(&mut self, descriptor: u32) -> Result<u64, Errno> {
        let result = self.room(8);
        self.call("fd_tell", &[descriptor.into(), result])?;
        Ok(self.u64_at(result))
    }

    /// Type, flags, rights, and rights to give.
    pub fn fdstat(&mut self, descriptor: u32) -> Result<(u8, u16, u64, u64), Errno> {
        let result = self.room(24);
        self.call("fd_fdstat_get", &[descriptor.into(), result])?;
        let bytes = self.bytes(result, 24);
        let flags = u16::from_le_bytes(bytes[2..4].try_into().unwrap());
        Ok((bytes[0], flags, self.u64_at(result + 8), self.u64_at(result + 16)))
    }

    pub fn filestat(&mut self, descriptor: u32) -> Result<Stat, Errno> {
        let result = self.room(64);
        self.call("fd_filestat_get", &[descriptor.into(), result])?;
        Ok(self.stat_at(result))
    }

    pub fn path_stat(&mut self, path: &str, follow: u64) -> Result<Stat, Errno> {
        let text = self.put(path.as_bytes());
        let result = self.room(64);
        let arguments = [ROOT.into(), follow, text, path.len() as u64, result];
        self.call("path_filestat_get", &arguments)?;
        Ok(self.stat_at(result))
    }

    fn stat_at(&self, address: u64) -> Stat {
        Stat {
            inode: self.u64_at(address + 8),
            file_type: self.memory[address as usize + 16],
            links: self.u64_at(address + 24),
            size: self.u64_at(address + 32),
            accessed: self.u64_at(address + 40),
            modified: self.u64_at(address + 48),
        }
    }

    /// Calls a function of a directory and a path.
    pub fn on_path(&mut self, name: &str, path: &str) -> Result<(), Errno> {
        let text = self.put(path.as_bytes());
        self.call(name, &[ROOT.into(), text, path.len() as u64])
    }

    pub fn symlink(&mut self, target: &str, path: &str) -> Result<(), Errno> {
        let (old, new) = (self.put(target.as_bytes()), self.put(path.as_bytes()));
        let (old_length, length) = (target.len() as u64, path.len() as u64);
        self.call("path_symlink", &[old, old_length, ROOT.into(), new, length])
    }

    pub fn rename(&mut self, from: &str, to: &str) -> Result<(), Errno> {
        let (old, new) = (self.put(from.as_bytes()), self.put(to.as_bytes()));
        let (root, old_length, length) = (ROOT.into(), from.len() as u64, to.len() as u64);
        self.call("path_rename", &[root, old, old_length, root, new, length])
    }

    pub fn link(&mut self, from: &str, to: &str) -> Result<(), Errno> {
        let (old, new) = (self.put(from.as_bytes()), self.put(to.as_bytes()));
        let (root, old_length, length) = (ROOT.into(), from.len() as u64, to.len() as u64);
        self.call("path_link", &[root, 0, old, old_length, root, new, length])
    }

    pub fn readlink(&mut self, path: &str, room: u32) -> Result<String, Errno> {
        let text = self.put(path.as_bytes());
        let (buffer, result) = (self.room(room as usize), self.room(4));
        let arguments = [ROOT.into(), text, path.len() as u64, buffer, room.into(), result];
        self.call("path_readlink", &arguments)?;
        Ok(String::from_utf8(self.bytes(buffer, self.u32_at(result))).unwrap())
    }

    /// The bytes that `fd_readdir` writes.
    pub fn readdir(&mut self, directory: u32, room: u32, cookie: u64) -> Result<Vec<u8>, Errno> {
        let (buffer, result) = (self.room(room as usize), self.room(4));
        let arguments = [directory.into(), buffer, room.into(), cookie, result];
        self.call("fd_readdir", &arguments)?;
        Ok(self.bytes(buffer, self.u32_at(result)))
    }
}

/// The whole entries among bytes that `fd_readdir` wrote.
pub fn entries(mut bytes: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    while let Some((head, rest)) = bytes.split_at_checked(24) {
        let number = |from: usize| u64::from_le_bytes(head[from..from + 8].try_into().unwrap());
        let length = u32::from_le_bytes(head[16..20].try_into().unwrap());
        let Some((name, rest)) = rest.split_at_checked(length as usize) else { break };
        entries.push(Entry {
            next: number(0),
            inode: number(8),
            file_type: head[20],
            name: String::from_utf8(name.to_vec()).unwrap(),
        });
        bytes = rest;
    }
    entries
}

/// All files below a directory with their contents, for comparison.
pub fn contents(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && !path.is_symlink() {
            for (inner, content) in contents(&path) {
                all.insert(format!("{name}/{inner}"), content);
            }
            all.insert(name + "/", Vec::new());
        } else {
            all.insert(name, std::fs::read(&path).unwrap_or_default());
        }
    }
    all
}
