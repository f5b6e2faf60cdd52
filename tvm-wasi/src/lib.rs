//! The functions of `wasi_snapshot_preview1`, by which a program reads its arguments, files, clocks and
//! random bytes, however its calls arrive. [`Wasi`] is what one program has open and may use;
//! [`Wasi::call`] makes one call, given the program's memory.
//!
//! What the functions do is described by the
//! [document of preview 1](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md).
//! Where it leaves something open, they do what POSIX says of their models. There are no sockets, and no
//! signals are raised.
//!
//! - A program reaches only the directories that it was given. A path that would leave its directory, by
//!   `..`, by a link or from the root, fails with [`Errno::NotPermitted`].
//! - An address that is not inside of memory makes a call fail with [`Errno::Fault`] before it does anything.
//! - Contents of files pass through in pieces of a fixed size.
//!
//! ```
//! use tvm_wasi::{Answer, Errno, Wasi};
//!
//! let mut wasi = Wasi::builder().arguments(["program", "argument"]).build()?;
//! let mut memory = vec![0; 1 << 16];
//! let answer = wasi.call("args_sizes_get", &[0, 4], &mut memory)?;
//! assert_eq!(answer, Answer::Returns(Errno::Success));
//! assert_eq!(memory[..8], [2, 0, 0, 0, 17, 0, 0, 0]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![warn(clippy::print_stdout, clippy::print_stderr)]

mod arguments;
mod builder;
mod call;
mod clocks;
mod descriptors;
mod errno;
mod files;
mod layout;
mod memory;
mod poll;
mod process;
mod rights;
mod signature;
mod system;

pub use builder::{BuildError, Builder};
pub use call::{Answer, CallError};
pub use clocks::{Clock, ClockId, HostClock};
pub use errno::Errno;
pub use memory::{Memory, OutOfBounds};
pub use signature::{MODULE, Signature, ValueType, functions, signature};

/// What a program has open and may use.
pub struct Wasi {
    arguments: Vec<Vec<u8>>,
    environment: Vec<Vec<u8>>,
    descriptors: descriptors::Table,
    clock: Box<dyn Clock + Send>,
    random: Box<builder::Random>,
}

impl Wasi {
    /// Begins to collect what a program is given.
    pub fn builder() -> Builder {
        Builder::new()
    }
}
