//! The reference executor: the machine run directly over a [`Program`](tvm_program::Program).
//!
//! What lives here is the meaning of the token language in plain Rust: an [`Executor`] takes a
//! program and its input and writes, token for token, what the transformer must generate. This crate
//! depends on tvm-program alone and shares nothing with the graph, the weights or the engines, so
//! that an agreement between them and this executor says something.
//!
//! A module imports only from those with lower numbers; a test checks it.
//!
//! 1. `trap`, `values`, `host`: traps, values as words, who answers what is awaited
//! 2. `error`, `token`, `outcome`: faults, what is written, values with the carries of their bytes
//! 3. `trace`: the tokens of a run
//! 4. `state`: what the machine remembers; `flow`: where a run goes on
//! 5. `operators`: what every opcode computes
//! 6. `places`: operands and results that are in variables
//! 7. `executor`: fetch, execute, move the cursor
//! 8. `view`: what can be seen between two instructions

mod error;
mod executor;
mod flow;
mod host;
mod operators;
mod outcome;
mod places;
mod state;
mod token;
mod trace;
mod trap;
mod values;
mod view;

pub use error::{Fault, ReferenceError};
pub use executor::{Executor, Summary};
pub use flow::End;
pub use host::{Answers, Awaited, Host};
pub use operators::UserOpcode;
pub use outcome::Outcome;
pub use token::{Commit, TraceToken};
pub use trace::Trace;
pub use trap::Trap;
pub use tvm_program::Cursor;
