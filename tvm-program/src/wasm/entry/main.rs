//! How a program begins: which exported function is its entry, and what it is called with.

use wasmparser::ValType;

use crate::ValueType;
use crate::excerpt::excerpt;
use crate::wasm::error::CompileError;
use crate::wasm::lower::{Assembly, Context, Routine, START, Uses, call_outermost, call_start};
use crate::wasm::module::{FunctionIndex, Module, Origin, SignatureText};

/// The function a program begins with.
pub(crate) struct Entry {
    function: FunctionIndex,
    arguments: Arguments,
    results: &'static [ValueType],
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

/// The exports that can be an entry, the preferred one first. `_start` calls `main` and does what is to be done
/// before and behind it; rustc exports both. clang exports `int main(void)` under `__main_void` or
/// `__original_main` and makes `main` a wrapper with `argc` and `argv`; a `main` with these it may call
/// `__main_argc_argv`.
const ENTRIES: [&str; 6] =
    ["compute", "_start", "__main_void", "__original_main", "main", "__main_argc_argv"];

/// Finds the entry among the exports.
fn find(module: &Module<'_>) -> Result<Entry, CompileError> {
    let (name, function) = ENTRIES
        .into_iter()
        .find_map(|name| Some((name, module.exported_function(name)?)))
        .ok_or_else(|| CompileError::NoEntry { exports: callable(module) })?;
    if let Origin::Imported { module, name } = module.function(function).origin {
        return Err(CompileError::Import {
            module: excerpt(module),
            name: excerpt(name),
            reason: "a program cannot begin with an imported function".to_owned(),
        });
    }
    let signature = module.type_of(function);
    let (arguments, expected) = match (name, signature.params(), signature.results()) {
        ("compute", [ValType::I32], []) => (Some(Arguments::Input), ""),
        ("compute", ..) => (None, "(i32) -> ()"),
        ("main" | "__main_argc_argv", [ValType::I32, ValType::I32], [ValType::I32]) => {
            (Some(Arguments::Empty), "")
        }
        ("_start", [], []) => (Some(Arguments::None), ""),
        ("_start", ..) => (None, "() -> ()"),
        (_, [], [] | [ValType::I32]) => (Some(Arguments::None), ""),
        ("main" | "__main_argc_argv", ..) => (None, "() -> (i32) or (i32 i32) -> (i32)"),
        _ => (None, "() -> (i32)"),
    };
    let results: &[_] = if signature.results().is_empty() { &[] } else { &[ValueType::I32] };
    match arguments {
        Some(arguments) => Ok(Entry { function, arguments, results }),
        None => Err(CompileError::EntryType {
            name: name.to_owned(),
            found: SignatureText(signature).to_string(),
            expected,
        }),
    }
}

/// The exported functions that a person may want to call: all but that which initialises a library of WASI.
fn callable(module: &Module<'_>) -> Vec<String> {
    let names = module.exports().map(|(name, _)| name);
    names.filter(|&name| name != "_initialize").map(excerpt).collect()
}

/// The call of the entry, behind that of the start function.
pub(crate) fn main(context: &Context<'_>) -> Result<Routine, CompileError> {
    let entry = find(context.module)?;
    let (mut assembly, mut uses) = (Assembly::default(), Uses::default());
    let mut lacks = Vec::new();
    call_start(context, &mut assembly, &mut uses, &mut lacks)?;
    match entry.arguments {
        Arguments::None => {}
        Arguments::Input => {
            uses.input = true;
            assembly.instruction(context.opcodes.constant, context.input_base()?);
        }
        Arguments::Empty => {
            assembly.instruction(context.opcodes.constant, 0);
            assembly.instruction(context.opcodes.constant, 0);
        }
    }
    call_outermost(context, entry.function, &mut assembly, &mut uses, &mut lacks)?;
    context.opcodes.drop_values(entry.results, &mut assembly);
    Ok(Routine { name: START.to_owned(), assembly, windows: 1, uses, lacks })
}
