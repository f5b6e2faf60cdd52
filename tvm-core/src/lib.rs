//! The compiler: from a C program to the weights of a transformer that executes it.
//!
//! Data passes through in one direction:
//!
//! ```text
//! C source -> wasm -> Program -> Graph -> Schedule -> Weights -> Model -> engine -> tokens -> output
//! ```

pub mod compile;
pub mod graph;
pub mod kernel;
pub mod machine;
pub mod narration;
pub mod program;
pub mod reference;
pub mod schedule;
pub mod weights;

pub use tvm_macros::*;
pub use tvm_runtime as runtime;

// The macros expand to paths that begin with `::tvm_core`; inside this crate that is this crate.
extern crate self as tvm_core;
