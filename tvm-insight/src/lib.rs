//! What a transformer did, and what it is made of, for people: one forward pass number by number
//! ([`explain`]), a model's parts ([`inspect`]), a run instruction by instruction ([`execution`]).

pub mod execution;
pub mod explain;
pub mod inspect;
mod number;
