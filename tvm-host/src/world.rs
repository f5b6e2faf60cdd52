//! What a program may use of the world: the functions of WASI, within the streams, arguments, variables and
//! directories that the user gives it.

use std::io::{self, Cursor, IsTerminal, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tvm_instance::{Host, HostError, Import, Memory, Program, Signature, Value, ValueType};
pub use tvm_wasi::BuildError;
use tvm_wasi::{Answer, MODULE, Wasi};

pub use crate::grants::Grants;

/// The standard input of a program.
pub struct Input {
    stream: Box<dyn Read + Send>,
    is_terminal: bool,
}

impl Input {
    /// That of this process.
    pub fn stdin() -> Input {
        let stdin = io::stdin();
        Input { is_terminal: stdin.is_terminal(), stream: Box::new(stdin) }
    }

    /// A stream that stands for a terminal.
    pub fn terminal(stream: impl Read + Send + 'static) -> Input {
        Input { stream: Box::new(stream), is_terminal: true }
    }

    /// These bytes.
    pub fn of(bytes: Vec<u8>) -> Input {
        Input { stream: Box::new(Cursor::new(bytes)), is_terminal: false }
    }
}

/// Output that is kept: a stream for [`Output::to`] whose copies share what was written.
#[derive(Clone, Default)]
pub struct Collected(Arc<Mutex<Vec<u8>>>);

impl Collected {
    /// Takes what was written.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Collected {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The standard output of a program, or its standard error.
pub struct Output {
    stream: Box<dyn Write + Send>,
    is_terminal: bool,
}

impl Output {
    /// That of this process. A program whose output is a terminal is told so: then it writes a line at a time.
    pub fn stdout() -> Output {
        let stdout = io::stdout();
        Output { is_terminal: stdout.is_terminal(), stream: Box::new(stdout) }
    }

    /// The standard error of this process.
    pub fn stderr() -> Output {
        let stderr = io::stderr();
        Output { is_terminal: stderr.is_terminal(), stream: Box::new(stderr) }
    }

    /// A stream that stands for a terminal.
    pub fn terminal(stream: impl Write + Send + 'static) -> Output {
        Output { stream: Box::new(stream), is_terminal: true }
    }

    /// A stream that is no terminal.
    pub fn to(stream: impl Write + Send + 'static) -> Output {
        Output { stream: Box::new(stream), is_terminal: false }
    }
}

/// The host of a program: WASI, and the function by which AssemblyScript says that it fails.
pub struct World {
    wasi: Wasi,
    output: Stream,
}

impl World {
    /// A world with these grants and standard streams.
    ///
    /// # Errors
    /// When a directory cannot be opened, or a text has a zero byte.
    pub fn new(
        grants: &Grants,
        input: Input,
        output: Output,
        error_output: Output,
    ) -> Result<World, BuildError> {
        let (is_terminal, output) = (output.is_terminal, Stream::new(output.stream));
        let mut builder = Wasi::builder()
            .arguments(&grants.arguments)
            .input(input.stream, input.is_terminal)
            .output(output.clone(), is_terminal)
            .error_output(error_output.stream, error_output.is_terminal);
        if grants.inherits_environment {
            builder = builder.inherit_environment();
        }
        for (name, value) in &grants.environment {
            builder = builder.variable(name, value);
        }
        for (host, guest) in &grants.directories {
            builder = builder.directory(host, guest);
        }
        Ok(World { wasi: builder.build()?, output })
    }

    fn wasi(
        &mut self,
        import: &Import,
        arguments: &[Value],
        memory: &mut Memory,
    ) -> Result<Vec<Value>, HostError> {
        let arguments: Vec<u64> = arguments.iter().map(|one| one.unsigned()).collect();
        let answer = self.wasi.call(&import.name, &arguments, &mut Guest(memory));
        if self.output.is_reader_gone() {
            return Err(HostError::ReaderGone);
        }
        match answer.map_err(|error| HostError::Failed(error.to_string()))? {
            Answer::Returns(errno) => Ok(vec![Value::I32(errno.code().into())]),
            Answer::Exits(status) => Err(HostError::Exit(status)),
        }
    }
}

impl Host for World {
    fn call(
        &mut self,
        import: &Import,
        arguments: &[Value],
        program: &mut dyn Program,
    ) -> Result<Vec<Value>, HostError> {
        let memory = program.memory();
        match (import.module.as_str(), import.name.as_str()) {
            (MODULE, name) => {
                let signature = signature(name).ok_or_else(|| HostError::missing(import))?;
                HostError::check(import, &signature)?;
                self.wasi(import, arguments, memory)
            }
            ("env", "abort") => Err(HostError::Failed(aborted(arguments, memory))),
            _ => Err(HostError::missing(import)),
        }
    }
}

/// The type of a function of WASI.
fn signature(name: &str) -> Option<Signature> {
    let types = |types: &[tvm_wasi::ValueType]| {
        let of = |one: &tvm_wasi::ValueType| match one {
            tvm_wasi::ValueType::I32 => ValueType::I32,
            tvm_wasi::ValueType::I64 => ValueType::I64,
        };
        types.iter().map(of).collect()
    };
    let tvm_wasi::Signature { parameters, results } = tvm_wasi::signature(name)?;
    Some(Signature { parameters: types(parameters), results: types(results) })
}

/// What AssemblyScript says when it fails: texts in UTF-16, a line and a column. The length of a text in bytes
/// is before it.
fn aborted(arguments: &[Value], memory: &Memory) -> String {
    let text = |at: usize| {
        let address = arguments.get(at)?.unsigned() as u32;
        let length = memory.bytes(address.checked_sub(4)?, 4).ok()?;
        let length = u32::from_le_bytes(length.try_into().ok()?).min(4096);
        let bytes = memory.bytes(address, length).ok()?;
        let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        Some(String::from_utf16_lossy(&units.collect::<Vec<_>>()).escape_debug().to_string())
    };
    let number = |at: usize| arguments.get(at).map_or(0, |number| number.unsigned());
    let place = text(1).map(|file| format!(" in {file}:{}:{}", number(2), number(3)));
    format!("the program aborts: {}{}", text(0).unwrap_or_default(), place.unwrap_or_default())
}

/// Memory as WASI wants it.
struct Guest<'memory>(&'memory mut Memory);

impl tvm_wasi::Memory for Guest<'_> {
    fn size(&self) -> u64 {
        self.0.size()
    }

    fn read(&self, address: u32, bytes: &mut [u8]) -> Result<(), tvm_wasi::OutOfBounds> {
        self.0.read(address, bytes).map_err(|_| tvm_wasi::OutOfBounds)
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), tvm_wasi::OutOfBounds> {
        self.0.write(address, bytes).map_err(|_| tvm_wasi::OutOfBounds)
    }
}

/// A stream that remembers that nobody reads it any more.
#[derive(Clone)]
struct Stream(Arc<Mutex<Shared>>);

struct Shared {
    stream: Box<dyn Write + Send>,
    is_reader_gone: bool,
}

impl Stream {
    fn new(stream: Box<dyn Write + Send>) -> Stream {
        Stream(Arc::new(Mutex::new(Shared { stream, is_reader_gone: false })))
    }

    fn is_reader_gone(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_reader_gone
    }

    fn with<T>(&self, act: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<T> {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let result = act(&mut shared.stream);
        if let Err(error) = &result {
            shared.is_reader_gone |= error.kind() == io::ErrorKind::BrokenPipe;
        }
        result
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with(|stream| {
            let written = stream.write(bytes)?;
            stream.flush()?;
            Ok(written)
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.with(|stream| stream.flush())
    }
}
