//! The weights of a transformer: everything that a forward pass is computed from, and nothing else.
//!
//! Engines, plans and code generators depend on this crate and not on `tvm-model`, which holds the
//! vocabulary, the names and the program beside the weights. So none of them can see a name.
//!
//! - [`Weights`]: matrices, the kinds of heads, and which tokens can be generated;
//! - [`Token`]: the number of a row of the embedding;
//! - [`Digest`]: which weights generated code was made from;
//! - [`Role`]: what a token means to the loop that runs a model. Engines are not given any.

mod digest;
mod matrix;
mod role;
mod token;
mod weights;

pub use digest::Digest;
pub use matrix::{Lines, Matrix};
pub use role::{Move, Role};
pub use token::Token;
pub use weights::{Attention, FeedForward, Layer, Selection, Weights};
