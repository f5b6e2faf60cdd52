//! What the machine remembers between two instructions, the cursor apart: operands, calls with their
//! locals, globals, memory.

mod frames;
mod memory;
mod operands;

use std::collections::HashMap;

use crate::error::Fault;
use crate::host::Host;
use crate::outcome::Outcome;
use crate::trace::Trace;
use crate::values::{from_words, words};
use tvm_program::{Value, ValueType};

pub(crate) use frames::{Frames, Step};
pub(crate) use memory::{Address, Memory};
pub(crate) use operands::Operands;

/// The machine's state.
#[derive(Debug)]
pub(crate) struct State {
    /// The operand stack.
    pub(crate) operands: Operands,
    /// The open calls and their locals.
    pub(crate) frames: Frames,
    /// The words of globals that were written, by index.
    globals: HashMap<u32, u32>,
    /// Linear memory.
    pub(crate) memory: Memory,
    /// How many instructions were begun, the present one included.
    pub(crate) step: Step,
    /// Who answers what the program awaits.
    pub(crate) host: Option<Box<dyn Host>>,
    /// Do accesses outside memory and calls that nest too deep trap?
    pub(crate) traps: bool,
    /// Must a variable be written before it is read? Where it need not be, it is 0.
    writes_first: bool,
}

impl State {
    /// The state before the first instruction: everything empty or 0. `traps` and `writes_first` are what the
    /// instruction set says of itself.
    pub(crate) fn new(traps: bool, writes_first: bool) -> Self {
        State {
            operands: Operands::default(),
            frames: Frames::default(),
            globals: HashMap::new(),
            memory: Memory::new(traps),
            step: Step::default(),
            host: None,
            traps,
            writes_first,
        }
    }

    /// A word of the globals: 0 unless it was written.
    pub(crate) fn global_word(&self, index: u32) -> u32 {
        self.globals.get(&index).copied().unwrap_or(0)
    }

    /// The global of a type whose lowest word has this index.
    pub(crate) fn global(&self, index: u32, of: ValueType) -> Result<Value, Fault> {
        self.read(index, of, |word| self.globals.get(&word).copied())
    }

    /// Writes a global.
    pub(crate) fn set_global(&mut self, index: u32, value: Value) {
        let indices = (0..).map(|word| index.wrapping_add(word));
        self.globals.extend(indices.zip(words(value)));
    }

    /// The local of a type of the innermost frame whose lowest word has this index.
    pub(crate) fn local(&self, index: u32, of: ValueType) -> Result<Value, Fault> {
        self.read(index, of, |word| self.frames.written_local(word))
    }

    /// A variable of these words.
    fn read(
        &self,
        index: u32,
        of: ValueType,
        word: impl Fn(u32) -> Option<u32>,
    ) -> Result<Value, Fault> {
        let words = (0..u32::from(of.words())).map(|number| index.wrapping_add(number));
        let missing = words.clone().find(|index| word(*index).is_none());
        match missing {
            Some(word) if self.writes_first => Err(Fault::Unwritten { word }),
            _ => Ok(from_words(of, |number| word(index.wrapping_add(number)).unwrap_or(0))),
        }
    }

    /// Writes a local of the innermost frame.
    pub(crate) fn set_local(&mut self, index: u32, value: Value) {
        for (word, number) in words(value).zip(0..) {
            self.frames.set_local(index.wrapping_add(number), word, self.step);
        }
    }

    /// Pushes a value and writes it as the result of an instruction that has popped so many words.
    pub(crate) fn push(
        &mut self,
        outcome: Outcome,
        popped: u8,
        trace: &mut Trace<'_>,
    ) -> Result<(), Fault> {
        self.operands.push(outcome);
        trace.value(outcome)?;
        let pushed = outcome.value.value_type().words();
        trace.commit(pushed.cast_signed() - popped.cast_signed(), true)
    }
}
