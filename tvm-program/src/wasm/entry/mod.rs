//! What a program does once its module is instantiated: the calls that it is about.
//!
//! In come a [`Context`](crate::wasm::lower::Context) and, for [`calls`], what is to be called; out
//! goes the routine that makes the calls. What the calls reach, and what comes before them, is not
//! known here.
//!
//! 1. `main`, `calls`, `instance`: the entry of a program, calls of exported functions, calls of a host

pub(crate) mod calls;
pub(crate) mod instance;
mod main;

pub use calls::Invocation;
pub(crate) use main::main;
