//! Indirect calls. All calls with one signature through a table that never changes go to one routine: it
//! takes the index from the top of the arguments, and `br_table` leads to the call of that element, or to
//! a trap. An element of a table that changes is a reference first, and calls of references with one signature
//! go to one routine in the same way.

use std::collections::BTreeMap;

use super::assembly::{Assembly, Dispatch, Label, Step};
use super::call;
use super::context::Context;
use super::routine::{Routine, Uses};
use crate::Code;
use crate::wasm::error::CompileError;
use crate::wasm::module::{FunctionIndex, SignatureText, TypeIndex};

/// Makes the routine for a table and a signature.
pub(crate) fn lower(context: &Context<'_>, dispatch: Dispatch) -> Result<Routine, CompileError> {
    let table = &context.module.tables[dispatch.table.0 as usize];
    let elements: Vec<_> = (0..table.size).map(|index| table.element(index)).collect();
    routine(context, dispatch.signature, &elements)
}

/// Makes the routine for references and a signature.
pub(crate) fn lower_references(
    context: &Context<'_>,
    signature: TypeIndex,
) -> Result<Routine, CompileError> {
    let functions = context.module.reserved.references().iter().copied().map(Some);
    let words: Vec<_> = std::iter::once(None).chain(functions).collect();
    routine(context, signature, &words)
}

/// The routine that calls the function with the number on top of the stack.
fn routine(
    context: &Context<'_>,
    signature: TypeIndex,
    functions: &[Option<FunctionIndex>],
) -> Result<Routine, CompileError> {
    let name = "br_table";
    let branch_table = context.opcodes.branch_table.ok_or(CompileError::MissingOpcode { name })?;
    let trap = |name| context.named(name);
    let null = trap("trap.uninitialized_element")?;
    let mismatch = trap("trap.indirect_call_type_mismatch")?;
    let mut assembly = Assembly::default();
    let last = u32::try_from(functions.len()).expect("a module has fewer than 2^32 functions");
    assembly.instruction(branch_table, last);
    let mut callees: BTreeMap<FunctionIndex, Label> = BTreeMap::new();
    for function in functions {
        match function {
            None => assembly.instruction(null, 0),
            Some(function) if !context.module.is_callable_as(*function, signature) => {
                assembly.instruction(mismatch, 0);
            }
            Some(function) => {
                let target = *callees.entry(*function).or_insert_with(|| assembly.label());
                assembly.push(Step::Branch { code: Code::BR, target });
            }
        }
    }
    assembly.instruction(trap("trap.undefined_element")?, 0);
    let (mut uses, mut lacks) = (Uses::default(), Vec::new());
    for (function, label) in callees {
        assembly.bind(label);
        if call::call(context, function, &mut assembly, &mut uses, &mut lacks)? {
            assembly.push(Step::Return);
        }
    }
    let name = format!("call_indirect {}", SignatureText(context.module.signature(signature)));
    Ok(Routine { name, assembly, windows: 1, uses, lacks })
}
