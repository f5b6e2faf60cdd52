//! An execution as a person reads it: one [`Step`] for every instruction, with its operands, its
//! value, and what it does to the machine.
//!
//! The tokens come from whoever generates them, a transformer above all; what they do comes from
//! the reference executor, which is run in step. The two are compared token by token, so that a
//! narration is only ever of an execution on which both agree; the first token on which they do
//! not is a [`Difference`].
//!
//! | file | responsibility |
//! |---|---|
//! | `narrator` | tokens to steps |
//! | `observation` | the machine before and after an instruction |
//! | `step`, `effect` | what is told of an instruction |
//! | `line` | the same as a line of text |
//! | `disassembly`, `meaning` | instructions as text; what their immediates are |
//! | `difference` | where two executions part |

mod difference;
mod disassembly;
mod effect;
mod line;
mod meaning;
mod narrator;
mod observation;
mod step;

#[cfg(test)]
mod tests;

pub use difference::Difference;
pub use disassembly::Disassembly;
pub use effect::Effect;
pub use line::header;
pub use narrator::Narrator;
pub use step::Step;
