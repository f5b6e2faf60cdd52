//! What the machine executes: instructions and their token text, and WebAssembly lowered to them.
//! Nothing here knows what an instruction computes, or what a transformer is.

mod cursor;
pub mod excerpt;
mod instruction;
mod instruction_set;
pub mod limits;
mod place;
pub mod text;
pub mod wasm;

pub use cursor::Cursor;
pub use instruction::{CStack, CStackFrame, Code, FunctionStart, Instruction, Program};
pub use instruction_set::{InstructionSet, Mnemonic};
pub use place::{
    Origin, PLACES_OF_GLOBALS, PLACES_OF_LOCALS, Place, PlaceToken, Places, Row, Space, places,
};
pub use tvm_interface::{Export, Import, Interface, Signature, Value, ValueType};
pub use wasm::CompileError;
