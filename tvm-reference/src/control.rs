//! Opcodes that decide which instruction is executed next.

use super::operation::Flow;
use super::outcome::Outcome;
use super::state::State;
use super::token::{Commit, TraceToken};
use super::trace::Trace;
use super::{CALL_DEPTH_LIMIT, End, Fault, Trap};

/// Words on the operand stack from which on a `call` traps, in an instruction set that traps.
pub const OPERANDS_LIMIT: usize = 1 << 22;

/// An opcode of the control family.
#[derive(Debug, Clone, Copy)]
pub(super) enum Control {
    /// `halt`
    Halt,
    /// `trap.kind`
    Trap(Trap),
    /// `unreachable`
    Unreachable,
    /// `br`
    Branch,
    /// `br_if`
    BranchIf,
    /// `br_table`
    BranchTable,
    /// `call`
    Call,
    /// `return`
    Return,
    /// `input_base`
    InputBase,
}

impl Control {
    /// The control opcode with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "halt" => Control::Halt,
            "unreachable" => Control::Unreachable,
            "br" => Control::Branch,
            "br_if" => Control::BranchIf,
            "br_table" => Control::BranchTable,
            "call" => Control::Call,
            "return" => Control::Return,
            "input_base" => Control::InputBase,
            _ => Control::Trap(Trap::named(name.strip_prefix("trap.")?)?),
        })
    }

    /// Executes one instruction.
    pub(super) fn execute(
        self,
        immediate: u32,
        state: &mut State,
        trace: &mut Trace<'_>,
    ) -> Result<Flow, Fault> {
        match self {
            Control::Halt => {
                trace.write(TraceToken::Halt)?;
                Ok(Flow::End(End::Halt))
            }
            Control::Trap(kind) => trap(kind, trace),
            Control::Unreachable => trap(Trap::Unreachable, trace),
            Control::Branch => branch(0, immediate, trace),
            Control::BranchIf => branch_if(immediate, state, trace),
            Control::BranchTable => branch_table(immediate, state, trace),
            Control::Call => call(immediate, state, trace),
            Control::Return => return_to_caller(immediate, state, trace),
            // The one that begins a program is executed by its input section, before the run.
            Control::InputBase => Err(Fault::MisplacedInputBase),
        }
    }
}

/// Ends the run in a trap.
pub(super) fn trap(kind: Trap, trace: &mut Trace<'_>) -> Result<Flow, Fault> {
    trace.write(TraceToken::Trap(kind))?;
    Ok(Flow::End(End::Trap(kind)))
}

fn branch(stack_delta: i8, offset: u32, trace: &mut Trace<'_>) -> Result<Flow, Fault> {
    let commit = Commit { stack_delta, stores_to_stack: false, branch_taken: true };
    trace.transfer(Outcome::plain(offset), TraceToken::Commit(commit))?;
    Ok(Flow::Branch(offset))
}

fn branch_if(offset: u32, state: &mut State, trace: &mut Trace<'_>) -> Result<Flow, Fault> {
    let [condition] = state.operands.pop()?;
    if condition != 0 {
        return branch(-1, offset, trace);
    }
    trace.commit(-1, false)?;
    Ok(Flow::Next)
}

/// Branches into the row of branches that follows; the immediate is the index of its last.
fn branch_table(last: u32, state: &mut State, trace: &mut Trace<'_>) -> Result<Flow, Fault> {
    let [index] = state.operands.pop()?;
    branch(-1, index.min(last), trace)
}

fn call(offset: u32, state: &mut State, trace: &mut Trace<'_>) -> Result<Flow, Fault> {
    if state.traps && exhausted(state) {
        return trap(Trap::CallStackExhausted, trace);
    }
    state.frames.open(offset, state.step)?;
    trace.transfer(Outcome::plain(offset), TraceToken::CallCommit)?;
    Ok(Flow::Branch(offset))
}

fn exhausted(state: &State) -> bool {
    state.frames.depth() == CALL_DEPTH_LIMIT || state.operands.depth() >= OPERANDS_LIMIT
}

/// A `return` at distance d from its function's first instruction f has the immediate -1 - d.
/// Less the call's immediate f - c - 1 that is c - (f + d): back to the call at c, and one on.
fn return_to_caller(
    immediate: u32,
    state: &mut State,
    trace: &mut Trace<'_>,
) -> Result<Flow, Fault> {
    let back = Outcome::difference(immediate, state.frames.close()?);
    trace.transfer(back, TraceToken::ReturnCommit)?;
    Ok(Flow::Branch(back.value))
}
