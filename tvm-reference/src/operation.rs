//! Which semantics belongs to which mnemonic. Opcodes are recognised by name, so their codes have
//! one home: the instruction set.

use super::control::Control;
use super::division::Division;
use super::memory_access::MemoryAccess;
use super::memory_size::MemorySize;
use super::numeric::Numeric;
use super::parametric::Parametric;
use super::state::State;
use super::trace::Trace;
use super::user::User;
use super::variable::Variable;
use super::wide_numeric::WideNumeric;
use super::wide_variable::WideVariable;
use super::{End, Fault};

/// An opcode's semantics, by family.
#[derive(Debug, Clone, Copy)]
pub(super) enum Operation {
    /// Branches, calls, ends.
    Control(Control),
    /// Opcodes that rearrange the stack, and output.
    Parametric(Parametric),
    /// Locals and globals.
    Variable(Variable),
    /// Locals and globals of two words.
    WideVariable(WideVariable),
    /// Loads and stores.
    Memory(MemoryAccess),
    /// The size of memory.
    MemorySize(MemorySize),
    /// Opcodes that compute a value in one go.
    Numeric(Numeric),
    /// The same of 64 bits.
    WideNumeric(WideNumeric),
    /// Divisions and remainders.
    Division(Division),
    /// An opcode that a user registered.
    User(User),
}

/// Where the run goes on after an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// At the next instruction.
    Next,
    /// At the next instruction plus this offset (mod 2^32).
    Branch(u32),
    /// Nowhere.
    End(End),
}

impl Operation {
    /// The built-in semantics for a mnemonic.
    pub(super) fn named(name: &str) -> Option<Self> {
        Control::named(name)
            .map(Operation::Control)
            .or_else(|| Parametric::named(name).map(Operation::Parametric))
            .or_else(|| Variable::named(name).map(Operation::Variable))
            .or_else(|| WideVariable::named(name).map(Operation::WideVariable))
            .or_else(|| MemoryAccess::named(name).map(Operation::Memory))
            .or_else(|| MemorySize::named(name).map(Operation::MemorySize))
            .or_else(|| Numeric::named(name).map(Operation::Numeric))
            .or_else(|| WideNumeric::named(name).map(Operation::WideNumeric))
            .or_else(|| Division::named(name).map(Operation::Division))
    }

    /// Executes one instruction.
    pub(super) fn execute(
        self,
        immediate: u32,
        state: &mut State,
        trace: &mut Trace<'_>,
    ) -> Result<Flow, Fault> {
        match self {
            Operation::Control(control) => return control.execute(immediate, state, trace),
            Operation::Division(division) => return division.execute(state, trace),
            Operation::Memory(access) => return access.execute(immediate, state, trace),
            Operation::Parametric(parametric) => parametric.execute(state, trace)?,
            Operation::Variable(variable) => variable.execute(immediate, state, trace)?,
            Operation::WideVariable(variable) => variable.execute(immediate, state, trace)?,
            Operation::MemorySize(size) => size.execute(immediate, state, trace)?,
            Operation::Numeric(numeric) => numeric.execute(immediate, state, trace)?,
            Operation::WideNumeric(numeric) => numeric.execute(immediate, state, trace)?,
            Operation::User(user) => user.execute(state, trace)?,
        }
        Ok(Flow::Next)
    }
}
