//! What a transformer is as data: its weights, the file that holds them, its vocabulary, names for
//! people, and digests. Nothing here computes with weights, and nothing knows what they compute.
//!
//! ```text
//! bytes <-> Model { description, vocabulary, weights }
//! ```

mod c_stack;
mod container;
pub mod digest;
mod file;
mod limits;
mod listing;
mod matrix;
mod model;
mod names;
mod narrow;
mod seal;
pub mod token;

pub use c_stack::{CStack, CStackFrame, CStackUse};
pub use file::{ModelError, VERSION};
pub use listing::Listing;
pub use matrix::Matrix;
pub use model::{Attention, Description, FeedForward, Layer, Model, Selection};
pub use names::{LayerNames, Member, Names, ValueName};
pub use token::{Token, Vocabulary};
