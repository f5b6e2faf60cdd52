//! Opcodes that decide which instruction is executed next.

use super::numeric::Numeric;
use crate::error::Fault;
use crate::flow::{End, Flow};
use crate::outcome::Outcome;
use crate::state::State;
use crate::token::{Commit, TraceToken};
use crate::trace::Trace;
use crate::trap::Trap;
use tvm_program::Value;
use tvm_program::limits::OPERAND_WORDS;

/// An opcode of the control family.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Control {
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
    /// `br_if.` and a comparison
    BranchIfHolds(Numeric),
    /// `br_table`
    BranchTable,
    /// `call`
    Call,
    /// `return`
    Return,
    /// `input_base`, `memory.data`
    Section,
}

impl Control {
    /// The control opcode with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "halt" => Control::Halt,
            "unreachable" => Control::Unreachable,
            "br" => Control::Branch,
            "br_if" => Control::BranchIf,
            _ if name.starts_with("br_if.") => {
                Control::BranchIfHolds(Numeric::comparison(&name[6..])?)
            }
            "br_table" => Control::BranchTable,
            "call" => Control::Call,
            "return" => Control::Return,
            "input_base" | "memory.data" => Control::Section,
            _ => Control::Trap(Trap::named(name.strip_prefix("trap.")?)?),
        })
    }

    /// Executes one instruction.
    pub(crate) fn execute(
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
            Control::Trap(kind) => Flow::trap(kind, trace),
            Control::Unreachable => Flow::trap(Trap::Unreachable, trace),
            Control::Branch => branch(0, immediate, trace),
            Control::BranchIf => branch_if(immediate, state, trace),
            Control::BranchIfHolds(comparison) => {
                let (holds, words) = comparison.holds(state)?;
                branch_if_it(holds, words, immediate, trace)
            }
            Control::BranchTable => branch_table(immediate, state, trace),
            Control::Call => call(immediate, state, trace),
            Control::Return => return_to_caller(immediate, state, trace),
            // Those that begin a program are executed by their sections, before the run.
            Control::Section => Err(Fault::MisplacedSection),
        }
    }
}

fn branch(stack_delta: i8, offset: u32, trace: &mut Trace<'_>) -> Result<Flow, Fault> {
    let commit = Commit { stack_delta, stores_to_stack: false, branch_taken: true };
    trace.transfer(relative(offset), TraceToken::Commit(commit))?;
    Ok(Flow::Branch(offset))
}

fn branch_if(offset: u32, state: &mut State, trace: &mut Trace<'_>) -> Result<Flow, Fault> {
    let [condition] = state.operands.pop_words()?;
    branch_if_it(condition != 0, 1, offset, trace)
}

/// A branch that is taken where its condition holds, for which so many words were popped.
fn branch_if_it(
    holds: bool,
    popped: u8,
    offset: u32,
    trace: &mut Trace<'_>,
) -> Result<Flow, Fault> {
    let delta = -popped.cast_signed();
    if holds {
        return branch(delta, offset, trace);
    }
    trace.commit(delta, false)?;
    Ok(Flow::Next)
}

/// Branches into the row of branches that follows; the immediate is the index of its last.
fn branch_table(last: u32, state: &mut State, trace: &mut Trace<'_>) -> Result<Flow, Fault> {
    let [index] = state.operands.pop_words()?;
    branch(-1, index.min(last), trace)
}

fn call(offset: u32, state: &mut State, trace: &mut Trace<'_>) -> Result<Flow, Fault> {
    if state.traps && exhausted(state) {
        return Flow::trap(Trap::CallStackExhausted, trace);
    }
    state.frames.open(offset, state.step)?;
    trace.transfer(relative(offset), TraceToken::CallCommit)?;
    Ok(Flow::Branch(offset))
}

fn exhausted(state: &State) -> bool {
    state.frames.is_full() || state.operands.depth() >= OPERAND_WORDS as usize
}

/// A `return` at distance d from its function's first instruction f has the immediate -1 - d.
/// Less the call's immediate f - c - 1 that is c - (f + d): back to the call at c, and one on.
fn return_to_caller(
    immediate: u32,
    state: &mut State,
    trace: &mut Trace<'_>,
) -> Result<Flow, Fault> {
    let called = state.frames.close()?;
    let back = Outcome::difference(Value::I32(immediate), Value::I32(called));
    trace.transfer(back, TraceToken::ReturnCommit)?;
    Ok(Flow::Branch(immediate.wrapping_sub(called)))
}

/// A relative target as it is written.
fn relative(offset: u32) -> Outcome {
    Outcome::plain(Value::I32(offset))
}
