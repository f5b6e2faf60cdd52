//! What every opcode computes, a family a file, and which semantics belongs to which mnemonic.
//! Opcodes are recognised by name, so their codes have one home: the instruction set.
//!
//! Where the two widths of integers say the same, a family has one implementation, and the type of
//! its values is a parameter.

mod arithmetic;
mod control;
mod division;
mod floating_point;
mod host;
mod memory_access;
mod memory_size;
mod numeric;
mod parametric;
mod user;
mod variable;

use crate::error::Fault;
use crate::flow::Flow;
use crate::state::State;
use crate::trace::Trace;
use control::Control;
use division::Division;
use floating_point::FloatingPoint;
use host::HostCall;
use memory_access::MemoryAccess;
use memory_size::MemorySize;
use numeric::Numeric;
use parametric::Parametric;
use variable::Variable;

pub(crate) use user::User;
pub use user::UserOpcode;

/// An opcode's semantics, by family.
#[derive(Debug, Clone)]
pub(crate) enum Operation {
    /// Branches, calls, ends.
    Control(Control),
    /// Opcodes that rearrange the stack, and output.
    Parametric(Parametric),
    /// Locals and globals.
    Variable(Variable),
    /// Loads and stores.
    Memory(MemoryAccess),
    /// The size of memory.
    MemorySize(MemorySize),
    /// Opcodes that compute a value in one go.
    Numeric(Numeric),
    /// Divisions and remainders.
    Division(Division),
    /// Steps of arithmetic in floating point.
    FloatingPoint(FloatingPoint),
    /// Requests to the host.
    Host(HostCall),
    /// An opcode that a user registered.
    User(User),
}

impl Operation {
    /// The built-in semantics for a mnemonic.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Control::named(name)
            .map(Operation::Control)
            .or_else(|| Parametric::named(name).map(Operation::Parametric))
            .or_else(|| Variable::named(name).map(Operation::Variable))
            .or_else(|| MemoryAccess::named(name).map(Operation::Memory))
            .or_else(|| MemorySize::named(name).map(Operation::MemorySize))
            .or_else(|| Numeric::named(name).map(Operation::Numeric))
            .or_else(|| Division::named(name).map(Operation::Division))
            .or_else(|| FloatingPoint::named(name).map(Operation::FloatingPoint))
            .or_else(|| HostCall::named(name).map(Operation::Host))
    }

    /// Executes one instruction.
    pub(crate) fn execute(
        &self,
        immediate: u32,
        state: &mut State,
        trace: &mut Trace<'_>,
    ) -> Result<Flow, Fault> {
        match self {
            Operation::Control(control) => return control.execute(immediate, state, trace),
            Operation::Division(division) => return division.execute(state, trace),
            Operation::FloatingPoint(step) => return step.execute(state, trace),
            Operation::Host(call) => return call.execute(immediate, state, trace),
            Operation::Memory(access) => return access.execute(immediate, state, trace),
            Operation::Parametric(parametric) => parametric.execute(state, trace)?,
            Operation::Variable(variable) => variable.execute(immediate, state, trace)?,
            Operation::MemorySize(size) => size.execute(immediate, state, trace)?,
            Operation::Numeric(numeric) => numeric.execute(immediate, state, trace)?,
            Operation::User(user) => user.execute(state, trace)?,
        }
        Ok(Flow::Next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_no_opcodes_have_no_semantics() {
        let names = [
            "",
            "i32",
            "i32.",
            "add",
            "f32.add",
            "f32.product_high",
            "f32.round4",
            "f32.truncated1",
            "f32.scale_up",
            "i32.scale",
            "i32.truncation",
            "i32.truncated4",
            "i32.load32_s",
            "i32.store32",
            "i64.load64",
            "i32.extend_i32_s",
            "local.tee32",
            "global.tee",
            "global.tee64",
            "i64.div_s",
            "trap.",
            "trap.nothing",
        ];
        for name in names {
            assert!(Operation::named(name).is_none(), "{name}");
        }
    }
}
