//! The compiler: from a C program to the weights of a transformer that executes it.
//!
//! Data passes through in one direction:
//!
//! ```text
//! C source -> wasm -> Program -> Graph -> Schedule -> Weights -> Model -> engine -> tokens -> output
//! ```
//!
//! All of it in a line: [`compile()`]`(source)?.`[`specialise`](Compiled::specialise)`()?.`[`run`](Transformer::run)`(input)?`.
//! Its steps one by one are in [`program`], [`machine`], [`schedule`], [`weights`] and [`pipeline`].

pub mod graph;
mod interface;
mod library;
pub mod machine;
pub mod pipeline;
pub mod schedule;
pub mod weights;

pub use interface::interface;
pub use library::{
    Compiled, Ended, Error, Launcher, Run, Transformer, compile, compile_for, compile_instance,
};
pub use tvm_macros::*;
pub use {
    tvm_instance as instance, tvm_model as model, tvm_program as program,
    tvm_reference as reference, tvm_runtime as runtime, tvm_toolchain as toolchain,
};

// The macros expand to paths that begin with `::tvm_core`; inside this crate that is this crate.
extern crate self as tvm_core;

/// The examples of the book.
#[cfg(doctest)]
#[doc = include_str!("../../docs/library.md")]
struct LibraryPage;

/// How a host speaks with a program.
#[cfg(doctest)]
#[doc = include_str!("../../docs/host.md")]
struct HostPage;

/// How to add an opcode.
#[cfg(doctest)]
#[doc = include_str!("../../docs/add-an-opcode.md")]
struct OpcodePage;
