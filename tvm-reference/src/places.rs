//! Instructions whose operands are in variables, or whose result goes to one: the operands are put on the stack, the
//! instruction is executed there, and its result is taken off.

use crate::error::Fault;
use crate::flow::Flow;
use crate::operators::Operation;
use crate::outcome::Outcome;
use crate::state::State;
use crate::trace::{Change, Trace};
use tvm_program::{Instruction, Mnemonic, Place, Value, ValueType};

/// Executes an instruction that has places.
pub(crate) fn execute(
    operation: &Operation,
    mnemonic: &Mnemonic,
    instruction: Instruction,
    state: &mut State,
    trace: &mut Trace<'_>,
) -> Result<Flow, Fault> {
    let places = instruction.places;
    let mut operands = Vec::new();
    for (&of, place) in mnemonic.operands.iter().rev().zip([places.top, places.second]) {
        operands.push(take(of, place, state)?);
    }
    for value in operands.into_iter().rev() {
        state.operands.push(Outcome::plain(value));
    }
    let depth = mnemonic.delta_with(places) - mnemonic.stack_delta();
    trace.change = Change { depth: depth as i8, to_variable: places.result != Place::Stack };
    let flow = operation.execute(instruction.immediate, state, trace);
    trace.change = Change::default();
    let (flow, result) = (flow?, mnemonic.results.last());
    if let (Some(&of), Flow::Next) = (result, &flow) {
        put(of, places.result, state)?;
    }
    Ok(flow)
}

/// The operand at a place.
fn take(of: ValueType, place: Place, state: &mut State) -> Result<Value, Fault> {
    match place {
        Place::Stack => state.operands.pop([of]).map(|[value]| value),
        Place::Local(word) => state.local(word.into(), of),
        Place::Global(word) => state.global(word.into(), of),
    }
}

/// Moves the result from the stack to its place.
fn put(of: ValueType, place: Place, state: &mut State) -> Result<(), Fault> {
    let (word, write): (u16, fn(&mut State, u32, Value)) = match place {
        Place::Stack => return Ok(()),
        Place::Local(word) => (word, State::set_local),
        Place::Global(word) => (word, State::set_global),
    };
    let [value] = state.operands.pop([of])?;
    write(state, word.into(), value);
    Ok(())
}
