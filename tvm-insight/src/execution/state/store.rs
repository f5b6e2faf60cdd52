//! What the machine remembers: the stack, calls and variables, memory; and what an instruction does to it, as its tokens
//! say.

use std::collections::HashMap;

use super::declaration::{Declaration, Written};
use super::executed::{Ending, Executed, shown_results};
use super::frames::Frames;
use super::memory::Memory;
use super::unreadable::Reason;
use crate::execution::place;
use crate::execution::words::values;
use tvm_program::{Cursor, Instruction, Place, Space, Value};

/// What the machine remembers.
#[derive(Debug, Clone)]
pub(super) struct Store {
    pub(super) operands: Vec<u32>,
    pub(super) frames: Frames,
    pub(super) globals: HashMap<u32, u32>,
    pub(super) memory: Memory,
}

impl Store {
    /// Nothing but memory.
    pub(super) fn new(memory: Memory) -> Store {
        let (operands, frames, globals) = (Vec::new(), Frames::default(), HashMap::new());
        Store { operands, frames, globals, memory }
    }

    /// Does what the tokens of an instruction say that it did.
    pub(super) fn execute(
        &mut self,
        declaration: &Declaration,
        (at, instruction): (Cursor, Instruction),
        bytes: Vec<u8>,
        ending: Ending,
    ) -> Result<Executed, Reason> {
        let (bottom, operands) = self.operands(declaration, instruction)?;
        if ending == Ending::Return && self.frames.calls().is_empty() {
            return Err(Reason::ReturnWithoutCall);
        }
        let transfers = matches!(ending, Ending::Branch | Ending::Call | Ending::Return);
        let trapped = matches!(ending, Ending::Trap(_));
        let mut executed = Executed {
            instruction: at,
            immediate: instruction.immediate,
            opcode: declaration.name,
            places: instruction.places,
            operands,
            results: Vec::new(),
            written: declaration.target.filter(|_| !transfers && !trapped),
            bytes,
            ending,
            is_branch: declaration.branches,
            grows: declaration.grows,
        };
        if !trapped {
            self.operands.truncate(bottom + declaration.kept);
            self.write(&executed);
            executed.results = match instruction.places.result {
                Place::Stack => values(shown_results(declaration), &self.operands[bottom..]),
                _ => values(&declaration.results, &executed.words().collect::<Vec<_>>()),
            };
        }
        Ok(executed)
    }

    /// The operands of an instruction, and how high the stack is without those that are on it.
    fn operands(
        &self,
        declaration: &Declaration,
        instruction: Instruction,
    ) -> Result<(usize, Vec<Value>), Reason> {
        let types = &declaration.operands;
        let places = place::of_operands(types.len(), instruction.places);
        let operands = || types.iter().zip(&places);
        let on_stack = operands().filter(|(_, place)| **place == Place::Stack);
        let needed = on_stack.map(|(of, _)| usize::from(of.words())).sum();
        let found = self.operands.len();
        let opcode = declaration.name;
        let bottom = found.checked_sub(needed);
        let bottom = bottom.ok_or(Reason::StackUnderflow { opcode, needed, found })?;
        let mut stack = self.operands[bottom..].iter().copied();
        let mut words = Vec::new();
        for (of, &place) in operands() {
            for word in 0..of.words() {
                words.push(match place {
                    Place::Stack => stack.next().expect("the stack is high enough"),
                    Place::Local(first) => self.word(opcode, Space::Locals, first, word)?,
                    Place::Global(first) => self.word(opcode, Space::Globals, first, word)?,
                });
            }
        }
        Ok((bottom, values(types, &words)))
    }

    /// A word of a variable that is an operand of an opcode.
    fn word(
        &self,
        opcode: &'static str,
        space: Space,
        first: u16,
        number: u8,
    ) -> Result<u32, Reason> {
        let word = u32::from(first) + u32::from(number);
        let written = match space {
            Space::Locals => self.frames.local(self.frames.calls().len(), word),
            Space::Globals => self.globals.get(&word).copied(),
        };
        written.ok_or(Reason::Unwritten { opcode, space, word })
    }

    /// Writes the bytes of an instruction where they belong, and opens or closes a call.
    fn write(&mut self, executed: &Executed) {
        let immediate = executed.immediate;
        match executed.written {
            Some(Written::Result) => match executed.places.result {
                Place::Stack => self.operands.extend(executed.words()),
                Place::Local(first) => self.set_variable(Space::Locals, first.into(), executed),
                Place::Global(first) => self.set_variable(Space::Globals, first.into(), executed),
            },
            Some(Written::Local) => self.set_variable(Space::Locals, immediate, executed),
            Some(Written::Global) => self.set_variable(Space::Globals, immediate, executed),
            Some(Written::Memory | Written::Section) => {
                self.memory.write(executed.address(), &executed.bytes);
            }
            Some(Written::Pages) => self.memory.pages = executed.word(),
            Some(Written::Request | Written::Argument) | None => {}
        }
        match executed.ending {
            Ending::Call => {
                let target = executed.instruction.branch(executed.word());
                self.frames.open(executed.instruction, target);
            }
            Ending::Return => drop(self.frames.close()),
            _ => {}
        }
        if executed.grows && executed.value() != Value::I32(u32::MAX) {
            let delta = executed.operands.last().map_or(0, |operand| operand.unsigned());
            self.memory.pages = self.memory.pages.wrapping_add(delta as u32);
        }
    }

    /// Writes the bytes of an instruction to a variable that begins with a word.
    fn set_variable(&mut self, space: Space, first: u32, executed: &Executed) {
        let variables = (0..).map(|offset| first.wrapping_add(offset)).zip(executed.words());
        match space {
            Space::Locals => {
                variables.for_each(|(index, word)| self.frames.set_local(index, word));
            }
            Space::Globals => self.globals.extend(variables),
        }
    }
}
