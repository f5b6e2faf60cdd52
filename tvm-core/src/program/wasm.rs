//! From a WebAssembly module to a [`Program`]: validated first, then every function that the entry
//! reaches is flattened into instructions with relative branches, and linked behind a prologue.
//!
//! What holds afterwards: whatever the module means, the program means, or the module was refused
//! with a [`CompileError`] that names the place. Anything but i32 is refused.

mod assembly;
mod control;
mod entry;
mod error;
mod function;
mod link;
mod memory_image;
mod module;
mod opcodes;
mod operators;
mod peephole;

#[cfg(test)]
mod tests;

use super::{InstructionSet, Program};

pub use error::CompileError;

/// The size of the machine's linear memory in bytes.
pub const MEMORY_BYTES: u64 = 1 << 25;

/// The bytes of a WebAssembly page.
const PAGE_BYTES: u64 = 1 << 16;

/// Compiles a module in the binary format.
///
/// The entry is the exported function `compute` (one parameter: the address of the input), `main`
/// or `_start`. A program that reads input finds it, ended by a 0 byte, at the exported global
/// `__heap_base`, or behind the data and the stack where there is no such export.
///
/// # Errors
/// When the module is invalid, has no entry, needs more memory than the machine has, or uses
/// anything that the instruction set has no opcode for.
pub fn compile(bytes: &[u8], set: &InstructionSet) -> Result<Program, CompileError> {
    let module = module::Module::decode(bytes)?;
    let opcodes = opcodes::Opcodes::of(set)?;
    let context = function::Context {
        input_base: entry::input_base(&module)?,
        module: &module,
        set,
        opcodes: &opcodes,
    };
    let entry = entry::find(&module)?;
    let functions = entry::reachable(&context, &entry)?;
    let prologue = entry::prologue(&context, &entry, &functions);
    Ok(link::link(&prologue, &functions))
}
