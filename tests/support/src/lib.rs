//! What the tests of several crates share: the instruction sets of the machines, programs in one
//! line, two ways to run a module, small models, the tokens of an instance, work on all processors, and what to
//! do where a tool is missing.

pub mod levels;
pub mod models;
pub mod modules;
pub mod observed;
pub mod parallel;
pub mod sets;
pub mod tools;
