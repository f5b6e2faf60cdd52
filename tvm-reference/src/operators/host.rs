//! Requests to the host and its answers. What the host answers becomes tokens that are not generated.

use crate::error::Fault;
use crate::flow::{End, Flow};
use crate::host::Awaited;
use crate::outcome::Outcome;
use crate::state::{Address, State};
use crate::token::{Commit, TraceToken};
use crate::trace::Trace;
use crate::values::{size, value};
use tvm_program::Value;
use tvm_program::ValueType::{self, I32, I64};

/// An opcode of the host family.
#[derive(Debug, Clone, Copy)]
pub(crate) enum HostCall {
    /// `host.request`
    Request,
    /// `host.argument`, `host.argument64`
    Argument(ValueType),
    /// `host.receive`, `host.receive64`
    Receive(ValueType),
    /// `host.section`
    Section,
}

impl HostCall {
    /// The opcode with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "host.request" => HostCall::Request,
            "host.argument" => HostCall::Argument(I32),
            "host.argument64" => HostCall::Argument(I64),
            "host.receive" => HostCall::Receive(I32),
            "host.receive64" => HostCall::Receive(I64),
            "host.section" => HostCall::Section,
            _ => return None,
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
            HostCall::Request => {
                trace.write(TraceToken::Request)?;
                trace.value(Outcome::plain(Value::I32(immediate)))?;
                trace.commit(0, false)?;
                Ok(Flow::Next)
            }
            HostCall::Argument(of) => {
                let [argument] = state.operands.pop([of])?;
                trace.value(Outcome::plain(argument))?;
                trace.commit(-of.words().cast_signed(), false)?;
                Ok(Flow::Next)
            }
            HostCall::Receive(of) => receive(of, state, trace),
            HostCall::Section => section(state, trace),
        }
    }
}

/// Waits for an answer; none where the host has nothing to say.
fn answer(
    awaited: Awaited,
    state: &mut State,
    trace: &mut Trace<'_>,
) -> Result<Option<Vec<u8>>, Fault> {
    trace.write(TraceToken::Await)?;
    let Some(bytes) = state.host.as_mut().and_then(|host| host.answer(awaited)) else {
        return Ok(None);
    };
    for &value in &bytes {
        trace.append(TraceToken::Byte { value, tick: false });
    }
    Ok(Some(bytes))
}

fn receive(of: ValueType, state: &mut State, trace: &mut Trace<'_>) -> Result<Flow, Fault> {
    let Some(bytes) = answer(Awaited::Value(size(of)), state, trace)? else {
        return Ok(Flow::End(End::Await));
    };
    if bytes.len() != usize::from(size(of)) {
        return Err(Fault::Answer { expected: size(of), found: bytes.len() });
    }
    let bits = bytes.iter().rev().fold(0, |bits, &byte| bits << 8 | u64::from(byte));
    state.operands.push(Outcome::plain(value(of, bits)));
    trace.append(completed(of.words().cast_signed(), true));
    Ok(Flow::Next)
}

fn section(state: &mut State, trace: &mut Trace<'_>) -> Result<Flow, Fault> {
    let [address] = state.operands.pop_words()?;
    let Some(bytes) = answer(Awaited::Section, state, trace)? else {
        return Ok(Flow::End(End::Await));
    };
    state.memory.store(Address(address.into()), &bytes);
    trace.append(completed(-1, false));
    Ok(Flow::Next)
}

fn completed(stack_delta: i8, stores_to_stack: bool) -> TraceToken {
    TraceToken::Commit(Commit { stack_delta, stores_to_stack, branch_taken: false })
}
