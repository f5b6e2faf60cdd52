//! The state of the machine, read off the tokens of an execution.
//!
//! Every value that an instruction computes is among its tokens, as bytes. So a [`State`] computes
//! nothing: what an instruction writes are the bytes that it emitted, its operands are what instructions before it put
//! on the stack or in variables, and where execution goes on is in the bytes before the token that completes it. Which
//! bytes are a result, a variable or memory is what the declaration of the opcode says; which operands are in
//! variables, and which variable the result goes to, is what the instruction says.
//!
//! Four things are not in the tokens of an execution and come from elsewhere:
//!
//! - the program and its input, which precede them in the prompt of a universal model and are given
//!   to [`State::new`];
//! - the address of a store: the operand below its value, plus the immediate of the instruction;
//! - the size of memory after `memory.grow`, whose bytes are the size before: the operand is added;
//! - what was never written: it is 0, and so is memory beyond the end where nothing traps. In an instruction set with
//!   [places](tvm_program::InstructionSet::has_places) no operand is a variable that was not written.
//!
//! How tokens are followed is in this file. A module imports only from those with lower numbers; a test
//! checks it.
//!
//! 1. `memory`, `frames`: linear memory; calls and locals
//! 2. `declaration`: what an opcode's tokens are
//! 3. `executed`, `unreadable`: an instruction that is complete; a token that cannot be part of one
//! 4. `store`: what the machine remembers, and what an instruction does to it
//! 5. `tests`: the state after handwritten tokens

mod declaration;
mod executed;
mod frames;
mod memory;
mod store;
#[cfg(test)]
mod tests;
mod unreadable;

use std::collections::HashSet;
use std::sync::Arc;

use tvm_core::machine::Machine;
use tvm_model::token::{Move, Role, role};
use tvm_program::limits::{GREATEST_MEMORY, MEMORY_BYTES, MEMORY_PAGES};
use tvm_program::{Cursor, Program};

use declaration::{Declarations, Last, Opening, Run};
use memory::{BLOCK, Memory};
use store::Store;

pub use declaration::Written;
pub use executed::{Ending, Executed};
pub use frames::Frame;
pub use unreadable::{Reason, Unreadable};

/// The machine between two tokens. A copy shares its memory with the original, block by block, until one of them
/// writes there.
#[derive(Debug, Clone)]
pub struct State<'program> {
    program: &'program Program,
    declarations: Arc<Declarations>,
    cursor: Cursor,
    under_way: UnderWay,
    store: Store,
    ended: bool,
}

/// The tokens so far of the instruction under way.
#[derive(Debug, Clone, Default)]
struct UnderWay {
    opening: Opening,
    bytes: Vec<u8>,
}

impl<'program> State<'program> {
    /// The state before the first token that is generated: the sections of the prompt are in memory, and
    /// their instructions are done.
    pub fn new(program: &'program Program, machine: &Machine, input: &[u8]) -> Self {
        State::begun(program, Arc::new(Declarations::of(machine)), input)
    }

    /// The same before another execution, with another input. That is made faster than from the machine.
    #[must_use]
    pub fn with_input(&self, input: &[u8]) -> Self {
        State::begun(self.program, Arc::clone(&self.declarations), input)
    }

    fn begun(program: &'program Program, declarations: Arc<Declarations>, input: &[u8]) -> Self {
        let end = if declarations.traps { GREATEST_MEMORY } else { MEMORY_BYTES };
        let mut memory = Memory::new(end, MEMORY_PAGES);
        let mut cursor = Cursor::default();
        for (address, bytes) in program.sections(input) {
            memory.write(address.into(), &bytes);
            cursor = cursor.next();
        }
        State {
            program,
            declarations,
            cursor,
            under_way: UnderWay::default(),
            store: Store::new(memory),
            ended: false,
        }
    }

    /// Follows a generated token. The instruction that it completes comes back.
    ///
    /// # Errors
    /// [`Unreadable`] when no execution of the program has this token here. The state stays as it
    /// was.
    pub fn follow(&mut self, token: &str) -> Result<Option<Executed>, Unreadable> {
        self.read(token).map_err(|reason| Unreadable {
            token: token.to_owned(),
            instruction: self.cursor,
            reason,
        })
    }

    fn read(&mut self, token: &str) -> Result<Option<Executed>, Reason> {
        if self.ended {
            return Err(Reason::AfterTheEnd);
        }
        let instructions = &self.program.instructions;
        let instruction = *instructions
            .get(self.cursor.0 as usize)
            .ok_or(Reason::OutsideTheProgram(instructions.len()))?;
        let declaration = self
            .declarations
            .get(instruction.code)
            .ok_or(Reason::UnknownOpcode(instruction.code.0))?;
        let opcode = declaration.name;
        let runs = declaration.runs(instruction.places).ok_or(Reason::Places { opcode })?;
        let ending = match self.under_way.follow(token, runs) {
            Progress::Ends(ending) => ending,
            Progress::GoesOn => return Ok(None),
            Progress::Impossible => return Err(unexpected(opcode, runs)),
        };
        let bytes = self.under_way.bytes.clone();
        let at = (self.cursor, instruction);
        let executed = self.store.execute(declaration, at, bytes, ending)?;
        self.under_way = UnderWay::default();
        self.cursor = match executed.ending {
            Ending::Next | Ending::Output(_) => self.cursor.next(),
            Ending::Branch | Ending::Call | Ending::Return => self.cursor.branch(executed.word()),
            Ending::Halt | Ending::Trap(_) => self.cursor,
        };
        self.ended = matches!(executed.ending, Ending::Halt | Ending::Trap(_));
        Ok(Some(executed))
    }

    /// The instruction that is under way, or that comes next.
    pub fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// Has the program ended?
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// The operand stack in words, bottom first: a value of 64 bits is two, the lower one deeper.
    pub fn operands(&self) -> &[u32] {
        &self.store.operands
    }

    /// The calls under way, outermost first. The function that the program begins with is none.
    pub fn frames(&self) -> &[Frame] {
        self.store.frames.calls()
    }

    /// A word of the locals of the innermost call; 0 unless it was written since the call began.
    pub fn local(&self, index: u32) -> u32 {
        self.local_at(self.frames().len(), index)
    }

    /// A word of the locals of a call: at depth 0 of what the program begins with, at depth `d` of
    /// the `d`-th of [`State::frames`].
    pub fn local_at(&self, depth: usize, index: u32) -> u32 {
        self.store.frames.local(depth, index).unwrap_or(0)
    }

    /// The words of the locals of a call that were written since it began, with their indices: at depth 0 of what the
    /// program begins with, at depth `d` of the `d`-th of [`State::frames`]. Of a call that is not the innermost, the
    /// first 64.
    pub fn locals(&self, depth: usize) -> Vec<(u32, u32)> {
        self.store.frames.locals(depth)
    }

    /// The words of the globals that were written, with their indices.
    pub fn globals(&self) -> Vec<(u32, u32)> {
        let mut globals: Vec<(u32, u32)> =
            self.store.globals.iter().map(|(&index, &word)| (index, word)).collect();
        globals.sort_unstable();
        globals
    }

    /// A word of the globals; 0 unless it was written.
    pub fn global(&self, index: u32) -> u32 {
        self.store.globals.get(&index).copied().unwrap_or(0)
    }

    /// So many bytes of linear memory from an address on; 0 beyond its end.
    pub fn memory(&self, address: u64, count: usize) -> Vec<u8> {
        let addresses = (0..count as u64).map(|offset| address.saturating_add(offset));
        addresses.map(|address| self.store.memory.byte(address)).collect()
    }

    /// About how many bytes states take together. What copies share counts once.
    pub fn size<'all>(states: impl IntoIterator<Item = &'all State<'program>>) -> usize
    where
        'program: 'all,
    {
        let (mut blocks, mut size) = (HashSet::new(), 0);
        for State { store, .. } in states {
            blocks.extend(store.memory.blocks());
            size += store.frames.size() + size_of_val(&store.operands[..]);
            size += store.globals.capacity() * size_of::<(u32, u32)>();
        }
        size + blocks.len() * BLOCK as usize
    }

    /// The size of linear memory in pages of 65,536 bytes.
    pub fn memory_pages(&self) -> u32 {
        self.store.memory.pages
    }
}

fn unexpected(opcode: &'static str, runs: &[Run]) -> Reason {
    let runs: Vec<String> = runs.iter().map(Run::to_string).collect();
    Reason::Unexpected { opcode, expected: runs.join(" or ") }
}

/// What a token does to the instruction under way.
enum Progress {
    GoesOn,
    Ends(Ending),
    Impossible,
}

impl UnderWay {
    /// Takes a token, if one of the runs goes on with it.
    fn follow(&mut self, token: &str, runs: &[Run]) -> Progress {
        let (opening, count) = (self.opening, self.bytes.len());
        let role = role(token);
        let begins = |opening, bytes| runs.iter().any(|run| run.begins_with(opening, bytes));
        match role {
            Role::Byte(byte) if begins(opening, count + 1) => {
                self.bytes.push(byte);
                return Progress::GoesOn;
            }
            Role::Silent | Role::Awaits if opening == Opening::None => {
                match Opening::after(count, token) {
                    Some(opening) if begins(opening, 0) => {
                        *self = UnderWay { opening, bytes: Vec::new() };
                        return Progress::GoesOn;
                    }
                    _ => return Progress::Impossible,
                }
            }
            _ => {}
        }
        let ends = runs.iter().any(|run| {
            run.is_complete(opening, count)
                && match &run.last {
                    Last::Token(last) => last == token,
                    Last::Output => matches!(role, Role::Outputs(_)),
                }
        });
        match ending(role) {
            Some(ending) if ends => Progress::Ends(ending),
            _ => Progress::Impossible,
        }
    }
}

/// How an instruction ends that a token of this role completes.
fn ending(role: Role) -> Option<Ending> {
    match role {
        Role::Completes(Move::Next) => Some(Ending::Next),
        Role::Completes(Move::Branch) => Some(Ending::Branch),
        Role::Completes(Move::Call) => Some(Ending::Call),
        Role::Completes(Move::Return) => Some(Ending::Return),
        Role::Outputs(byte) => Some(Ending::Output(byte)),
        Role::Halts => Some(Ending::Halt),
        Role::Traps(kind) => Some(Ending::Trap(kind)),
        Role::Silent | Role::Awaits | Role::Byte(_) => None,
    }
}
