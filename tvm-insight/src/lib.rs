//! Looking inside: one forward pass number by number ([`explain`]), the parts of a model ([`inspect`]),
//! an execution instruction by instruction ([`execution`]), and all of it for a run under way ([`session`]).
//!
//! A module imports only from those with lower numbers; a test checks it.
//!
//! 1. `number`: numbers in text and JSON
//! 2. `explain`, `inspect`, `execution`, `observe`: named values at every position
//! 3. `session`

pub mod execution;
pub mod explain;
pub mod inspect;
mod number;
pub mod observe;
pub mod session;

pub use tvm_core::runtime;
