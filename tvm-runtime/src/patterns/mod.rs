//! What the matrices of a model have in common with short formulas, read off the weights alone:
//!
//! - neurons that share a gate direction and let a constant through are a [`Table`];
//! - neurons whose gates are an arithmetic progression are summed in closed form, a [`Chain`];
//! - a mean that is multiplied by the number of positions and rounded is a running sum, [`total`];
//! - tokens whose scores are lines in one slot are found by the interval it lies in, [`Lines`].
//!
//! A family gives the same number as its members one by one.

mod chain;
mod grid;
mod lines;
mod neurons;
mod row;
mod steps;
mod table;
mod total;

pub use chain::{Chain, chain_sum};
pub use grid::Grid;
pub use lines::{Line, Lines, winner};
pub use neurons::Members;
pub use row::{SparseRow, constant_slot};
pub use steps::Steps;
pub use table::Table;
pub use total::{BiasedTotal, total};
