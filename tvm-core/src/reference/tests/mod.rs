//! Whole runs: handwritten programs with the traces the token language demands, and every
//! operator against another WebAssembly machine.

mod control;
mod division;
mod fixture;
mod memory;
mod operators;
mod oracle;
mod state;
mod traps;
mod user;
mod values;
mod wide;
mod wide_operators;
