//! Where a run goes on after an instruction.

use crate::error::Fault;
use crate::token::TraceToken;
use crate::trace::Trace;
use crate::trap::Trap;

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// By `halt`.
    Halt,
    /// Not at all: it awaits a host that does not answer.
    Await,
    /// By a trap.
    Trap(Trap),
}

/// Where the run goes on after an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// At the next instruction.
    Next,
    /// At the next instruction plus this offset (mod 2^32).
    Branch(u32),
    /// Nowhere.
    End(End),
}

impl Flow {
    /// Ends the run in a trap.
    pub(crate) fn trap(kind: Trap, trace: &mut Trace<'_>) -> Result<Flow, Fault> {
        trace.write(TraceToken::Trap(kind))?;
        Ok(Flow::End(End::Trap(kind)))
    }
}
