//! Everything that the calls of a program reach: functions of the module, operators that are
//! routines, dispatches of indirect calls.

use std::collections::BTreeSet;
use std::collections::btree_map::Entry;

use super::addresses::length;
use super::lack;
use crate::limits::INSTRUCTIONS;
use crate::wasm::error::CompileError;
use crate::wasm::lower::{
    Context, Leaving, Routine, RoutineName, Routines, lower_answers, lower_dispatch,
    lower_function, lower_tail_calls, lower_uncaught,
};
use crate::wasm::module::{FunctionIndex, Hosts, Origin, decode};
use crate::wasm::routines::{OperatorRoutine, hosts};

/// Lowers everything that a routine reaches.
pub(crate) fn reachable(context: &Context<'_>, main: &Routine) -> Result<Routines, CompileError> {
    let mut routines = Routines::new();
    let mut pending: Vec<_> = main.uses.routines.iter().rev().copied().collect();
    let mut instructions = 0;
    let mut left = BTreeSet::new();
    while let Some(name) = pending.pop() {
        if let Entry::Vacant(vacancy) = routines.entry(name) {
            let routine = vacancy.insert(lower(context, name)?);
            instructions += length(routine);
            if instructions > INSTRUCTIONS {
                return Err(CompileError::ProgramTooLong { function: routine.name.clone() });
            }
            pending.extend(routine.uses.routines.iter().rev());
            pending.extend(routine.uses.tail_calls.iter().rev());
            left.extend(routine.uses.tail_calls.iter().copied());
        }
    }
    // What it calls is known when everything else has been lowered.
    if let Some(tail_calls) = routines.get_mut(&RoutineName::TailCalls) {
        *tail_calls = lower_tail_calls(context, &left);
    }
    match lack::all(context.module, main, &routines) {
        Some(error) => Err(error),
        None => Ok(routines),
    }
}

fn lower(context: &Context<'_>, name: RoutineName) -> Result<Routine, CompileError> {
    match name {
        RoutineName::Function(index) => match &context.module.function(index).origin {
            Origin::Defined(body) => lower_function(context, index, body),
            Origin::Imported { .. } => unreachable!("calls of imported functions are inline"),
        },
        RoutineName::Operator(routine) => lower_operator(context, routine),
        RoutineName::Dispatch(dispatch) => lower_dispatch(context, dispatch),
        RoutineName::Answers => lower_answers(context),
        RoutineName::TailCalls => Ok(lower_tail_calls(context, &BTreeSet::new())),
        RoutineName::Uncaught => Ok(lower_uncaught(context)),
    }
}

/// Lowers an operator that is a routine: the one function of a module of its own.
fn lower_operator(
    context: &Context<'_>,
    routine: OperatorRoutine,
) -> Result<Routine, CompileError> {
    let bytes = wat::parse_str(routine.text()).expect("a routine is WebAssembly text");
    let hosts = hosts();
    let module = decode(&bytes, Hosts(&hosts))?;
    let defined = (0..).zip(&module.functions).find_map(|(index, one)| match &one.origin {
        Origin::Defined(body) => Some((FunctionIndex(index), body)),
        Origin::Imported { .. } => None,
    });
    let (index, body) = defined.expect("a routine is one function");
    let leaving = Leaving::default();
    let context = Context { module: &module, hosts: Hosts(&hosts), leaving: &leaving, ..*context };
    lower_function(&context, index, body)
}
