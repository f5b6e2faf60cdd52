//! What the matrices of a model have in common with short formulas, read off the weights alone:
//!
//! - neurons that share a gate direction and let a constant through are a [`Table`];
//! - neurons whose gates are an arithmetic progression are summed in closed form, a [`Chain`];
//! - a mean that is multiplied by the number of positions and rounded is a running sum, [`BiasedTotal`];
//! - tokens whose scores are lines in one slot are found by the interval it lies in, [`Lines`].
//!
//! A pattern gives the same number as its members one by one, as long as what its documentation says of
//! magnitudes holds. Who uses it has to know that it does: see [`bounds`](crate::plan::bounds).

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
pub use lines::{Line, Lines, scored, winner};
pub use neurons::{Members, TableMembers};
pub(crate) use row::written_slots;
pub use row::{SparseRow, constant_slot};
pub use steps::Steps;
pub use table::Table;
pub(crate) use table::evaluate_pieces;
pub use total::BiasedTotal;
