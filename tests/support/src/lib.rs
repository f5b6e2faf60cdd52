//! What the tests of several crates share: the instruction sets of the machines, programs in one
//! line, two ways to run a module, and small models.

pub mod levels;
pub mod models;
pub mod modules;
pub mod sets;
