//! Descriptors: the numbers by which a program names what it has open, what each stands for, and what
//! may be done with it. A new descriptor has the least number that is free.

use std::io::{self, IsTerminal, Read, Write};

use cap_std::fs::{Dir, File};

use crate::errno::Errno;
use crate::files::directory::Listing;
use crate::files::metadata::file_type;
use crate::layout::{FdStat, FileType};
use crate::rights::{self, Rights};

/// What a descriptor stands for.
pub(crate) enum Object {
    /// A stream of the host to read from.
    Input(Box<dyn Read + Send>),
    /// A stream of the host to write to.
    Output(Box<dyn Write + Send>),
    /// A file, terminal or pipe of the operating system.
    File(File),
    /// A directory.
    Directory(Directory),
}

/// An open directory.
pub(crate) struct Directory {
    /// All that can be reached through it is inside of it.
    pub dir: Dir,
    /// Its name for the program, where it is open from the start.
    pub name: Option<Vec<u8>>,
    /// The entries since the program last began to read them.
    pub listing: Option<Listing>,
}

/// An open descriptor.
pub(crate) struct Descriptor {
    pub object: Object,
    pub stat: FdStat,
    /// Whether it has places to seek to, unlike a terminal or a pipe.
    seekable: bool,
}

impl Descriptor {
    /// A stream of the host to read from.
    pub fn input(stream: Box<dyn Read + Send>, terminal: bool) -> Self {
        Self::stream(Object::Input(stream), terminal, rights::FD_READ)
    }

    /// A stream of the host to write to.
    pub fn output(stream: Box<dyn Write + Send>, terminal: bool) -> Self {
        Self::stream(Object::Output(stream), terminal, rights::FD_WRITE)
    }

    /// A stream of the host. What is no terminal may be anything.
    fn stream(object: Object, terminal: bool, right: Rights) -> Self {
        let file_type = if terminal { FileType::CharacterDevice } else { FileType::Unknown };
        let base = rights::FILE & !(rights::FD_READ | rights::FD_WRITE | rights::SEEKABLE);
        let base = base & !rights::FD_FILESTAT_SET_TIMES | right;
        let stat = FdStat { file_type, flags: 0, base, inheriting: 0 };
        Self { object, stat, seekable: false }
    }

    /// A directory that is open from the start.
    pub fn preopened(dir: Dir, name: Vec<u8>) -> Self {
        let (base, inheriting) = (rights::DIRECTORY, rights::ALL);
        Self::directory(dir, Some(name), base, inheriting)
    }

    /// A directory, with those of the rights that it can have.
    pub fn directory(dir: Dir, name: Option<Vec<u8>>, base: Rights, inheriting: Rights) -> Self {
        let file_type = FileType::Directory;
        let base = base & rights::DIRECTORY;
        let stat = FdStat { file_type, flags: 0, base, inheriting };
        let object = Object::Directory(Directory { dir, name, listing: None });
        Self { object, stat, seekable: false }
    }

    /// A file, with those of the rights that it can have.
    ///
    /// # Errors
    /// When the system does not say what it is.
    pub fn file(file: File, flags: u16, base: Rights) -> io::Result<Self> {
        let file_type = file_type(file.metadata()?.file_type());
        let mut base = base & rights::FILE;
        // A program takes what is a character device without these rights for a terminal.
        let seekable = match file_type {
            FileType::RegularFile | FileType::BlockDevice => true,
            FileType::CharacterDevice => !is_terminal(&file),
            _ => false,
        };
        if !seekable {
            base &= !rights::SEEKABLE;
        }
        let stat = FdStat { file_type, flags, base, inheriting: 0 };
        Ok(Self { object: Object::File(file), stat, seekable })
    }

    /// Checks that a descriptor has rights.
    pub fn require(&self, rights: Rights) -> Result<(), Errno> {
        match rights::include(self.stat.base, rights) {
            true => Ok(()),
            false => Err(Errno::NotCapable),
        }
    }

    /// The file with places that it stands for, if it has the rights. That there are none goes before
    /// missing rights: so programs find out.
    pub fn as_seekable(&self, rights: Rights) -> Result<&File, Errno> {
        match &self.object {
            Object::File(file) if self.seekable => self.require(rights).map(|()| file),
            Object::Directory(_) => Err(Errno::IsDirectory),
            _ => Err(Errno::NotSeekable),
        }
    }

    /// The directory that it stands for, if it has the rights.
    pub fn as_directory(&self, rights: Rights) -> Result<&Directory, Errno> {
        match &self.object {
            Object::Directory(directory) => self.require(rights).map(|()| directory),
            _ => Err(Errno::NotDirectory),
        }
    }
}

#[cfg(unix)]
fn is_terminal(file: &File) -> bool {
    std::os::fd::AsFd::as_fd(file).is_terminal()
}

#[cfg(windows)]
fn is_terminal(file: &File) -> bool {
    std::os::windows::io::AsHandle::as_handle(file).is_terminal()
}

/// All open descriptors of a program.
pub(crate) struct Table(Vec<Option<Descriptor>>);

impl Table {
    /// Those that are open from the start, numbered from 0.
    pub fn new(descriptors: Vec<Descriptor>) -> Self {
        Self(descriptors.into_iter().map(Some).collect())
    }

    /// An open descriptor.
    pub fn get(&self, number: u32) -> Result<&Descriptor, Errno> {
        let entry = self.0.get(number as usize);
        entry.and_then(Option::as_ref).ok_or(Errno::BadDescriptor)
    }

    /// An open descriptor.
    pub fn get_mut(&mut self, number: u32) -> Result<&mut Descriptor, Errno> {
        let entry = self.0.get_mut(number as usize);
        entry.and_then(Option::as_mut).ok_or(Errno::BadDescriptor)
    }

    /// Adds a descriptor and returns its number.
    pub fn insert(&mut self, descriptor: Descriptor) -> Result<u32, Errno> {
        let free = self.0.iter().position(Option::is_none).unwrap_or(self.0.len());
        let number = u32::try_from(free).map_err(|_| Errno::TooManyFiles)?;
        if free == self.0.len() {
            self.0.push(None);
        }
        self.0[free] = Some(descriptor);
        Ok(number)
    }

    /// Closes a descriptor.
    pub fn close(&mut self, number: u32) -> Result<(), Errno> {
        self.get(number)?;
        self.0[number as usize] = None;
        Ok(())
    }

    /// Gives a descriptor the number of another, which is closed.
    pub fn renumber(&mut self, from: u32, to: u32) -> Result<(), Errno> {
        self.get(from)?;
        self.get(to)?;
        if from != to {
            self.0[to as usize] = self.0[from as usize].take();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream() -> Descriptor {
        Descriptor::input(Box::new(io::empty()), false)
    }

    #[test]
    fn the_least_free_number_is_given() {
        let mut table = Table::new(Vec::new());
        assert_eq!((0..3).map(|_| table.insert(stream()).unwrap()).sum::<u32>(), 3);
        table.close(1).unwrap();
        assert_eq!(table.close(1), Err(Errno::BadDescriptor));
        assert_eq!(table.insert(stream()), Ok(1));
        assert_eq!(table.insert(stream()), Ok(3));
    }

    #[test]
    fn renumbering_moves_between_open_numbers() {
        let mut table = Table::new(Vec::new());
        table.insert(stream()).unwrap();
        table.insert(Descriptor::output(Box::new(io::sink()), true)).unwrap();
        assert_eq!(table.renumber(1, 1), Ok(()));
        assert_eq!(table.renumber(1, 2), Err(Errno::BadDescriptor));
        assert_eq!(table.renumber(1, 0), Ok(()));
        assert_eq!(table.get(0).unwrap().stat.file_type, FileType::CharacterDevice);
        assert!(table.get(1).is_err());
    }
}
