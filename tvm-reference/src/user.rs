//! Opcodes that are not the machine's own: a user declares one and registers what it computes.

use super::Fault;
use super::outcome::Outcome;
use super::state::State;
use super::trace::Trace;
use tvm_program::Mnemonic;

/// What a user's opcode computes from its operands (the deepest first).
pub type UserOpcode = fn(&[u32]) -> Outcome;

/// A registered opcode.
#[derive(Debug, Clone, Copy)]
pub(super) struct User {
    pops: u8,
    function: UserOpcode,
}

impl User {
    /// The semantics of this mnemonic; none when it does not push exactly one value.
    pub(super) fn new(mnemonic: &Mnemonic, function: UserOpcode) -> Option<Self> {
        (mnemonic.pushes() == 1).then_some(User { pops: mnemonic.pops(), function })
    }

    /// Executes one instruction.
    pub(super) fn execute(self, state: &mut State, trace: &mut Trace<'_>) -> Result<(), Fault> {
        let outcome = state.operands.consume(usize::from(self.pops), self.function)?;
        state.push(outcome, 1 - self.pops as i8, trace)
    }
}
