//! The trace being written: hands tokens to the consumer, and counts.

use crate::error::Fault;
use crate::outcome::Outcome;
use crate::token::{Commit, TraceToken};

/// A trace under construction, by one run.
pub struct Trace<'consumer> {
    consumer: &'consumer mut dyn FnMut(&TraceToken),
    max_tokens: u64,
    /// Tokens written so far.
    pub(crate) tokens: u64,
    /// Instructions completed by those tokens.
    pub(crate) instructions: u64,
    /// What the program has output.
    pub(crate) output: Vec<u8>,
    /// What the places of the instruction change in the token that completes it.
    pub(crate) change: Change,
}

/// How the commit of an instruction differs from that of one whose operands and result are on the stack.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Change {
    /// By how much the change of the depth is greater.
    pub(crate) depth: i8,
    /// Does the result go to a variable?
    pub(crate) to_variable: bool,
}

impl<'consumer> Trace<'consumer> {
    /// An empty trace that may grow to `max_tokens`, each of which `consumer` gets.
    pub fn new(max_tokens: u64, consumer: &'consumer mut dyn FnMut(&TraceToken)) -> Self {
        Trace {
            consumer,
            max_tokens,
            tokens: 0,
            instructions: 0,
            output: Vec::new(),
            change: Change::default(),
        }
    }

    /// Writes a token, unless the limit is reached.
    pub(crate) fn write(&mut self, mut token: TraceToken) -> Result<(), Fault> {
        if let TraceToken::Commit(commit) = &mut token {
            commit.stack_delta += self.change.depth;
            commit.stores_to_stack &= !self.change.to_variable;
        }
        if self.tokens == self.max_tokens {
            return Err(Fault::TokenLimit(self.max_tokens));
        }
        self.tokens += 1;
        self.instructions += u64::from(token.completes_instruction());
        (self.consumer)(&token);
        Ok(())
    }

    /// Adds a token that the host appends: it counts for nothing.
    pub(crate) fn append(&mut self, token: TraceToken) {
        (self.consumer)(&token);
    }

    /// The bytes of a value, least significant first, with their ticks.
    pub(crate) fn value(&mut self, outcome: Outcome) -> Result<(), Fault> {
        self.low_bytes(outcome, u8::MAX)
    }

    /// The low `count` bytes of a value, least significant first, with their ticks.
    pub(crate) fn low_bytes(&mut self, outcome: Outcome, count: u8) -> Result<(), Fault> {
        for (value, tick) in outcome.bytes().take(usize::from(count)) {
            self.write(TraceToken::Byte { value, tick })?;
        }
        Ok(())
    }

    /// The bytes of a value, most significant first, without ticks: digits as they are found.
    pub(crate) fn digits(&mut self, value: u32) -> Result<(), Fault> {
        for value in value.to_be_bytes() {
            self.write(TraceToken::Byte { value, tick: false })?;
        }
        Ok(())
    }

    /// The end of an instruction after which the cursor moves on by one.
    pub(crate) fn commit(&mut self, stack_delta: i8, stores_to_stack: bool) -> Result<(), Fault> {
        self.write(TraceToken::Commit(Commit { stack_delta, stores_to_stack, branch_taken: false }))
    }

    /// A transfer of control: the relative target and the token that ends it.
    pub(crate) fn transfer(&mut self, offset: Outcome, end: TraceToken) -> Result<(), Fault> {
        self.write(TraceToken::BranchTaken)?;
        self.value(offset)?;
        self.write(end)
    }

    /// A byte of output.
    pub(crate) fn output(&mut self, byte: u8) -> Result<(), Fault> {
        self.write(TraceToken::Out(byte))?;
        self.output.push(byte);
        Ok(())
    }
}
