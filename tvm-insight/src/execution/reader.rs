//! From tokens to steps: what the state says of an instruction, with its text and its function.

use std::sync::Arc;

use super::disassembly::Disassembly;
use super::effect::Effect;
use super::names::Reads;
use super::place;
use super::state::{Ending, Executed, State, Unreadable, Written};
use super::step::Step;
use tvm_core::machine::Machine;
use tvm_program::Program;

/// Reads an execution: tokens come in, instructions come out. Nothing but the tokens says what an
/// instruction did.
#[derive(Debug, Clone)]
pub struct Reader<'program> {
    state: State<'program>,
    disassembly: Arc<Disassembly<'program>>,
    /// The position of the first token of the instruction under way.
    begun: u64,
    /// The position of the next token.
    position: u64,
}

impl<'program> Reader<'program> {
    /// Makes ready to read an execution of a program by a machine, whose tokens follow a prompt of
    /// `prompt_length` tokens. A program that begins with `input_base` reads `input`; that
    /// instruction is part of the prompt and no step.
    pub fn new(
        program: &'program Program,
        machine: &Machine,
        input: &[u8],
        prompt_length: u64,
    ) -> Self {
        Reader {
            state: State::new(program, machine, input),
            disassembly: Arc::new(Disassembly::new(program, &machine.instruction_set())),
            begun: prompt_length,
            position: prompt_length,
        }
    }

    /// Makes ready to read another execution of the same program, with another input.
    #[must_use]
    pub(super) fn with_input(&self, input: &[u8], prompt_length: u64) -> Self {
        let (state, disassembly) = (self.state.with_input(input), Arc::clone(&self.disassembly));
        Reader::resume(state, disassembly, (prompt_length, prompt_length))
    }

    /// Goes on from a state between two tokens, of which the next is at `position` and the first of the instruction under
    /// way at `begun`.
    pub(crate) fn resume(
        state: State<'program>,
        disassembly: Arc<Disassembly<'program>>,
        (begun, position): (u64, u64),
    ) -> Self {
        Reader { state, disassembly, begun, position }
    }

    /// Takes the next generated token; a whole instruction comes back when the token completes it.
    ///
    /// # Errors
    /// [`Unreadable`] when no execution of the program has this token here.
    pub fn token(&mut self, token: &str) -> Result<Option<Step>, Unreadable> {
        let call_depth = self.state.frames().len();
        let executed = self.state.follow(token)?;
        self.position += 1;
        let Some(executed) = executed else { return Ok(None) };
        let tokens = self.position - self.begun;
        let step = Step {
            position: self.begun,
            tokens,
            instruction: executed.instruction,
            function: self.disassembly.function(executed.instruction).map(str::to_owned),
            text: self.disassembly.text(executed.instruction).unwrap_or_default(),
            stack_depth: self.state.operands().len(),
            call_depth,
            effect: self.effect(&executed),
            output: match executed.ending {
                Ending::Output(byte) => Some(byte),
                _ => None,
            },
            halted: executed.ending == Ending::Halt,
            trap: match executed.ending {
                Ending::Trap(kind) => Some(kind),
                _ => None,
            },
            operand_places: place::of_operands(executed.operands.len(), executed.places),
            operands: executed.operands,
            result_places: place::of_results(executed.results.len(), executed.places),
            results: executed.results,
        };
        self.begun = self.position;
        Ok(Some(step))
    }

    /// The position of the next token.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The machine after the last token.
    pub fn state(&self) -> &State<'program> {
        &self.state
    }

    /// The program as text.
    pub fn disassembly(&self) -> &Disassembly<'program> {
        &self.disassembly
    }

    fn effect(&self, executed: &Executed) -> Option<Effect> {
        let to = self.state.cursor();
        let named = |name: Option<&str>| name.map(str::to_owned);
        match executed.ending {
            Ending::Trap(_) | Ending::Halt | Ending::Output(_) => None,
            Ending::Branch => Some(Effect::Branch { taken: true, to }),
            Ending::Call => {
                Some(Effect::Call { to, function: named(self.disassembly.function_from(to)) })
            }
            Ending::Return => {
                Some(Effect::Return { to, function: named(self.disassembly.function(to)) })
            }
            Ending::Next if executed.is_branch => Some(Effect::Branch { taken: false, to }),
            Ending::Next => self.written(executed).or_else(|| self.read(executed)),
        }
    }

    /// What the bytes of an instruction wrote beyond its result.
    fn written(&self, executed: &Executed) -> Option<Effect> {
        let (index, value) = (executed.immediate, executed.value());
        match executed.written? {
            Written::Local => Some(Effect::LocalWritten { index, value }),
            Written::Global => Some(Effect::GlobalWritten { index, value }),
            Written::Memory => {
                let (address, count) = (executed.address(), executed.bytes.len());
                let bytes = self.state.memory(address, count);
                Some(Effect::Store { address, bytes, value: *executed.operands.last()? })
            }
            Written::Pages => Some(Effect::MemoryDeclared { pages: self.state.memory_pages() }),
            Written::Result if executed.grows => {
                let to = self.state.memory_pages();
                Some(match executed.value().signed() {
                    -1 => Effect::MemoryGrown { from: to, to },
                    before => Effect::MemoryGrown { from: before as u32, to },
                })
            }
            Written::Request => Some(Effect::Request { number: value.unsigned() as u32 }),
            Written::Argument => Some(Effect::Argument { value }),
            Written::Section => {
                let bytes = executed.bytes.clone();
                Some(Effect::HostWritten { address: executed.address(), bytes })
            }
            Written::Result => None,
        }
    }

    /// What an instruction read whose bytes are its result: among them is what it read.
    fn read(&self, executed: &Executed) -> Option<Effect> {
        let (index, value) = (executed.immediate, *executed.results.last()?);
        Some(match Reads::of(executed.opcode)? {
            Reads::Local => Effect::LocalRead { index, value },
            Reads::Global => Effect::GlobalRead { index, value },
            Reads::Pages => Effect::MemorySize { pages: value.unsigned() as u32 },
            Reads::Memory { bytes } => Effect::Load {
                address: executed.address(),
                bytes: executed.bytes.get(..usize::from(bytes))?.to_vec(),
                value,
            },
        })
    }
}
