//! An execution that is read and compared at the same time.

use super::comparison::Comparison;
use super::difference::Difference;
use super::reader::Reader;
use super::step::Step;
use tvm_core::machine::Machine;
use tvm_program::{Code, InstructionSet, Program};
use tvm_reference::{ReferenceError, UserOpcode};

/// Reads an execution ([`Reader`]) and compares every token with that of the reference executor
/// ([`Comparison`]).
#[derive(Debug)]
pub struct ComparedReader<'program> {
    reader: Reader<'program>,
    comparison: Comparison<'program>,
}

impl<'program> ComparedReader<'program> {
    /// Makes ready to read and to compare, as [`Reader::new`] and [`Comparison::new`]. `set` is the
    /// instruction set of the machine.
    ///
    /// # Errors
    /// When an instruction has a code that is not in the set.
    pub fn new(
        program: &'program Program,
        machine: &Machine,
        set: &'program InstructionSet,
        input: &[u8],
        prompt_length: u64,
    ) -> Result<Self, ReferenceError> {
        Ok(ComparedReader {
            reader: Reader::new(program, machine, input, prompt_length),
            comparison: Comparison::new(program, set, input)?,
        })
    }

    /// Says what an opcode computes, for the comparison, as [`Comparison::with_opcode`].
    #[must_use]
    pub fn with_opcode(self, code: Code, function: UserOpcode) -> Self {
        ComparedReader { comparison: self.comparison.with_opcode(code, function), ..self }
    }

    /// Says the bytes that the host answers, before the `await` that they are for, as [`Comparison::answer`].
    pub fn answer(&mut self, bytes: Vec<u8>) {
        self.comparison.answer(bytes);
    }

    /// Takes the next token, generated or of the host; a whole instruction comes back when the token completes it.
    ///
    /// # Errors
    /// [`Difference`] when the reference executor does not generate this token.
    pub fn token(&mut self, name: &str) -> Result<Option<Step>, Difference> {
        let position = self.reader.position();
        self.comparison.token(position, name, self.reader.disassembly())?;
        self.reader.token(name).map_err(|error| Difference::Unreadable { position, error })
    }
}

/// What the executions of a program have in common. To begin one is fast, which matters where there are many short ones.
#[derive(Debug)]
pub struct Executions<'program> {
    program: &'program Program,
    set: &'program InstructionSet,
    /// A reader of an execution without an input.
    blank: Reader<'program>,
}

impl<'program> Executions<'program> {
    /// Of a program for a machine. `set` is the instruction set of the machine.
    pub fn new(
        program: &'program Program,
        machine: &Machine,
        set: &'program InstructionSet,
    ) -> Self {
        Executions { program, set, blank: Reader::new(program, machine, &[], 0) }
    }

    /// The same as [`ComparedReader::new`].
    ///
    /// # Errors
    /// When an instruction has a code that is not in the set.
    pub fn begin(
        &self,
        input: &[u8],
        prompt_length: u64,
    ) -> Result<ComparedReader<'program>, ReferenceError> {
        Ok(ComparedReader {
            reader: self.blank.with_input(input, prompt_length),
            comparison: Comparison::new(self.program, self.set, input)?,
        })
    }
}
