//! What the machine remembers between two instructions, the cursor apart.

use std::collections::HashMap;

use super::Fault;
use super::frames::{Frames, Step};
use super::memory::Memory;
use super::operands::Operands;
use super::outcome::Outcome;
use super::trace::Trace;

/// The machine's state.
#[derive(Debug)]
pub(super) struct State {
    /// The operand stack.
    pub(super) operands: Operands,
    /// The open calls and their locals.
    pub(super) frames: Frames,
    /// The globals that were written, by index.
    pub(super) globals: HashMap<u32, u32>,
    /// Linear memory.
    pub(super) memory: Memory,
    /// How many instructions were begun, the present one included.
    pub(super) step: Step,
}

impl State {
    /// The state before the first instruction: everything empty or 0.
    pub(super) fn new() -> Self {
        State {
            operands: Operands::default(),
            frames: Frames::default(),
            globals: HashMap::new(),
            memory: Memory::new(),
            step: Step::default(),
        }
    }

    /// Pushes a value and writes it as an instruction that changes the stack depth by `delta`.
    pub(super) fn push(
        &mut self,
        outcome: Outcome,
        delta: i8,
        trace: &mut Trace<'_>,
    ) -> Result<(), Fault> {
        self.operands.push(outcome.value);
        trace.bytes(outcome, 4)?;
        trace.commit(delta, true)
    }
}
