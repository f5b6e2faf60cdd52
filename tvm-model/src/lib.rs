//! A transformer with the names of its parts: the file that holds it, its vocabulary, the listing of the
//! program in its weights, names for people. The weights themselves are those of `tvm-weights`, which
//! is all that engines see. Nothing here computes with weights, and nothing knows what they compute.
//!
//! ```text
//! bytes <-> Model { description, vocabulary, weights }
//! ```

mod c_stack;
mod container;
mod file;
mod limits;
mod listing;
mod model;
mod names;
mod narrow;
mod seal;
mod sections;
pub mod token;

pub use c_stack::{CStack, CStackFrame, CStackUse};
pub use file::{ModelError, VERSION};
pub use listing::Listing;
pub use model::{Description, Model};
pub use names::{LayerNames, Member, Names, ValueName};
pub use sections::Section;
pub use token::{UnknownToken, Vocabulary};
pub use tvm_weights::{
    Attention, Digest, FeedForward, Layer, Lines, Matrix, Move, Role, Selection, Token, Weights,
};
