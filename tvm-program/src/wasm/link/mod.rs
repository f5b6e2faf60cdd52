//! From the routine of a program's calls to the program: everything that it reaches is lowered, a
//! prologue instantiates the module, and every branch and call gets its relative immediate.
//!
//! In come a [`Context`] and the calls; out goes a [`Program`]. How a program begins is for `entry` to
//! say, how a function is lowered for `lower`.
//!
//! 1. `addresses`, `memory_image`, `c_stack`, `lack`: places of routines, data as stores, what is known of
//!    the stack of a compiler of C, what the machine has not
//! 2. `reach`, `prologue`: the routines of a program, its first instructions

mod addresses;
mod c_stack;
mod lack;
mod memory_image;
mod prologue;
mod reach;

use crate::wasm::error::CompileError;
use crate::wasm::fuse::{Effects, fuse};
use crate::wasm::lower::{Assembly, Context, Routine, Routines, Step, numbers};
use crate::wasm::module::pages;
use crate::{Export, Import, Interface, Program, Signature, Space};

/// What the program asks of a host, and what a host can call. An import is known by its index.
fn interface(context: &Context<'_>) -> Interface {
    let module = context.module;
    let signature = |function| {
        let of = module.type_of(function);
        let types = |types| numbers(types).unwrap_or_default();
        Signature { parameters: types(of.params()), results: types(of.results()) }
    };
    let imports = module.imports().map(|(module, name, function)| Import {
        module: module.to_owned(),
        name: name.to_owned(),
        signature: signature(function),
    });
    let exports = context
        .exports
        .iter()
        .map(|&(name, function)| Export { name: name.to_owned(), signature: signature(function) });
    Interface { imports: imports.collect(), exports: exports.collect(), accesses: Vec::new() }
}

/// What writes the globals before the calls. In a set with places these are read by all instructions, so the routines are
/// fused first.
fn globals(context: &Context<'_>, calls: &mut Routine, routines: &mut Routines) -> Assembly {
    if !context.set.has_places() {
        return prologue::globals(context, routines);
    }
    let effects = Effects::of(context);
    let mut words = fuse(&effects, calls, routines);
    words.extend(prologue::initial_words(context, routines));
    let mut assembly = Assembly::default();
    for (word, bits) in words {
        let steps = effects.write(bits, Space::Globals, word).into_iter().map(Step::Plain);
        steps.for_each(|step| assembly.push(step));
    }
    assembly
}

/// The program that makes these calls.
pub(crate) fn link(context: &Context<'_>, mut calls: Routine) -> Result<Program, CompileError> {
    let mut routines = reach::reachable(context, &calls)?;
    let globals = globals(context, &mut calls, &mut routines);
    let calls = &calls;
    let input_base = prologue::input_base(context, calls, &routines)?;
    let most = context.module.available_pages();
    let pages = context.module.memory.map(|memory| pages(memory, input_base, most));
    let data = prologue::data(context, &routines);
    let prologue = prologue::prologue(context, calls, &globals, &data, input_base, pages);
    let mut program = addresses::place(&prologue, &routines, pages)?;
    program.interface = interface(context);
    program.data = data.into_iter().map(|(_, bytes)| bytes).collect();
    program.c_stack = c_stack::of(context.module, &routines, &program.functions);
    Ok(program)
}
