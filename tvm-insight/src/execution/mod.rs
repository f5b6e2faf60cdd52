//! An execution as a person reads it: one [`Step`] for every instruction, with its operands, its
//! results and what it does to the machine.
//!
//! Everything that a step says of an instruction is read off the tokens that were generated, by
//! [`State`]; the program's text and the names of its functions are added. A [`Comparison`] is
//! something else: it runs the reference executor in step and finds the first token on which the two
//! disagree, a [`Difference`]. [`ComparedReader`] does both.
//!
//! A module imports only from those with lower numbers; a test checks it.
//!
//! 1. `names`: what the names of opcodes say of immediates, and of what is read; `words`: values in words of 32 bits;
//!    `place`: where operands are and where results go
//! 2. `constants`: globals that are constant
//! 3. `disassembly`: instructions as text
//! 4. `effect`: what an instruction does beyond its operands and its results
//! 5. `step`: what is shown of an instruction
//! 6. `line`: a step as a line of text
//! 7. `state`: the state of the machine, read off the tokens
//! 8. `reader`: tokens to steps
//! 9. `difference`: where an execution and the reference executor disagree
//! 10. `comparison`: the reference executor in step
//! 11. `compared`: a reader that compares, for one execution or for many
//! 12. `tests`: handwritten programs

mod compared;
mod comparison;
mod constants;
mod difference;
mod disassembly;
mod effect;
mod line;
mod names;
mod place;
mod reader;
pub mod state;
mod step;

#[cfg(test)]
mod tests;
mod words;

pub use compared::{ComparedReader, Executions};
pub use comparison::Comparison;
pub use difference::Difference;
pub use disassembly::Disassembly;
pub use effect::Effect;
pub use line::header;
pub use reader::Reader;
pub use state::State;
pub use step::Step;
