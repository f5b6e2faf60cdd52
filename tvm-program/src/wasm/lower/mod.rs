//! From function bodies to routines: instructions whose branches go to labels, and whose calls go to
//! names.
//!
//! In come a [`Module`](crate::wasm::module::Module) and an instruction set, as a [`Context`]; out
//! goes a [`Routine`] for one function or one kind of indirect call. Which routines a program needs,
//! and where they lie, is not known here.
//!
//! 1. `operators`, `sequences`, `operands`, `assembly`, `locals`: names of operators, operators that are
//!    several opcodes, types on the stack, instructions with labels, where locals lie
//! 2. `opcodes`, `routine`, `frame`: the opcodes of a set, a lowered function, open blocks
//! 3. `peephole`, `context`: local improvements, what functions are lowered with
//! 4. `host_call`, `elements`: requests to the host, elements of tables in memory
//! 5. `call`, `lowering`: calls of functions, a function while it is lowered
//! 6. `answers`: doing what the host answers
//! 7. `control`, `moves`, `expansion`, `float`, `dispatch`: blocks and branches, values that move, what
//!    no opcode says directly, floating point, indirect calls
//! 8. `branch_table`, `tables`: `br_table`, references and tables
//! 9. `function`: a body, operator by operator

mod answers;
mod assembly;
mod branch_table;
mod call;
mod context;
mod control;
mod dispatch;
mod elements;
mod expansion;
mod float;
mod frame;
mod function;
mod host_call;
mod locals;
mod lowering;
mod moves;
mod opcodes;
mod operands;
mod operators;
mod peephole;
mod routine;
mod sequences;
mod tables;

pub(crate) use answers::lower as lower_answers;
pub(crate) use assembly::{Assembly, RoutineName, Step};
pub(crate) use call::{call, call_start};
pub(crate) use context::Context;
pub(crate) use dispatch::lower as lower_dispatch;
pub(crate) use function::lower as lower_function;
pub(crate) use host_call::numbers;
pub(crate) use locals::Locals;
pub(crate) use opcodes::Opcodes;
pub(crate) use routine::{Routine, Routines, START, Uses};
pub use sequences::is_step;
