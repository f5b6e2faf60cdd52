//! The instruction sets of the machines, for the tests of the front end and of what follows it.

use super::InstructionSet;
use crate::machine::Machine;

/// The classic opcodes.
pub(crate) fn classic() -> InstructionSet {
    Machine::classic().instruction_set()
}

/// All opcodes.
pub(crate) fn full() -> InstructionSet {
    Machine::full().instruction_set()
}
