//! Whole runs: handwritten programs with the traces the token language demands, and every
//! operator against another WebAssembly machine.

mod by_wasmi;
mod control;
mod division;
pub(crate) mod fixture;
mod floating_point;
mod memory;
mod operators;
mod places;
mod state;
mod stepping;
mod traps;
mod user;
mod values;
mod wide;
