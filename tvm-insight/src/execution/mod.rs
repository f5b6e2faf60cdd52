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
//! 1. `names`: what the names of opcodes say of immediates, and of what is read
//! 2. `disassembly`: instructions as text
//! 3. `effect`: what an instruction does beyond the stack
//! 4. `step`: what is shown of an instruction
//! 5. `line`: a step as a line of text
//! 6. `state`: the state of the machine, read off the tokens
//! 7. `reader`: tokens to steps
//! 8. `difference`: where an execution and the reference executor disagree
//! 9. `comparison`: the reference executor in step
//! 10. `compared`: a reader that compares
//! 11. `tests`: handwritten programs

mod compared;
mod comparison;
mod difference;
mod disassembly;
mod effect;
mod line;
mod names;
mod reader;
pub mod state;
mod step;

#[cfg(test)]
mod tests;

pub use compared::ComparedReader;
pub use comparison::Comparison;
pub use difference::Difference;
pub use disassembly::Disassembly;
pub use effect::Effect;
pub use line::header;
pub use reader::Reader;
pub use state::State;
pub use step::Step;
