//! Indirect calls. All calls through a table with one signature go to one routine. It takes the index from the
//! top of the arguments, and `br_table` leads to the call of that element, or to a trap. An element of a table
//! that changes is read first: it is a reference, which is the number of one of the functions that references may
//! be to. So a call of a reference begins where that has been read.

use std::collections::BTreeMap;

use super::assembly::{Assembly, Dispatch, Label, Step};
use super::call;
use super::context::Context;
use super::elements::ElementOpcodes;
use super::routine::{Routine, Uses};
use crate::Code;
use crate::wasm::error::CompileError;
use crate::wasm::module::{FunctionIndex, SignatureText, Store, TableIndex};

/// The local of the routine that keeps the index.
const INDEX: u32 = 0;

/// Makes the routine for a table, or for references, and a signature.
pub(crate) fn lower(context: &Context<'_>, dispatch: Dispatch) -> Result<Routine, CompileError> {
    let (mut assembly, mut uses) = (Assembly::default(), Uses::default());
    if let Some(table) = dispatch.table.filter(|&one| context.module.reserved.is_written(one)) {
        load_element(context, table, &mut assembly, &mut uses)?;
    }
    let functions = match dispatch.table {
        Some(table) => context.module.callees(table),
        None => context.module.referred(),
    };
    routine(context, dispatch, &functions, assembly, uses)
}

/// Turns the index on top of the stack into the element.
fn load_element(
    context: &Context<'_>,
    table: TableIndex,
    assembly: &mut Assembly,
    uses: &mut Uses,
) -> Result<(), CompileError> {
    let name = "reserved.load";
    let opcodes = ElementOpcodes::of(context).ok_or(CompileError::MissingOpcode { name })?;
    let store = Store::Table(table);
    let place = context.module.reserved.place(store).expect("a table that is written has one");
    uses.reserved.insert(store);
    opcodes.distance(context, place, INDEX, opcodes.undefined_element, assembly);
    assembly.instruction(opcodes.load, place.first());
    Ok(())
}

/// The routine that calls the function with the number on top of the stack.
fn routine(
    context: &Context<'_>,
    dispatch: Dispatch,
    functions: &[Option<FunctionIndex>],
    mut assembly: Assembly,
    mut uses: Uses,
) -> Result<Routine, CompileError> {
    let name = "br_table";
    let branch_table = context.opcodes.branch_table.ok_or(CompileError::MissingOpcode { name })?;
    let trap = |name| context.named(name);
    let null = trap("trap.uninitialized_element")?;
    let mismatch = trap("trap.indirect_call_type_mismatch")?;
    let last = u32::try_from(functions.len()).expect("a module has fewer than 2^32 functions");
    assembly.instruction(branch_table, last);
    let mut callees: BTreeMap<FunctionIndex, Label> = BTreeMap::new();
    for function in functions {
        match function {
            None => assembly.instruction(null, 0),
            Some(function) if !context.module.is_callable_as(*function, dispatch.signature) => {
                assembly.instruction(mismatch, 0);
            }
            Some(function) => {
                let target = *callees.entry(*function).or_insert_with(|| assembly.label());
                assembly.branch(Code::BR, target);
            }
        }
    }
    assembly.instruction(trap("trap.undefined_element")?, 0);
    let mut lacks = Vec::new();
    for (function, label) in callees {
        assembly.bind(label);
        if call::call(context, function, &mut assembly, &mut uses, &mut lacks)? {
            assembly.push(Step::Return);
        }
    }
    let operator = if dispatch.table.is_some() { "call_indirect" } else { "call_ref" };
    let name =
        format!("{operator} {}", SignatureText(context.module.signature(dispatch.signature)));
    Ok(Routine { name, assembly, windows: 1, uses, lacks })
}
