//! Opcodes that were learned by gradient (`lab/learned_opcodes.py`), in a crate that only depends on tvm-core. Their
//! declarations are like any other: the machine has them, C calls them, and explanations name their parts. The tests
//! run them in transformers: for all pairs of bytes at every tick, and for random words.

mod learned;

pub use learned::LEARNED;

use tvm_core::machine::{Machine, MachineError};

/// The full machine with the opcodes.
///
/// # Errors
/// [`MachineError`] when a name or a code were taken.
pub fn machine() -> Result<Machine, MachineError> {
    Machine::full().with("learned", LEARNED)
}
