//! What the machine remembers between two instructions, the cursor apart.

use std::collections::HashMap;

use super::Fault;
use super::frames::{Frames, Step};
use super::memory::Memory;
use super::operands::Operands;
use super::outcome::Outcome;
use super::trace::Trace;
use super::wide_outcome::WideOutcome;
use super::words::split;

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
    /// Do accesses outside memory and calls that nest too deep trap?
    pub(super) traps: bool,
}

impl State {
    /// The state before the first instruction: everything empty or 0. `traps` is what the
    /// instruction set says of itself.
    pub(super) fn new(traps: bool) -> Self {
        State {
            operands: Operands::default(),
            frames: Frames::default(),
            globals: HashMap::new(),
            memory: Memory::new(traps),
            step: Step::default(),
            traps,
        }
    }

    /// A global: 0 unless it was written.
    pub(super) fn global(&self, index: u32) -> u32 {
        self.globals.get(&index).copied().unwrap_or(0)
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

    /// Pushes a value of two words, as [`State::push`] does one of one.
    pub(super) fn push_wide(
        &mut self,
        outcome: WideOutcome,
        delta: i8,
        trace: &mut Trace<'_>,
    ) -> Result<(), Fault> {
        self.operands.push_wide(split(outcome.value));
        trace.wide_bytes(outcome, 8)?;
        trace.commit(delta, true)
    }
}
