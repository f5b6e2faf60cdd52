//! From tokens to steps: the reference executor runs an instruction ahead, and every token is
//! compared with its own.

use super::observation::Before;
use super::{Difference, Disassembly, Step};
use tvm_program::{Code, InstructionSet, Program};
use tvm_reference::{Executor, ReferenceError, Trace, TraceToken, UserOpcode};

/// Narrates the run of a program, from the first token that is generated.
#[derive(Debug)]
pub struct Narrator<'program> {
    executor: Executor<'program>,
    disassembly: Disassembly<'program>,
    /// The position of the next token.
    position: u64,
    /// The instruction that the next token belongs to, if the reference executor has executed it.
    current: Option<Executed>,
    /// Is the program over?
    ended: bool,
}

/// An instruction as the reference executor executed it.
#[derive(Debug)]
struct Executed {
    step: Step,
    tokens: Vec<TraceToken>,
    /// How many of the tokens have come.
    matched: usize,
}

impl<'program> Narrator<'program> {
    /// Makes ready to narrate a program of this instruction set, whose tokens follow a prompt of
    /// `prompt_length` tokens. A program that begins with `input_base` reads `input`; that
    /// instruction is part of the prompt and is not told.
    ///
    /// # Errors
    /// When an instruction has a code that is not in the set.
    pub fn new(
        program: &'program Program,
        set: &'program InstructionSet,
        input: &[u8],
        prompt_length: u64,
    ) -> Result<Self, ReferenceError> {
        Ok(Narrator {
            executor: Executor::new(program, set, input)?,
            disassembly: Disassembly::new(program, set),
            position: prompt_length,
            current: None,
            ended: false,
        })
    }

    /// Says what an opcode of the instruction set computes, as [`Executor::with_opcode`]. Of such
    /// an opcode operands and value are told, and no effect.
    #[must_use]
    pub fn with_opcode(mut self, code: Code, function: UserOpcode) -> Self {
        self.executor = self.executor.with_opcode(code, function);
        self.disassembly.forget(code);
        self
    }

    /// Takes the next generated token; a whole instruction comes back when the token ends it.
    ///
    /// # Errors
    /// [`Difference`] when the reference executor does not generate this token. The narration ends
    /// there.
    pub fn token(&mut self, name: &str) -> Result<Option<Step>, Difference> {
        let (position, found) = (self.position, || name.to_owned());
        if self.ended {
            return Err(Difference::AfterTheEnd { position, found: found() });
        }
        let mut current = match self.current.take() {
            Some(current) => current,
            None => self.execute().map_err(|error| Difference::Fault {
                position,
                found: found(),
                error,
            })?,
        };
        let expected = current.tokens[current.matched].to_string();
        if expected != name {
            let difference = current.difference(position, expected, found());
            self.current = Some(current);
            return Err(difference);
        }
        self.position += 1;
        current.matched += 1;
        if current.matched < current.tokens.len() {
            self.current = Some(current);
            return Ok(None);
        }
        self.ended = current.step.halted || current.step.trap.is_some();
        Ok(Some(current.step))
    }

    /// Executes the instruction that the next token begins.
    fn execute(&mut self) -> Result<Executed, ReferenceError> {
        let before = Before::look(self.position, &self.executor, &self.disassembly);
        let mut tokens = Vec::new();
        let consumer = &mut |token: &TraceToken| tokens.push(*token);
        let end = self.executor.step(&mut Trace::new(u64::MAX, consumer))?;
        let before = before.expect("what could be executed could be looked at");
        let step = before.after(&self.executor, &self.disassembly, &tokens, end);
        Ok(Executed { step, tokens, matched: 0 })
    }
}

impl Executed {
    fn difference(&self, position: u64, expected: String, found: String) -> Difference {
        let Step { instruction, text, function, .. } = &self.step;
        Difference::Token {
            position,
            expected,
            found,
            instruction: *instruction,
            text: text.clone(),
            function: function.clone(),
        }
    }
}
