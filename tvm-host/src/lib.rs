//! The process around a transformer: the main function of an executable, its arguments and streams,
//! models appended to executables, and files of traces.

pub mod bundle;
pub mod executable;
pub mod trace_file;
