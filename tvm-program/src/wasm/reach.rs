//! What a program is made of: from what its prologue calls, every routine that can be called, be
//! it a function of the module, a routine of the runtime or the dispatch of an indirect call.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::function::{Context, Routine};
use super::module::{FunctionIndex, Origin, TableIndex, TypeIndex};
use super::runtime::RuntimeRoutine;
use super::{CompileError, dispatch, function, link, runtime};
use crate::Program;

/// Something that can be called. In a program they lie in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum RoutineName {
    /// A defined function of the module.
    Function(FunctionIndex),
    /// A routine of the runtime.
    Runtime(RuntimeRoutine),
    /// The dispatch of indirect calls.
    Dispatch(Dispatch),
}

/// The indirect calls through a table with a signature: the first type of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Dispatch {
    pub(super) table: TableIndex,
    pub(super) signature: TypeIndex,
}

/// The routines of a program.
pub(super) type Routines = BTreeMap<RoutineName, Routine>;

/// Lowers everything that a routine reaches.
pub(super) fn reachable(context: &Context<'_>, main: &Routine) -> Result<Routines, CompileError> {
    let mut routines = Routines::new();
    let mut pending: Vec<_> = main.uses.routines.iter().rev().copied().collect();
    let mut length = 0;
    while let Some(name) = pending.pop() {
        if let Entry::Vacant(vacancy) = routines.entry(name) {
            let routine = vacancy.insert(lower(context, name)?);
            length += link::length(routine);
            if length > Program::MOST_INSTRUCTIONS {
                return Err(CompileError::ProgramTooLong { function: routine.name.clone() });
            }
            pending.extend(routine.uses.routines.iter().rev());
        }
    }
    Ok(routines)
}

fn lower(context: &Context<'_>, name: RoutineName) -> Result<Routine, CompileError> {
    match name {
        RoutineName::Function(index) => match &context.module.function(index).origin {
            Origin::Defined(body) => function::lower(context, index, body),
            Origin::Imported { .. } => unreachable!("calls of imported functions are inline"),
        },
        RoutineName::Runtime(routine) => runtime::lower(context, routine),
        RoutineName::Dispatch(dispatch) => dispatch::lower(context, dispatch),
    }
}
