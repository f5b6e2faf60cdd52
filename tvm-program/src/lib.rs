//! What the machine executes: instructions and their token text, and WebAssembly lowered to them.
//! Nothing here knows what an instruction computes, or what a transformer is.

mod cursor;
pub mod excerpt;
mod instruction;
mod instruction_set;
pub mod limits;
pub mod text;
mod value;
pub mod wasm;

pub use cursor::Cursor;
pub use instruction::{Code, FunctionStart, Instruction, Program};
pub use instruction_set::{InstructionSet, Mnemonic};
pub use value::{Value, ValueType};
pub use wasm::CompileError;
