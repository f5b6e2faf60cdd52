//! From a WebAssembly module to a [`Program`]: validated first, then everything that the entry
//! reaches is flattened into instructions with relative branches, and linked behind a prologue.
//!
//! A module may be any valid WebAssembly with one memory of 32-bit addresses. What the entry reaches
//! must be made of WebAssembly 1.0 and of the proposals that compilers use by default: sign extension,
//! saturating conversions, multiple values, bulk memory, references and calls by reference, computed initial values,
//! exceptions of both forms, and tail calls. The rest of the module is validated and left out. The machine's
//! stack, locals and globals are made of 32-bit words; an i64 is two of them, the
//! lower one first, and a number in floating point is the integer of its bits.
//!
//! The program has the meaning of the module, or the module is rejected with a [`CompileError`] that
//! names the place. Two things are specific to the machine: memory has at most 1024 pages, and a module whose program reads input begins with enough pages that an input
//! of 65,536 bytes fits behind its base.
//!
//! A module passes through these folders once, in this order. A folder imports only from those with
//! lower numbers, and so do the files of a folder, which its documentation lists; a test checks both.
//!
//! 1. `error`: why a module cannot become a program
//! 2. `module`: bytes to functions, globals, tables, memory, data
//! 3. `routines`: operators in WebAssembly text
//! 4. `lower`: function bodies to instructions with labels
//! 5. `entry`, `fuse`: the calls that a program is about; instructions that read variables and write them
//! 6. `link`: everything that the calls reach, with a prologue, as one list of instructions

mod entry;
mod error;
mod fuse;
mod link;
mod lower;
mod module;
mod routines;

use crate::limits::{GREATEST_MEMORY, MEMORY_BYTES};
use crate::{InstructionSet, Program, ValueType};
use lower::{Context, Leaving, Opcodes, Routine};
use module::{FunctionIndex, Hosts, Module};

pub use entry::Invocation;
pub use error::{CompileError, Lack};
pub use lower::is_step;
pub use module::HostModule;

/// Compiles a module in the binary format.
///
/// The entry is the first of these exported functions that there is: `compute`, whose parameter is
/// the address of the input, `_start`, and `main` without parameters or with `argc` and `argv`, which
/// are 0. A program that reads input finds it, ended by a 0 byte, at the exported global
/// `__heap_base`, or behind the data and the stack where there is no such export.
///
/// # Errors
/// When the module is invalid, has no entry, needs more memory than the machine has, or uses
/// anything that the instruction set has no opcode for.
pub fn compile(bytes: &[u8], set: &InstructionSet) -> Result<Program, CompileError> {
    build(bytes, set, Hosts(&[]), entry::main)
}

/// Compiles a module and calls of its exported functions, one after the other.
///
/// The program instantiates the module (memory, data, globals, start function), then makes each
/// call and writes its results, the first one first, as little-endian bytes (4 of an i32, f32 or reference, 8
/// of an i64 or f64), and halts. Without calls it only instantiates.
///
/// # Errors
/// As [`compile`]; also when there is no such function, or the arguments are not of its types.
pub fn compile_calls(
    bytes: &[u8],
    set: &InstructionSet,
    host: &[HostModule],
    calls: &[Invocation],
) -> Result<Program, CompileError> {
    build(bytes, set, Hosts(host), |context| entry::calls::main(context, calls))
}

/// Compiles a module whose exported functions a host calls, as often and in what order it likes. The program
/// instantiates the module and then does what the host asks ([`Interface`](crate::Interface) has the exports).
///
/// # Errors
/// As [`compile`], but an entry is not needed.
pub fn compile_instance(
    bytes: &[u8],
    set: &InstructionSet,
    host: &[HostModule],
) -> Result<Program, CompileError> {
    let hosts = Hosts(host);
    let module = module::decode(bytes, hosts)?;
    let exports = entry::instance::exports(&module);
    lowered(&module, set, hosts, &exports, entry::instance::main)
}

/// Compiles a module whose calls are what `main` makes of it.
fn build(
    bytes: &[u8],
    set: &InstructionSet,
    hosts: Hosts<'_>,
    main: impl Fn(&Context<'_>) -> Result<Routine, CompileError>,
) -> Result<Program, CompileError> {
    lowered(&module::decode(bytes, hosts)?, set, hosts, &[], main)
}

/// The program of a module.
fn lowered(
    module: &Module<'_>,
    set: &InstructionSet,
    hosts: Hosts<'_>,
    exports: &[(&str, FunctionIndex)],
    main: impl Fn(&Context<'_>) -> Result<Routine, CompileError>,
) -> Result<Program, CompileError> {
    let (most, reserved) = match set.traps() {
        true => (GREATEST_MEMORY, module.reserved.bytes),
        false => (MEMORY_BYTES, 0),
    };
    let bytes = module.memory_bytes() + reserved;
    if bytes > most {
        return Err(CompileError::MemoryTooLarge { bytes, most });
    }
    let opcodes = Opcodes::of(set)?;
    let leaving = Leaving::of(module)?;
    let context = Context { module, hosts, set, opcodes: &opcodes, leaving: &leaving, exports };
    link::link(&context, main(&context)?)
}

/// The types of the parameters and of the results of an exported function. A reference is an i32: 0 for null.
///
/// # Errors
/// When the module is invalid, has no such function, or the function has other types than
/// numbers and references.
pub fn signature(
    bytes: &[u8],
    function: &str,
) -> Result<(Vec<ValueType>, Vec<ValueType>), CompileError> {
    entry::calls::signature(bytes, function)
}
