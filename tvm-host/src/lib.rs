//! The process around a transformer: the main function of an executable, its arguments and streams,
//! models appended to executables, and the files that are written.

#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod bundle;
pub mod executable;
pub mod grants;
pub mod input;
pub mod message;
pub mod output_file;
pub mod trace_file;
#[cfg(feature = "wasi")]
pub mod world;
