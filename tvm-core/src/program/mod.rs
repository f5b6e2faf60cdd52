//! From C or WebAssembly to a [`Program`]: the instructions the machine executes, and their token text.

mod instruction;
mod instruction_set;

pub use instruction::{Code, Instruction, Program};
pub use instruction_set::{InstructionSet, Mnemonic};
