//! The trace being written: hands tokens to the consumer, and counts.

use super::token::{Commit, TraceToken};
use super::wide_outcome::WideOutcome;
use super::{Fault, Outcome};

/// A trace under construction, by one run.
pub struct Trace<'consumer> {
    consumer: &'consumer mut dyn FnMut(&TraceToken),
    max_tokens: u64,
    /// Tokens written so far.
    pub(super) tokens: u64,
    /// Instructions completed by those tokens.
    pub(super) instructions: u64,
    /// What the program has output.
    pub(super) output: Vec<u8>,
}

impl<'consumer> Trace<'consumer> {
    /// An empty trace that may grow to `max_tokens`, each of which `consumer` gets.
    pub fn new(max_tokens: u64, consumer: &'consumer mut dyn FnMut(&TraceToken)) -> Self {
        Trace { consumer, max_tokens, tokens: 0, instructions: 0, output: Vec::new() }
    }

    /// Writes a token, unless the limit is reached.
    pub(super) fn write(&mut self, token: TraceToken) -> Result<(), Fault> {
        if self.tokens == self.max_tokens {
            return Err(Fault::TokenLimit(self.max_tokens));
        }
        self.tokens += 1;
        self.instructions += u64::from(token.completes_instruction());
        (self.consumer)(&token);
        Ok(())
    }

    /// The low `count` bytes of a value, least significant first, with their ticks.
    pub(super) fn bytes(&mut self, outcome: Outcome, count: u8) -> Result<(), Fault> {
        self.ticking(&outcome.value.to_le_bytes(), &outcome.ticks, count)
    }

    /// The low `count` bytes of a value of two words, as [`Trace::bytes`] writes those of one.
    pub(super) fn wide_bytes(&mut self, outcome: WideOutcome, count: u8) -> Result<(), Fault> {
        self.ticking(&outcome.value.to_le_bytes(), &outcome.ticks, count)
    }

    fn ticking(&mut self, bytes: &[u8], ticks: &[bool], count: u8) -> Result<(), Fault> {
        for (&value, &tick) in bytes.iter().zip(ticks).take(usize::from(count)) {
            self.write(TraceToken::Byte { value, tick })?;
        }
        Ok(())
    }

    /// The bytes of a value, most significant first, without ticks: digits as they are found.
    pub(super) fn digits(&mut self, value: u32) -> Result<(), Fault> {
        for value in value.to_be_bytes() {
            self.write(TraceToken::Byte { value, tick: false })?;
        }
        Ok(())
    }

    /// The end of an instruction after which the cursor moves on by one.
    pub(super) fn commit(&mut self, stack_delta: i8, stores_to_stack: bool) -> Result<(), Fault> {
        self.write(TraceToken::Commit(Commit { stack_delta, stores_to_stack, branch_taken: false }))
    }

    /// A transfer of control: the relative target and the token that ends it.
    pub(super) fn transfer(&mut self, offset: Outcome, end: TraceToken) -> Result<(), Fault> {
        self.write(TraceToken::BranchTaken)?;
        self.bytes(offset, 4)?;
        self.write(end)
    }

    /// A byte of output.
    pub(super) fn output(&mut self, byte: u8) -> Result<(), Fault> {
        self.write(TraceToken::Out(byte))?;
        self.output.push(byte);
        Ok(())
    }
}
