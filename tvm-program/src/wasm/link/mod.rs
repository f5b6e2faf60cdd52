//! From the routine of a program's calls to the program: everything that it reaches is lowered, a
//! prologue instantiates the module, and every branch and call gets its relative immediate.
//!
//! In come a [`Context`] and the calls; out goes a [`Program`]. How a program begins is for `entry` to
//! say, how a function is lowered for `lower`.
//!
//! 1. `addresses`, `memory_image`: places of routines, data as stores
//! 2. `reach`, `prologue`: the routines of a program, its first instructions

mod addresses;
mod memory_image;
mod prologue;
mod reach;

use crate::Program;
use crate::wasm::error::CompileError;
use crate::wasm::lower::{Context, Routine};

/// The program that makes these calls.
pub(crate) fn link(context: &Context<'_>, calls: &Routine) -> Result<Program, CompileError> {
    let routines = reach::reachable(context, calls)?;
    let prologue = prologue::prologue(context, calls, &routines)?;
    addresses::place(&prologue, &routines)
}
