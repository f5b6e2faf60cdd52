//! From C or WebAssembly to a [`Program`]: the instructions the machine executes, and their token text.

pub mod catalogue;
pub mod clang;
mod excerpt;
mod instruction;
mod instruction_set;
pub mod prebuilt;
mod source;
pub mod text;
mod value;
pub mod wasm;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
pub(crate) mod oracle;

pub use instruction::{Code, FunctionStart, Instruction, Program};
pub use instruction_set::{InstructionSet, Mnemonic};
pub use source::{Loaded, Source, SourceError, compile_file, compile_source};
pub use value::{Value, ValueType};
pub use wasm::CompileError;
