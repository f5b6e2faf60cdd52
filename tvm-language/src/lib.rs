//! The language in which the machine is written: `graph!` and `opcode!`, as functions from tokens
//! to tokens that tests can call. `tvm-macros` makes macros of them.
//!
//! Text is parsed (`expression`, `graph`, `opcode/parse`). Of a declaration every opcode that it
//! stands for is made, with the functions of its family in place (`opcode/instance`). Names are
//! resolved and linearity is checked (`resolve`); so is what one instruction cannot have together
//! (`opcode/rules`), and that values are read while they are there (`opcode/lifetime`). Then it is
//! expanded to calls of a graph builder (`expand`, `opcode`). Errors are collected with their places, and
//! the expansion stays well-formed, so that one mistake gives one message.

mod errors;
mod expand;
mod expression;
mod graph;
mod opcode;
mod place;
mod resolve;
#[cfg(test)]
mod snapshots;
mod value_type;
mod vocabulary;

use proc_macro2::TokenStream;

/// What `graph! { input }` expands to: functions that add nodes to a graph. Mistakes are
/// `compile_error!`s in it.
pub fn graph(input: TokenStream) -> TokenStream {
    graph::expand(input)
}

/// What `opcode! { input }` expands to: a constant for a family of opcodes. Mistakes are
/// `compile_error!`s beside a family without opcodes.
pub fn opcode(input: TokenStream) -> TokenStream {
    opcode::expand(input)
}
