//! Calls that nothing in the program is around: of the start function, of a program's entry, of what a
//! host calls. They make the tail calls that are left, and trap for an exception.

use super::assembly::{Assembly, RoutineName, Step};
use super::call;
use super::context::Context;
use super::routine::{Routine, Uses};
use crate::wasm::error::CompileError;
use crate::wasm::module::FunctionIndex;
use crate::{Code, ValueType};

/// The name of the routine in messages and listings.
const UNCAUGHT: &str = "(uncaught exceptions)";

/// Emits such a call. Gives whether it can return. An import that is not there is noted.
pub(crate) fn call_outermost(
    context: &Context<'_>,
    callee: FunctionIndex,
    assembly: &mut Assembly,
    uses: &mut Uses,
    lacks: &mut Vec<CompileError>,
) -> Result<bool, CompileError> {
    let returns = call::call(context, callee, assembly, uses, lacks)?;
    let leaves = context.leaving.of_function(callee);
    let behind =
        [(leaves.tail_call, RoutineName::TailCalls), (leaves.exception, RoutineName::Uncaught)];
    for (_, routine) in behind.into_iter().filter(|(needed, _)| *needed) {
        uses.routines.insert(routine);
        assembly.push(Step::Call(routine));
    }
    Ok(returns)
}

/// Emits the call of the start function, if there is one.
pub(crate) fn call_start(
    context: &Context<'_>,
    assembly: &mut Assembly,
    uses: &mut Uses,
    lacks: &mut Vec<CompileError>,
) -> Result<(), CompileError> {
    if let Some(start) = context.module.start {
        call_outermost(context, start, assembly, uses, lacks)?;
    }
    Ok(())
}

/// Makes the routine that traps if there is an exception. A set without the trap has no exceptions.
pub(crate) fn lower(context: &Context<'_>) -> Routine {
    let get = context.opcodes.global_get.of(ValueType::I32);
    let mut assembly = Assembly::default();
    let uncaught = assembly.label();
    assembly.instruction(get, context.leaving.pending());
    assembly.branch(Code::BR_IF, uncaught);
    assembly.push(Step::Return);
    assembly.bind(uncaught);
    match context.opcodes.uncaught {
        Some(trap) => assembly.instruction(trap, 0),
        None => assembly.push(Step::Return),
    }
    let name = UNCAUGHT.to_owned();
    Routine { name, assembly, windows: 1, uses: Uses::default(), lacks: Vec::new() }
}
