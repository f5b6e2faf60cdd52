//! A lowered function, and what it uses of its module and of other routines.

use std::collections::{BTreeMap, BTreeSet};

use super::assembly::{Assembly, RoutineName};
use crate::wasm::error::CompileError;
use crate::wasm::module::Store;

/// The name of the routine that a program begins with, in messages and listings.
pub(crate) const START: &str = "(start of the program)";

/// A lowered function.
pub(crate) struct Routine {
    /// Its name in messages and listings.
    pub(crate) name: String,
    pub(crate) assembly: Assembly,
    /// How many call depths its locals take.
    pub(crate) windows: u32,
    pub(crate) uses: Uses,
    /// What it needs and the machine has not. If there is anything, nothing else of it means anything.
    pub(crate) lacks: Vec<CompileError>,
}

/// What a routine uses.
#[derive(Default)]
pub(crate) struct Uses {
    pub(crate) routines: BTreeSet<RoutineName>,
    pub(crate) globals: BTreeSet<u32>,
    /// Tables and segments in reserved memory.
    pub(crate) reserved: BTreeSet<Store>,
    pub(crate) input: bool,
    /// What it leaves to its callers to call.
    pub(crate) tail_calls: BTreeSet<RoutineName>,
}

/// The routines of a program.
pub(crate) type Routines = BTreeMap<RoutineName, Routine>;
