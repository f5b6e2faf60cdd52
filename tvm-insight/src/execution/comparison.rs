//! The reference executor in step with an execution: it runs an instruction ahead, and every token
//! is compared with its own. Nothing of what is shown of an instruction comes from it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::difference::Difference;
use super::disassembly::Disassembly;
use tvm_program::{Code, Cursor, InstructionSet, Program};
use tvm_reference::{Awaited, End, Executor, Host, ReferenceError, Trace, TraceToken, UserOpcode};

/// Compares the tokens of an execution with those of the reference executor.
#[derive(Debug)]
pub struct Comparison<'program> {
    executor: Executor<'program>,
    /// The instruction that was executed last.
    instruction: Cursor,
    /// Its tokens.
    tokens: Vec<TraceToken>,
    /// How many of them have come.
    matched: usize,
    end: Option<End>,
    answers: Answers,
}

/// What the host has answered and the executor has not taken yet.
#[derive(Debug, Clone, Default)]
struct Answers(Rc<RefCell<VecDeque<Vec<u8>>>>);

impl Host for Answers {
    fn answer(&mut self, _: Awaited) -> Option<Vec<u8>> {
        self.0.borrow_mut().pop_front()
    }
}

impl<'program> Comparison<'program> {
    /// Makes ready to compare an execution of a program of this instruction set, from the first
    /// token that is generated on. A program that begins with `input_base` reads `input`.
    ///
    /// # Errors
    /// When an instruction has a code that is not in the set.
    pub fn new(
        program: &'program Program,
        set: &'program InstructionSet,
        input: &[u8],
    ) -> Result<Self, ReferenceError> {
        let answers = Answers::default();
        Ok(Comparison {
            executor: Executor::new(program, set, input)?.with_host(Box::new(answers.clone())),
            instruction: Cursor::default(),
            tokens: Vec::new(),
            matched: 0,
            end: None,
            answers,
        })
    }

    /// Says the bytes that the host answers, before the `await` that they are for. The executor goes ahead of
    /// the tokens, and ends where there is no answer.
    pub fn answer(&mut self, bytes: Vec<u8>) {
        self.answers.0.borrow_mut().push_back(bytes);
    }

    /// Says what an opcode of the instruction set computes, as [`Executor::with_opcode`].
    #[must_use]
    pub fn with_opcode(self, code: Code, function: UserOpcode) -> Self {
        Comparison { executor: self.executor.with_opcode(code, function), ..self }
    }

    /// Compares the next token, which is at a position of the whole sequence. The program as text
    /// is for the message.
    ///
    /// # Errors
    /// [`Difference`] when the reference executor does not generate this token. Then it stays where
    /// it is: it expects the same token again.
    pub fn token(
        &mut self,
        position: u64,
        name: &str,
        disassembly: &Disassembly<'_>,
    ) -> Result<(), Difference> {
        let found = || name.to_owned();
        if self.matched == self.tokens.len() {
            if self.end.is_some() {
                return Err(Difference::AfterTheEnd { position, found: found() });
            }
            let executed = self.execute();
            executed.map_err(|error| Difference::Fault { position, found: found(), error })?;
        }
        let expected = self.tokens[self.matched].to_string();
        if expected != name {
            let instruction = self.instruction;
            return Err(Difference::Token {
                position,
                expected,
                found: found(),
                instruction,
                text: disassembly.text(instruction).unwrap_or_default(),
                function: disassembly.function(instruction).map(str::to_owned),
            });
        }
        self.matched += 1;
        Ok(())
    }

    /// Executes the instruction that the next token begins.
    fn execute(&mut self) -> Result<(), ReferenceError> {
        self.instruction = self.executor.cursor();
        self.tokens.clear();
        self.matched = 0;
        let tokens = &mut self.tokens;
        let consumer = &mut |token: &TraceToken| tokens.push(*token);
        self.end = self.executor.step(&mut Trace::new(u64::MAX, consumer))?;
        Ok(())
    }
}
