//! The run of a program: fetch, execute, move the cursor, until it ends. What can be seen of it
//! between two instructions is in `view`.

use crate::error::{Fault, ReferenceError};
use crate::flow::{End, Flow};
use crate::host::Host;
use crate::operators::{Operation, User, UserOpcode};
use crate::places;
use crate::state::{Address, State};
use crate::token::TraceToken;
use crate::trace::Trace;
use tvm_program::Cursor;
use tvm_program::{Code, Instruction, InstructionSet, Mnemonic, Places, Program};

/// A program about to be run.
#[derive(Debug)]
pub struct Executor<'program> {
    instructions: &'program [Instruction],
    set: &'program InstructionSet,
    operations: Vec<Option<Operation>>,
    /// The opcodes of the set, by code.
    mnemonics: Vec<Option<&'program Mnemonic>>,
    pub(crate) state: State,
    pub(crate) cursor: Cursor,
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Tokens generated, the final `halt` or `trap(kind)` included.
    pub generated_tokens: u64,
    /// Instructions completed by generated tokens: `input_base` and one that traps are not.
    pub instructions: u64,
    /// The bytes of the program's output.
    pub output: Vec<u8>,
    /// How the program ended.
    pub end: End,
}

impl<'program> Executor<'program> {
    /// Makes ready to run a program of this instruction set.
    ///
    /// The program starts after its sections: its data is in memory, and from the immediate of `input_base` on
    /// `input` with a final 0. A program without `input_base` does not see `input`.
    ///
    /// # Errors
    /// When an instruction has a code that is not in the set.
    pub fn new(
        program: &'program Program,
        set: &'program InstructionSet,
        input: &[u8],
    ) -> Result<Self, ReferenceError> {
        let instructions = &program.instructions;
        check_codes(instructions, set)?;
        let mut executor = Executor {
            instructions,
            set,
            operations: built_in_operations(set),
            mnemonics: by_code(set),
            state: State::new(set.traps(), set.has_places()),
            cursor: Cursor::default(),
        };
        for (address, bytes) in program.sections(input) {
            executor.state.memory.store(Address(address.into()), &bytes);
            executor.cursor = executor.cursor.next();
        }
        Ok(executor)
    }

    /// Runs with a host, which answers what the program awaits. Without one the run ends there.
    #[must_use]
    pub fn with_host(mut self, host: Box<dyn Host>) -> Self {
        self.state.host = Some(host);
        self
    }

    /// Says what an opcode of the instruction set computes, in place of any semantics it had.
    ///
    /// Only opcodes that push one value can be registered: any other is left without semantics,
    /// which is an error once it is executed. A code outside the set changes nothing.
    #[must_use]
    pub fn with_opcode(mut self, code: Code, function: UserOpcode) -> Self {
        if let Some(mnemonic) = self.set.by_code(code) {
            let user = User::new(mnemonic, function);
            self.operations[usize::from(code.0)] = user.map(Operation::User);
        }
        self
    }

    /// Runs the program to its end and hands every generated token to `consumer`, in order.
    ///
    /// # Errors
    /// When the program is not over after `max_tokens` tokens, when the cursor leaves the program,
    /// and when an instruction cannot be executed: an operand is missing, calls nest too deep in
    /// an instruction set where that is no trap, `return` is outside any call, `input_base` is not
    /// at the beginning, or an opcode has no semantics. The consumer has then seen the tokens before the fault.
    pub fn run(
        mut self,
        max_tokens: u64,
        consumer: &mut dyn FnMut(&TraceToken),
    ) -> Result<Summary, ReferenceError> {
        let mut trace = Trace::new(max_tokens, consumer);
        loop {
            if let Some(end) = self.step(&mut trace)? {
                return Ok(summary(trace, end));
            }
        }
    }

    /// Executes one instruction, and says how the program ended if it did. Then nothing can be
    /// executed any more: what a trap has left of the machine means nothing.
    ///
    /// # Errors
    /// As [`Executor::run`]; the machine is then somewhere within the instruction.
    pub fn step(&mut self, trace: &mut Trace<'_>) -> Result<Option<End>, ReferenceError> {
        let flow = self.execute(trace);
        match flow.map_err(|fault| ReferenceError { cursor: self.cursor, fault })? {
            Flow::Next => self.cursor = self.cursor.next(),
            Flow::Branch(offset) => self.cursor = self.cursor.branch(offset),
            Flow::End(end) => return Ok(Some(end)),
        }
        Ok(None)
    }

    fn execute(&mut self, trace: &mut Trace<'_>) -> Result<Flow, Fault> {
        let instruction = self.fetch()?;
        let operation = self.operations[usize::from(instruction.code.0)]
            .as_ref()
            .ok_or_else(|| self.no_semantics(instruction.code))?;
        self.state.step.0 += 1;
        if instruction.places == Places::STACK {
            return operation.execute(instruction.immediate, &mut self.state, trace);
        }
        let mnemonic = self.mnemonics[usize::from(instruction.code.0)];
        let mnemonic = mnemonic.filter(|mnemonic| mnemonic.can_be(instruction));
        let mnemonic = mnemonic.ok_or(Fault::Places)?;
        places::execute(operation, mnemonic, instruction, &mut self.state, trace)
    }

    fn fetch(&self) -> Result<Instruction, Fault> {
        self.instructions
            .get(self.cursor.0 as usize)
            .copied()
            .ok_or(Fault::CursorOutOfProgram(self.instructions.len()))
    }

    fn no_semantics(&self, code: Code) -> Fault {
        match self.set.by_code(code) {
            Some(mnemonic) => Fault::NoSemantics(mnemonic.name.clone()),
            None => Fault::UnknownOpcode(code),
        }
    }
}

fn check_codes(instructions: &[Instruction], set: &InstructionSet) -> Result<(), ReferenceError> {
    let mut known = [false; 256];
    for mnemonic in set.mnemonics() {
        known[usize::from(mnemonic.code.0)] = true;
    }
    match instructions.iter().position(|one| !known[usize::from(one.code.0)]) {
        None => Ok(()),
        Some(index) => Err(ReferenceError {
            cursor: Cursor(index as u32),
            fault: Fault::UnknownOpcode(instructions[index].code),
        }),
    }
}

/// The opcodes of a set, by code.
fn by_code(set: &InstructionSet) -> Vec<Option<&Mnemonic>> {
    let mut mnemonics = vec![None; 256];
    for mnemonic in set.mnemonics() {
        mnemonics[usize::from(mnemonic.code.0)] = Some(mnemonic);
    }
    mnemonics
}

/// The built-in semantics of a set's opcodes, by code.
fn built_in_operations(set: &InstructionSet) -> Vec<Option<Operation>> {
    let mut operations = vec![None; 256];
    for mnemonic in set.mnemonics() {
        operations[usize::from(mnemonic.code.0)] = Operation::named(&mnemonic.name);
    }
    operations
}

fn summary(trace: Trace<'_>, end: End) -> Summary {
    Summary {
        generated_tokens: trace.tokens,
        instructions: trace.instructions,
        output: trace.output,
        end,
    }
}
