//! Looking inside: one forward pass number by number ([`explain`]), the parts of a model ([`inspect`]),
//! and an execution instruction by instruction ([`execution`]).

pub mod execution;
pub mod explain;
pub mod inspect;
mod number;
