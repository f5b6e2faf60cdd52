//! From C or WebAssembly to a [`Program`]: the instructions the machine executes, and their token text.

pub mod catalogue;
pub mod clang;
mod excerpt;
mod instruction;
mod instruction_set;
pub mod prebuilt;
mod source;
pub mod text;
pub mod wasm;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
pub(crate) mod oracle;

pub use instruction::{Code, FunctionStart, Instruction, Program};
pub use instruction_set::{InstructionSet, Mnemonic};
pub use source::{Source, SourceError, compile_file};
pub use wasm::CompileError;
