//! The WebAssembly interpreter, written in the macro language. The shared state (counters, instruction
//! fetch, operand stack, variables, linear memory, division) is in the modules here; the opcodes are in
//! [`opcodes`], one file for each family. A [`Machine`] is a set of opcodes. It makes the graph of the
//! universal interpreter, or of one with a program in its weights.

mod assembly;
mod baked;
mod bits;
mod circle;
mod columns;
mod division;
mod emission;
mod gate;
pub mod limits;
mod machine;
mod memory;
mod opcode;
pub mod opcodes;
mod operands;
mod places;
#[cfg(test)]
mod probe;
mod scope;
mod scores;
mod state;
mod survey;
mod tables;
mod variables;
mod vocabulary;

pub use columns::Columns;
pub use gate::{Condition, SMALL};
pub use machine::{Machine, MachineError};
pub use opcode::{Attribute, Context, Control, Field, Opcode, StackValue, Target};
pub use scope::Scope;
pub use tvm_program::ValueType;

use operands::StackBytes;
use state::{Counters, Fetched, Recent};
