//! Runs transformers: attention caches, patterns in weights, plans, engines, and the driver. Engines see
//! weights, tokens and caches only; no program, no graph, no reference executor. This crate opens no files
//! and starts no processes.
//!
//! ```text
//! Weights -> Plan -> engine -> tokens -> output
//! ```

pub mod attention;
mod bytes;
pub mod driver;
pub mod engine;
pub mod patterns;
pub mod plan;

pub use tvm_weights::{Token, Weights};
