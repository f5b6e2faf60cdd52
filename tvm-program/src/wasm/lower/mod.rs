//! From function bodies to routines: instructions whose branches go to labels, and whose calls go to
//! names.
//!
//! In come a [`Module`](crate::wasm::module::Module) and an instruction set, as a [`Context`]; out
//! goes a [`Routine`] for one function or one kind of indirect call. Which routines a program needs,
//! and where they lie, is not known here.
//!
//! 1. `operators`, `sequences`, `operands`, `assembly`, `locals`: names of operators, operators that are
//!    several opcodes, types on the stack, instructions with labels, where locals lie
//! 2. `opcodes`, `routine`, `frame`, `leaving_body`: the opcodes of a set, a lowered function, open blocks,
//!    how a body can leave its function
//! 3. `peephole`, `leaving`: local improvements, which functions leave exceptions and tail calls
//! 4. `context`: what functions are lowered with
//! 5. `host_call`, `elements`: requests to the host, elements of tables in memory
//! 6. `call`, `lowering`: calls of functions, a function while it is lowered
//! 7. `outermost`: calls that nothing is around
//! 8. `answers`: doing what the host answers
//! 9. `control`, `exceptions`, `tail_call`, `moves`, `expansion`, `float`, `dispatch`: blocks and branches,
//!    exceptions, tail calls, values that move, what no opcode says directly, floating point, indirect calls
//! 10. `branch_table`, `references`, `tables`: `br_table`, references, tables
//! 11. `function`: a body, operator by operator

mod answers;
mod assembly;
mod branch_table;
mod call;
mod context;
mod control;
mod dispatch;
mod elements;
mod exceptions;
mod expansion;
mod float;
mod frame;
mod function;
mod host_call;
mod leaving;
mod leaving_body;
mod locals;
mod lowering;
mod moves;
mod opcodes;
mod operands;
mod operators;
mod outermost;
mod peephole;
mod references;
mod routine;
mod sequences;
mod tables;
mod tail_call;

pub(crate) use answers::lower as lower_answers;
pub(crate) use assembly::{Assembly, RoutineName, Step};
pub(crate) use context::Context;
pub(crate) use dispatch::lower as lower_dispatch;
pub(crate) use function::lower as lower_function;
pub(crate) use host_call::numbers;
pub(crate) use leaving::Leaving;
pub(crate) use locals::Locals;
pub(crate) use opcodes::{Opcodes, words_of};
pub(crate) use outermost::{call_outermost, call_start, lower as lower_uncaught};
pub(crate) use routine::{Routine, Routines, START, Uses};
pub use sequences::is_step;
pub(crate) use tail_call::lower as lower_tail_calls;
