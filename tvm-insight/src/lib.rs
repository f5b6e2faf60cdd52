//! Looking inside: one forward pass number by number ([`explain`]), the parts of a model ([`inspect`]),
//! and an execution instruction by instruction ([`execution`]).
//!
//! A module imports only from those with lower numbers; a test checks it.
//!
//! 1. `number`: numbers in text and JSON
//! 2. `explain`, `inspect`, `execution`

pub mod execution;
pub mod explain;
pub mod inspect;
mod number;
