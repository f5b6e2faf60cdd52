//! From a WebAssembly module to a [`Program`]: validated first, then everything that the entry
//! reaches is flattened into instructions with relative branches, and linked behind a prologue.
//!
//! A module may be anything that is valid WebAssembly with one memory. What the entry reaches must be
//! made of the integers of WebAssembly 1.0 and of the proposals that compilers use by default: sign
//! extension, multiple values, `memory.copy` and `memory.fill`, and the encoding that reference types
//! brought to `call_indirect`. The rest of the module is validated and left out. The machine's stack, locals and globals are made of 32-bit
//! words; an i64 is two of them, the lower one first.
//!
//! What holds afterwards: whatever the module means, the program means, or the module was refused
//! with a [`CompileError`] that names the place. Two things are the machine's own: memory has at
//! most 1024 pages, and a module whose program reads input begins with enough pages that an input
//! of 65,536 bytes fits behind its base.
//!
//! | file | responsibility |
//! |---|---|
//! | `decode`, `initial`, `import` | the sections of a module; its initial values; its imports |
//! | `module`, `host`, `value` | a module, what it imports, the values it computes with |
//! | `entry`, `calls`, `prologue`, `input`, `memory_image` | how a program begins |
//! | `reach` | which routines it is made of |
//! | `function`, `moves`, `expansion`, `control`, `branch_table` | a function's operators |
//! | `operands`, `locals`, `operators`, `opcodes`, `peephole` | what lowering them needs |
//! | `dispatch` | indirect calls |
//! | `runtime` | operators that are routines |
//! | `assembly`, `link` | routines to instructions |
//! | `c_stack` | what is known of the stack of a compiler of C |
//! | `limits` | how large all of it may be |

mod assembly;
mod branch_table;
mod c_stack;
mod calls;
mod control;
mod decode;
mod dispatch;
mod entry;
mod error;
mod expansion;
mod function;
mod host;
mod import;
mod initial;
mod input;
mod limits;
mod link;
mod locals;
mod memory_image;
mod module;
mod moves;
mod opcodes;
mod operands;
mod operators;
mod peephole;
mod prologue;
mod reach;
mod runtime;
mod value;

use super::{InstructionSet, Program};
use host::Hosts;

pub use error::CompileError;
pub use host::HostModule;
pub use value::{Invocation, Value, ValueType};

/// The size of the machine's linear memory in bytes.
pub const MEMORY_BYTES: u64 = 1 << 26;

/// The same of an instruction set without traps.
const BYTES_WITHOUT_TRAPS: u64 = 1 << 25;

/// The most pages that memory has.
pub(super) const MEMORY_PAGES: u32 = 1024;

/// The bytes of a WebAssembly page.
const PAGE_BYTES: u64 = 1 << 16;

/// Compiles a module in the binary format.
///
/// The entry is the first of these exported functions that there is: `compute`, whose parameter is
/// the address of the input, `main` without parameters or with `argc` and `argv`, which are 0, and
/// `_start`. A program that reads input finds it, ended by a 0 byte, at the exported global
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
/// call and writes its results, the first one first, as little-endian bytes (4 of an i32, 8 of an
/// i64), and halts. Without calls it only instantiates.
///
/// # Errors
/// As [`compile`]; also when there is no such function, or the arguments are not of its types.
pub fn compile_calls(
    bytes: &[u8],
    set: &InstructionSet,
    host: &[HostModule],
    calls: &[Invocation],
) -> Result<Program, CompileError> {
    build(bytes, set, Hosts(host), |context| calls::main(context, calls))
}

/// Compiles a module whose prologue ends in what `main` makes of it.
fn build(
    bytes: &[u8],
    set: &InstructionSet,
    hosts: Hosts<'_>,
    main: impl Fn(&function::Context<'_>) -> Result<function::Routine, CompileError>,
) -> Result<Program, CompileError> {
    let module = decode::decode(bytes, hosts)?;
    let most = if set.traps() { MEMORY_BYTES } else { BYTES_WITHOUT_TRAPS };
    if module.memory_bytes() > most {
        return Err(CompileError::MemoryTooLarge { bytes: module.memory_bytes(), most });
    }
    let opcodes = opcodes::Opcodes::of(set)?;
    let context = function::Context { module: &module, hosts, set, opcodes: &opcodes };
    let calls = main(&context)?;
    let routines = reach::reachable(&context, &calls)?;
    let input_base = prologue::input_base(&context, &calls, &routines)?;
    let pages = module.memory.map(|memory| input::pages(memory, input_base));
    let prologue = prologue::prologue(&context, &calls, &routines, input_base, pages);
    let mut program = link::link(&prologue, &routines, pages)?;
    program.c_stack = c_stack::of(&module, &routines, &program.functions);
    Ok(program)
}

/// The types of the parameters and of the results of an exported function.
///
/// # Errors
/// When the module is invalid, has no such function, or the function has other types than
/// integers.
pub fn signature(
    bytes: &[u8],
    function: &str,
) -> Result<(Vec<ValueType>, Vec<ValueType>), CompileError> {
    calls::signature(bytes, function)
}
