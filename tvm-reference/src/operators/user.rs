//! Opcodes that are not the machine's own: a user declares one and registers what it computes.

use crate::error::Fault;
use crate::outcome::Outcome;
use crate::state::State;
use crate::trace::Trace;
use tvm_program::{Mnemonic, Value, ValueType};

/// What a user's opcode computes from its operands, the deepest first. The result is of the type that
/// the opcode is declared with. A floating-point number is the integer with its bits.
pub type UserOpcode = fn(&[Value]) -> Outcome;

/// A registered opcode.
#[derive(Debug, Clone)]
pub(crate) struct User {
    operands: Vec<ValueType>,
    result: ValueType,
    function: UserOpcode,
}

impl User {
    /// The semantics of this mnemonic; none when it does not push exactly one value.
    pub(crate) fn new(mnemonic: &Mnemonic, function: UserOpcode) -> Option<Self> {
        let &[result] = mnemonic.results.as_slice() else { return None };
        Some(User { operands: mnemonic.operands.clone(), result, function })
    }

    /// Executes one instruction.
    pub(crate) fn execute(&self, state: &mut State, trace: &mut Trace<'_>) -> Result<(), Fault> {
        let outcome = (self.function)(&state.operands.pop_all(&self.operands)?);
        let (expected, found) = (self.result, outcome.value.value_type());
        if found.words() != expected.words() {
            return Err(Fault::ResultType { expected, found });
        }
        let popped = self.operands.iter().map(|of| of.words()).sum();
        state.push(outcome, popped, trace)
    }
}
