//! The machine at a position, as it is shown.

use serde::Serialize;

use crate::execution::{Disassembly, Effect, State, Step};
use tvm_program::{Cursor, Place};

/// The machine before the token at a position. Words are signed numbers of 32 bits; a value of 64 bits is two, the lower one
/// first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MachineState {
    /// The position.
    pub position: u64,
    /// The instruction that is under way, or that comes next.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub cursor: Cursor,
    /// The name of the function that it is in.
    pub function: Option<String>,
    /// The position of its first token.
    pub begun: u64,
    /// How many instructions were completed.
    pub instructions: u64,
    /// How many bytes were written.
    pub output_length: u64,
    /// Has the program ended?
    pub ended: bool,
    /// The calls under way, outermost first.
    pub calls: Vec<Call>,
    /// The operand stack, bottom first.
    pub operands: Vec<i32>,
    /// The locals of the innermost call that were written.
    pub locals: Vec<Variable>,
    /// The globals that were written.
    pub globals: Vec<Variable>,
    /// The size of memory in pages of 65,536 bytes.
    pub pages: u32,
    /// The instruction that the token before the position is of, if it is complete in the run.
    pub step: Option<Step>,
    /// What that instruction wrote, if it is complete at the position.
    pub changed: Changed,
}

/// A call under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Call {
    /// The name of the function that was called.
    pub function: Option<String>,
    /// The call instruction.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub instruction: Cursor,
    /// The first locals of the call that were written.
    pub locals: Vec<Variable>,
}

/// A word of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Variable {
    /// Which word.
    pub index: u32,
    /// What it holds.
    pub value: i32,
}

/// What an instruction wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Changed {
    /// Words of locals.
    pub locals: Vec<u32>,
    /// Words of globals.
    pub globals: Vec<u32>,
    /// The first address in memory, and how many bytes.
    #[cfg_attr(feature = "typescript", ts(type = "[number, number] | null"))]
    pub memory: Option<(u64, u64)>,
}

impl MachineState {
    /// A state, with the instruction that the token before it is of.
    pub(super) fn of(
        state: &State<'_>,
        disassembly: &Disassembly<'_>,
        (position, begun): (u64, u64),
        step: Option<Step>,
    ) -> MachineState {
        let cursor = state.cursor();
        let complete = step.as_ref().filter(|step| step.position + step.tokens == position);
        MachineState {
            position,
            cursor,
            function: disassembly.function(cursor).map(str::to_owned),
            begun,
            instructions: 0,
            output_length: 0,
            ended: state.has_ended(),
            calls: calls(state, disassembly),
            operands: state.operands().iter().map(|word| word.cast_signed()).collect(),
            locals: variables(state.locals(state.frames().len())),
            globals: variables(state.globals()),
            pages: state.memory_pages(),
            changed: complete.map(Changed::by).unwrap_or_default(),
            step,
        }
    }
}

/// The calls of functions: one that only makes room for locals is none.
fn calls(state: &State<'_>, disassembly: &Disassembly<'_>) -> Vec<Call> {
    let frames = (1..).zip(state.frames()).filter(|(_, frame)| frame.first != frame.call.next());
    let calls = frames.map(|(depth, frame)| Call {
        function: disassembly.function_from(frame.first).map(str::to_owned),
        instruction: frame.call,
        locals: variables(state.locals(depth)),
    });
    calls.collect()
}

fn variables(words: Vec<(u32, u32)>) -> Vec<Variable> {
    let signed = |(index, word): (u32, u32)| Variable { index, value: word.cast_signed() };
    words.into_iter().map(signed).collect()
}

impl Changed {
    /// What an instruction wrote beyond the stack.
    fn by(step: &Step) -> Changed {
        let mut changed = Changed::default();
        for (place, value) in step.result_places.iter().zip(&step.results) {
            let words = |first: u16| {
                let first = u32::from(first);
                first..first + u32::from(value.value_type().words())
            };
            match *place {
                Place::Stack => {}
                Place::Local(first) => changed.locals.extend(words(first)),
                Place::Global(first) => changed.globals.extend(words(first)),
            }
        }
        match &step.effect {
            Some(Effect::LocalWritten { index, value }) => {
                changed.locals.extend(*index..index + u32::from(value.value_type().words()));
            }
            Some(Effect::GlobalWritten { index, value }) => {
                changed.globals.extend(*index..index + u32::from(value.value_type().words()));
            }
            Some(Effect::Store { address, bytes, .. } | Effect::HostWritten { address, bytes }) => {
                changed.memory = Some((*address, bytes.len() as u64));
            }
            _ => {}
        }
        changed
    }
}
