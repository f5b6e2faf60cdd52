//! What a program is given: arguments, an environment, streams, directories, clocks, random bytes.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use cap_fs_ext::OpenOptionsMaybeDirExt;
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};
use thiserror::Error;

use crate::Wasi;
use crate::clocks::{Clock, HostClock};
use crate::descriptors::{Descriptor, Table};
use crate::system;

/// Where random bytes come from.
pub(crate) type Random = dyn FnMut(&mut [u8]) -> io::Result<()> + Send;

/// Why a program cannot be given what was asked for.
#[derive(Debug, Error)]
pub enum BuildError {
    /// A text that a program reads up to its zero has one inside.
    #[error("{what} {text:?} has a zero byte")]
    Zero {
        /// Which text.
        what: &'static str,
        /// It.
        text: String,
    },
    /// A variable without a name, or with a name that would end elsewhere.
    #[error("`{0}` is no name of a variable")]
    Name(String),
    /// A directory of the host cannot be opened.
    #[error("cannot open the directory {}: {source}", path.display())]
    Directory {
        /// Its path on the host.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The standard streams of this process cannot be used.
    #[error("cannot use the standard streams: {0}")]
    Streams(io::Error),
}

/// Collects what a program is given. At first that is nothing: no arguments, no environment, an empty
/// input, outputs that nobody reads, and no directories.
pub struct Builder {
    arguments: Vec<Vec<u8>>,
    environment: Vec<(Vec<u8>, Vec<u8>)>,
    directories: Vec<(PathBuf, Vec<u8>)>,
    /// Those of this process where there is none.
    streams: [Option<Descriptor>; 3],
    clock: Box<dyn Clock + Send>,
    random: Box<Random>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        let input = Descriptor::input(Box::new(io::empty()), false);
        let output = || Descriptor::output(Box::new(io::sink()), false);
        Self {
            arguments: Vec::new(),
            environment: Vec::new(),
            directories: Vec::new(),
            streams: [input, output(), output()].map(Some),
            clock: Box::new(HostClock::new()),
            random: Box::new(|bytes| getrandom::fill(bytes).map_err(io::Error::from)),
        }
    }

    /// Adds an argument. The first is the name of the program.
    #[must_use]
    pub fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(system::name_bytes(argument.as_ref()));
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn arguments<A: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = A>) -> Self {
        arguments.into_iter().fold(self, Self::argument)
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn variable(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        let [name, value] = [name.as_ref(), value.as_ref()].map(system::name_bytes);
        self.environment.retain(|(other, _)| *other != name);
        self.environment.push((name, value));
        self
    }

    /// Sets all variables of this process.
    #[must_use]
    pub fn inherit_environment(self) -> Self {
        std::env::vars_os().fold(self, |builder, (name, value)| builder.variable(name, value))
    }

    /// Opens a directory of the host under a name for the program. All that is in it can be read, changed
    /// and removed; nothing outside of it can be reached.
    #[must_use]
    pub fn directory(mut self, host: impl AsRef<Path>, name: impl AsRef<OsStr>) -> Self {
        self.directories.push((host.as_ref().into(), system::name_bytes(name.as_ref())));
        self
    }

    /// What the program reads as its standard input, and whether that is a terminal.
    #[must_use]
    pub fn input(mut self, stream: impl Read + Send + 'static, terminal: bool) -> Self {
        self.streams[0] = Some(Descriptor::input(Box::new(stream), terminal));
        self
    }

    /// Where the standard output of the program goes, and whether that is a terminal.
    #[must_use]
    pub fn output(mut self, stream: impl Write + Send + 'static, terminal: bool) -> Self {
        self.streams[1] = Some(Descriptor::output(Box::new(stream), terminal));
        self
    }

    /// Where the standard error of the program goes, and whether that is a terminal.
    #[must_use]
    pub fn error_output(mut self, stream: impl Write + Send + 'static, terminal: bool) -> Self {
        self.streams[2] = Some(Descriptor::output(Box::new(stream), terminal));
        self
    }

    /// Uses the standard streams of this process. On Unix they are then read and written without a buffer, so
    /// what the process itself has written should be flushed before, and can be waited for.
    #[must_use]
    pub fn inherit_streams(mut self) -> Self {
        self.streams = [const { None }; 3];
        self
    }

    /// Uses other clocks than the host's.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + Send + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Uses other random bytes than the host's. The function fills what it is given.
    #[must_use]
    pub fn random(
        mut self,
        random: impl FnMut(&mut [u8]) -> io::Result<()> + Send + 'static,
    ) -> Self {
        self.random = Box::new(random);
        self
    }

    /// What the program is given, with its directories open.
    ///
    /// # Errors
    /// When a text has a zero byte, a variable has no name, or a directory cannot be opened.
    pub fn build(self) -> Result<Wasi, BuildError> {
        for argument in &self.arguments {
            check("the argument", argument)?;
        }
        let environment = self.environment.into_iter().map(variable).collect::<Result<_, _>>()?;
        let inherited = inherited().map_err(BuildError::Streams)?;
        let mut descriptors = Vec::new();
        for (stream, inherited) in self.streams.into_iter().zip(inherited) {
            descriptors.push(stream.unwrap_or(inherited));
        }
        for (path, name) in self.directories {
            check("the name of a directory", &name)?;
            let dir =
                open_directory(&path).map_err(|source| BuildError::Directory { path, source })?;
            descriptors.push(Descriptor::preopened(dir, name));
        }
        Ok(Wasi {
            arguments: self.arguments,
            environment,
            descriptors: Table::new(descriptors),
            clock: self.clock,
            random: self.random,
        })
    }
}

/// Checks that a text has no zero byte.
fn check(what: &'static str, text: &[u8]) -> Result<(), BuildError> {
    match text.contains(&0) {
        true => Err(BuildError::Zero { what, text: String::from_utf8_lossy(text).into() }),
        false => Ok(()),
    }
}

/// A variable as programs read it.
fn variable((name, value): (Vec<u8>, Vec<u8>)) -> Result<Vec<u8>, BuildError> {
    // Windows has variables whose names begin with `=`.
    if name.is_empty() || name[1..].contains(&b'=') {
        return Err(BuildError::Name(String::from_utf8_lossy(&name).into()));
    }
    let variable = [name.as_slice(), b"=", &value].concat();
    check("the variable", &variable)?;
    Ok(variable)
}

/// Opens a directory of the host, so that it can also be synchronised and have its times set.
fn open_directory(path: &Path) -> io::Result<Dir> {
    let dir = Dir::open_ambient_dir(path, ambient_authority())?;
    let mut options = OpenOptions::new();
    options.read(true).maybe_dir(true);
    Ok(Dir::from_std_file(dir.open_with(".", &options)?.into_std()))
}

/// The standard streams of this process.
#[cfg(unix)]
fn inherited() -> io::Result<[Descriptor; 3]> {
    use crate::rights;
    let [input, output, error] = system::standard_streams()?;
    let write = rights::FD_WRITE | rights::FD_ALLOCATE | rights::FD_FILESTAT_SET_SIZE;
    let (read, write) = (rights::FILE & !write, rights::FILE & !rights::FD_READ);
    Ok([
        Descriptor::file(input, 0, read)?,
        Descriptor::file(output, 0, write)?,
        Descriptor::file(error, 0, write)?,
    ])
}

/// The standard streams of this process.
#[cfg(not(unix))]
fn inherited() -> io::Result<[Descriptor; 3]> {
    use std::io::IsTerminal;
    let (input, output, error) = (io::stdin(), io::stdout(), io::stderr());
    let terminals = [input.is_terminal(), output.is_terminal(), error.is_terminal()];
    Ok([
        Descriptor::input(Box::new(input), terminals[0]),
        Descriptor::output(Box::new(output), terminals[1]),
        Descriptor::output(Box::new(error), terminals[2]),
    ])
}
