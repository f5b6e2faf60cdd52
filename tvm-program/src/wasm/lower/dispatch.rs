//! Indirect calls. A table never changes, so all calls through it with one signature go to one
//! routine: it takes the index from the top of the arguments, and `br_table` leads to the call of
//! that element, or to a trap.

use std::collections::BTreeMap;

use super::assembly::{Assembly, Dispatch, Label, Step};
use super::call;
use super::context::Context;
use super::routine::{Routine, Uses};
use crate::Code;
use crate::wasm::error::CompileError;
use crate::wasm::module::{FunctionIndex, SignatureText};

/// Makes the routine for a table and a signature.
pub(crate) fn lower(context: &Context<'_>, dispatch: Dispatch) -> Result<Routine, CompileError> {
    let name = "br_table";
    let branch_table = context.opcodes.branch_table.ok_or(CompileError::MissingOpcode { name })?;
    let trap = |name| context.named(name);
    let null = trap("trap.uninitialized_element")?;
    let mismatch = trap("trap.indirect_call_type_mismatch")?;
    let table = &context.module.tables[dispatch.table.0 as usize];
    let mut assembly = Assembly::default();
    assembly.instruction(branch_table, table.size);
    let mut callees: BTreeMap<FunctionIndex, Label> = BTreeMap::new();
    for index in 0..table.size {
        match table.elements.get(&index) {
            None => assembly.instruction(null, 0),
            Some(function) if !context.module.is_callable_as(*function, dispatch.signature) => {
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
    let signature = context.module.signature(dispatch.signature);
    let name = format!("call_indirect {}", SignatureText(signature));
    Ok(Routine { name, assembly, windows: 1, uses, lacks })
}
