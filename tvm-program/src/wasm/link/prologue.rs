//! The first instructions of a program: they instantiate the module (the size of memory, its data,
//! the globals), and go on to the calls that the program is about.

use std::collections::{BTreeMap, BTreeSet};

use super::memory_image::{Width, sections, stores};
use crate::wasm::error::CompileError;
use crate::wasm::lower::{Assembly, Context, Routine, Routines, START, Uses, words_of};
use crate::wasm::module::{Pages, Segment, Store};
use crate::{Code, Value};

/// Where the input is placed; nowhere when neither the calls nor the routines ask for it.
pub(crate) fn input_base(
    context: &Context<'_>,
    calls: &Routine,
    routines: &Routines,
) -> Result<Option<u32>, CompileError> {
    let reads_input = calls.uses.input || routines.values().any(|routine| routine.uses.input);
    if reads_input { context.input_base().map(Some) } else { Ok(None) }
}

/// Is the data of a program in the prompt?
fn has_data_sections(context: &Context<'_>) -> bool {
    context.set.by_code(Code::DATA).is_some()
}

/// The sections of the data, and of the tables and segments in reserved memory.
pub(crate) fn data(context: &Context<'_>, routines: &Routines) -> Vec<(u32, Vec<u8>)> {
    if !has_data_sections(context) {
        return Vec::new();
    }
    let mut found = sections(&context.module.data);
    let used: BTreeSet<Store> =
        routines.values().flat_map(|routine| routine.uses.reserved.iter().copied()).collect();
    for store in used {
        let place = context.module.reserved.place(store).expect("what is used has a place");
        let bytes = context.module.reserved_bytes(store, place);
        found.extend(sections(&[Segment { address: place.address, bytes: &bytes }]));
    }
    found
}

/// All instructions up to `halt`: instantiation, then the calls.
pub(crate) fn prologue(
    context: &Context<'_>,
    calls: &Routine,
    globals: &Assembly,
    data: &[(u32, Vec<u8>)],
    input_base: Option<u32>,
    pages: Option<Pages>,
) -> Routine {
    let mut assembly = Assembly::default();
    for (address, _) in data {
        assembly.instruction(Code::DATA, *address);
    }
    if let Some(base) = input_base {
        assembly.instruction(Code::INPUT_BASE, base);
    }
    // Says how large memory is, where the machine asks.
    if let (Some(declare), Some(pages)) = (context.opcodes.memory_declare, pages) {
        assembly.instruction(declare, pages.initial);
    }
    assembly.append(globals);
    if !has_data_sections(context) {
        fill_memory(&mut assembly, context);
    }
    assembly.append(&calls.assembly);
    assembly.instruction(context.opcodes.halt, 0);
    Routine {
        name: START.to_owned(),
        assembly,
        windows: calls.windows,
        uses: Uses::default(),
        lacks: Vec::new(),
    }
}

/// The globals that are used and do not begin as 0, each with the word that it begins with.
fn initial_values(context: &Context<'_>, routines: &Routines) -> Vec<(u32, Value)> {
    let used: BTreeSet<u32> =
        routines.values().flat_map(|routine| routine.uses.globals.iter().copied()).collect();
    let globals = used.into_iter().map(|index| &context.module.globals[index as usize]);
    let values = globals.filter_map(|global| Some((global.word, global.initial?)));
    values.filter(|(_, value)| value.unsigned() != 0).collect()
}

/// Sets the globals that do not begin as 0.
pub(crate) fn globals(context: &Context<'_>, routines: &Routines) -> Assembly {
    let mut assembly = Assembly::default();
    let opcodes = context.opcodes;
    for (word, value) in initial_values(context, routines) {
        opcodes.push(value, &mut assembly);
        assembly.instruction(opcodes.global_set.of(value.value_type()), word);
    }
    assembly
}

/// The words of globals that do not begin as 0.
pub(crate) fn initial_words(context: &Context<'_>, routines: &Routines) -> BTreeMap<u32, u32> {
    let values = initial_values(context, routines).into_iter();
    let words = values.flat_map(|(first, value)| {
        (first..).zip(words_of(value.unsigned())).take(value.value_type().words().into())
    });
    words.collect()
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
