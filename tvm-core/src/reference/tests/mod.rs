//! Whole runs: handwritten programs with the traces the token language demands, and every
//! operator against another WebAssembly machine.

mod control;
mod division;
mod fixture;
mod operators;
mod state;
mod user;
mod values;
