//! The first instructions of a program: they instantiate the module (the size of memory, its data,
//! the globals), and go on to the calls that the program is about.

use std::collections::BTreeSet;

use super::memory_image::{Width, stores};
use crate::wasm::error::CompileError;
use crate::wasm::lower::{Assembly, Context, Routine, Routines, START, Uses};
use crate::wasm::module::pages_for_input;
use crate::{Code, Value, ValueType};

/// All instructions up to `halt`: instantiation, then the calls.
pub(crate) fn prologue(
    context: &Context<'_>,
    calls: &Routine,
    routines: &Routines,
) -> Result<Routine, CompileError> {
    let mut assembly = Assembly::default();
    let reads_input = calls.uses.input || routines.values().any(|routine| routine.uses.input);
    let input_base = if reads_input { Some(context.input_base()?) } else { None };
    if let Some(base) = input_base {
        assembly.instruction(Code::INPUT_BASE, base);
    }
    declare_memory(&mut assembly, context, input_base);
    fill_globals(&mut assembly, context, routines);
    fill_memory(&mut assembly, context);
    assembly.append(&calls.assembly);
    assembly.instruction(context.opcodes.halt, 0);
    Ok(Routine { name: START.to_owned(), assembly, windows: calls.windows, uses: Uses::default() })
}

/// Says how large memory is, where the machine asks.
fn declare_memory(assembly: &mut Assembly, context: &Context<'_>, input_base: Option<u32>) {
    if let (Some(declare), Some(memory)) = (context.opcodes.memory_declare, context.module.memory) {
        assembly.instruction(declare, pages_for_input(memory.pages, input_base));
    }
}

/// Sets the globals that are used and do not begin as 0.
fn fill_globals(assembly: &mut Assembly, context: &Context<'_>, routines: &Routines) {
    let opcodes = context.opcodes;
    let used: BTreeSet<u32> =
        routines.values().flat_map(|routine| routine.uses.globals.iter().copied()).collect();
    for index in used {
        let global = &context.module.globals[index as usize];
        match global.initial {
            Some(Value::I32(value @ 1..)) => {
                assembly.instruction(opcodes.constant, value);
                assembly.instruction(opcodes.global_set.of(ValueType::I32), global.word);
            }
            Some(Value::I64(value @ 1..)) => {
                opcodes.push_wide(value, assembly);
                assembly.instruction(opcodes.global_set.of(ValueType::I64), global.word);
            }
            _ => {}
        }
    }
}

fn fill_memory(assembly: &mut Assembly, context: &Context<'_>) {
    let opcodes = context.opcodes;
    for store in stores(&context.module.data) {
        let code = match store.width {
            Width::One => opcodes.store_8,
            Width::Two => opcodes.store_16,
            Width::Four => opcodes.store,
        };
        assembly.instruction(opcodes.constant, store.address);
        assembly.instruction(opcodes.constant, store.value);
        assembly.instruction(code, 0);
    }
}
