//! The machine run directly over a [`Program`](tvm_program::Program): the oracle.
//!
//! What lives here is the meaning of the token language in plain Rust: an [`Executor`] takes a
//! program and its input and prints, token for token, what the transformer must generate. Nothing
//! is shared with the graph, the weights or the engines, so that an agreement between them and
//! this module says something.
//!
//! | file | responsibility |
//! |---|---|
//! | `executor`, `view` | the loop: fetch, execute, move the cursor; what can be seen in between |
//! | `operation` | which semantics belongs to which mnemonic |
//! | `control`, `parametric`, `variable`, `memory_access`, `memory_size`, `numeric`, `division`, `user` | one family of opcodes each |
//! | `wide_variable`, `wide_numeric` | the same for 64-bit integers, of two words |
//! | `arithmetic`, `outcome` | 32-bit values and the carries between their bytes |
//! | `wide_arithmetic`, `wide_outcome`, `words` | 64-bit values likewise, and the words they are made of |
//! | `state`, `operands`, `frames`, `memory` | what the machine remembers |
//! | `trace`, `token`, `trap` | what it writes |
//! | `error`, `cursor` | how a run can go wrong, and where |

mod arithmetic;
mod control;
mod cursor;
mod division;
mod error;
mod executor;
mod frames;
mod memory;
mod memory_access;
mod memory_size;
mod numeric;
mod operands;
mod operation;
mod outcome;
mod parametric;
mod state;
mod token;
mod trace;
mod trap;
mod user;
mod variable;
mod view;
mod wide_arithmetic;
mod wide_numeric;
mod wide_outcome;
mod wide_variable;
mod words;

pub use control::OPERANDS_LIMIT;
pub use cursor::Cursor;
pub use error::{Fault, ReferenceError};
pub use executor::{End, Executor, Summary};
pub use frames::CALL_DEPTH_LIMIT;
pub use memory::{GREATEST_MEMORY_SIZE, MEMORY_SIZE};
pub use outcome::Outcome;
pub use token::{Commit, TraceToken};
pub use trace::Trace;
pub use trap::Trap;
pub use user::UserOpcode;
