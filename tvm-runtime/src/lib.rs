//! What runs a transformer: attention caches, patterns in weights, plans, engines, and the driver.
//! Engines see weights, tokens and caches; never a program, a graph or the reference. Nothing here
//! opens files or starts processes.
//!
//! ```text
//! Weights -> Plan -> engine -> tokens -> output
//! ```

pub mod attention;
pub mod cursor;
pub mod engine;
pub mod patterns;
pub mod plan;
pub mod run;
pub mod trap;

pub use tvm_weights::{Token, Weights};
