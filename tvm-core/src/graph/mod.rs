//! The computation graph: what a machine computes for every token, independent of layers and weights.
//!
//! There are five kinds of [`Node`]; everything else is a [`Form`], an integer linear form over
//! nodes. Forms cost nothing (they become matrix rows), nodes become embedding columns, neurons,
//! residual slots and attention heads. Equal nodes are found and shared when they are built.
//! A graph is a plain value: two machines can be built side by side. [`evaluate`] gives its
//! meaning in integer arithmetic.

mod builder;
pub mod evaluate;
mod form;
mod naming;
mod node;
#[cfg(test)]
pub(crate) mod probe;
mod staircase;
mod token;

pub use builder::{Graph, Key};
pub use form::Form;
pub use node::{FamilyId, Input, Lookup, LookupId, Node, NodeId, Phase};
pub use token::{TokenGraph, TokenRow};
