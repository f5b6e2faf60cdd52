//! How a program begins: which function is its entry, what that reaches, and the prologue that
//! fills globals and memory, calls the entry and halts.

use std::collections::BTreeMap;

use wasmparser::ValType;

use super::assembly::{Assembly, Step};
use super::function::{Context, Routine, Uses, count, lower};
use super::memory_image::{Width, stores};
use super::module::{FunctionIndex, Global, Module, Origin, Segment, SignatureText};
use super::{CompileError, MEMORY_BYTES};
use crate::program::Code;

/// The lowered functions in order of their indices.
pub(super) type Routines = BTreeMap<FunctionIndex, Routine>;

/// The function a program begins with.
pub(super) struct Entry {
    function: FunctionIndex,
    arguments: Arguments,
    results: u32,
}

/// What the entry is called with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Arguments {
    None,
    /// The address of the input.
    Input,
    /// `argc` and `argv`: no arguments.
    Empty,
}

/// The exports that can be an entry, the preferred one first. clang exports `int main(void)` under
/// `__main_void` or `__original_main` and makes `main` a wrapper with `argc` and `argv`.
const ENTRIES: [&str; 5] = ["compute", "__main_void", "__original_main", "main", "_start"];

/// Finds the entry among the exports.
pub(super) fn find(module: &Module<'_>) -> Result<Entry, CompileError> {
    let (name, function) = ENTRIES
        .into_iter()
        .find_map(|entry| module.exported_functions.iter().find(|(name, _)| *name == entry))
        .copied()
        .ok_or(CompileError::NoEntry)?;
    let signature = &module.function(function).signature;
    let (arguments, expected) = match (name, signature.params(), signature.results()) {
        ("compute", [ValType::I32], []) => (Some(Arguments::Input), ""),
        ("compute", ..) => (None, "(i32) -> ()"),
        ("main", [ValType::I32, ValType::I32], [ValType::I32]) => (Some(Arguments::Empty), ""),
        ("_start", [], []) => (Some(Arguments::None), ""),
        ("_start", ..) => (None, "() -> ()"),
        (_, [], [] | [ValType::I32]) => (Some(Arguments::None), ""),
        _ => (None, "() -> (i32)"),
    };
    match arguments {
        Some(arguments) => Ok(Entry { function, arguments, results: count(signature.results()) }),
        None => Err(CompileError::EntryType {
            name: name.to_owned(),
            found: SignatureText(signature).to_string(),
            expected,
        }),
    }
}

/// The address of the input: behind everything that the module itself keeps in memory. Without a
/// `__heap_base` every initial value of a global that is an address counts as occupied, since a
/// stack that grows downwards begins at one.
pub(super) fn input_base(module: &Module<'_>) -> Result<u32, CompileError> {
    const ALIGNMENT: u64 = 16;
    let data_end = module.data.iter().map(Segment::end).max().unwrap_or(0);
    let occupied = match module.exported_i32("__heap_base") {
        Some(heap_base) => data_end.max(u64::from(heap_base)),
        None => global_addresses(module).fold(data_end, u64::max),
    };
    let address = occupied.next_multiple_of(ALIGNMENT);
    match u32::try_from(address) {
        Ok(base) if address < MEMORY_BYTES => Ok(base),
        _ => Err(CompileError::NoRoomForInput { address }),
    }
}

fn global_addresses(module: &Module<'_>) -> impl Iterator<Item = u64> {
    module.globals.iter().filter_map(|global| match global {
        Global::I32(value) if u64::from(*value) <= module.memory_bytes() => Some((*value).into()),
        _ => None,
    })
}

/// Lowers every function that the entry and the start function reach.
pub(super) fn reachable(context: &Context<'_>, entry: &Entry) -> Result<Routines, CompileError> {
    let mut routines = Routines::new();
    let mut pending: Vec<_> = context.module.start.into_iter().chain([entry.function]).collect();
    while let Some(function) = pending.pop() {
        if routines.contains_key(&function) {
            continue;
        }
        let routine = match &context.module.function(function).origin {
            Origin::Defined(body) => lower(context, function, body)?,
            Origin::Imported { module, name } => {
                return Err(CompileError::Import {
                    module: (*module).to_owned(),
                    name: (*name).to_owned(),
                    reason: "a program cannot begin with an imported function".to_owned(),
                });
            }
        };
        pending.extend(routine.uses.functions.iter().rev());
        routines.insert(function, routine);
    }
    Ok(routines)
}

/// The first instructions of the program, up to `halt`.
pub(super) fn prologue(context: &Context<'_>, entry: &Entry, routines: &Routines) -> Routine {
    let mut assembly = Assembly::default();
    let reads_input =
        entry.arguments == Arguments::Input || routines.values().any(|routine| routine.uses.input);
    if reads_input {
        assembly.instruction(Code::INPUT_BASE, context.input_base);
    }
    fill_globals(&mut assembly, context, routines);
    fill_memory(&mut assembly, context);
    if let Some(start) = context.module.start {
        assembly.push(Step::Call(start));
    }
    let opcodes = context.opcodes;
    match entry.arguments {
        Arguments::None => {}
        Arguments::Input => assembly.instruction(opcodes.constant, context.input_base),
        Arguments::Empty => {
            assembly.instruction(opcodes.constant, 0);
            assembly.instruction(opcodes.constant, 0);
        }
    }
    assembly.push(Step::Call(entry.function));
    for _ in 0..entry.results {
        assembly.instruction(opcodes.drop, 0);
    }
    assembly.instruction(opcodes.halt, 0);
    Routine { assembly, windows: 1, uses: Uses::default() }
}

/// Sets the globals that are used and do not begin as 0.
fn fill_globals(assembly: &mut Assembly, context: &Context<'_>, routines: &Routines) {
    for (index, global) in (0..).zip(&context.module.globals) {
        let used = routines.values().any(|routine| routine.uses.globals.contains(&index));
        if let Global::I32(value @ 1..) = *global
            && used
        {
            assembly.instruction(context.opcodes.constant, value);
            assembly.instruction(context.opcodes.global_set, index);
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
