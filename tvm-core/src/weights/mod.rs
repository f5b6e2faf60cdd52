//! Matrices from a graph and its schedule. [`lower`] turns a graph into operations to be scheduled,
//! [`matrices`] writes what every operation computes into the rows and columns of its half-layer.

mod half_layer;
mod lower;
mod matrices;
mod names;
mod slots;

pub use lower::{Lowered, Work, lower};
pub use matrices::matrices;
