//! The operands on the stack at a place in a function, by their types. The machine's stack is made
//! of words, so what is dropped or carried is counted in words.

use crate::ValueType;
use crate::wasm::module::words;

/// The types of the operands above the function's own beginning, the top one last.
#[derive(Debug, Default)]
pub(crate) struct Operands {
    types: Vec<ValueType>,
    /// How many words they are.
    words: u32,
    lost: bool,
}

/// Why there is always an operand to pop.
const VALIDATED: &str = "a validated function never pops what it has not pushed";

impl Operands {
    /// Forgets them for good, where an operator is met that the machine has not. What follows is read
    /// only to find what else it has not: every operand then counts as a single word.
    pub(crate) fn lose(&mut self) {
        self.lost = true;
        self.types.clear();
        self.words = 0;
    }

    pub(crate) fn push(&mut self, value_type: ValueType) {
        self.push_all(&[value_type]);
    }

    pub(crate) fn push_all(&mut self, types: &[ValueType]) {
        if !self.lost {
            self.types.extend_from_slice(types);
            self.words += words(types);
        }
    }

    /// Pushes the result of an opcode, which is at most one value.
    pub(crate) fn push_words(&mut self, words: u8) {
        match words {
            0 => {}
            1 => self.push(ValueType::I32),
            2 => self.push(ValueType::I64),
            _ => unreachable!("an opcode pushes at most one value"),
        }
    }

    /// Pops the top value.
    pub(crate) fn pop(&mut self) -> ValueType {
        match self.types.pop() {
            None if self.lost => ValueType::I32,
            top => {
                let top = top.expect(VALIDATED);
                self.words -= u32::from(top.words());
                top
            }
        }
    }

    /// Pops this many values.
    pub(crate) fn pop_values(&mut self, number: usize) {
        if !self.lost {
            let rest = self.types.len().checked_sub(number);
            self.truncate(rest.expect(VALIDATED));
        }
    }

    /// Pops the values that take this many words.
    pub(crate) fn pop_words(&mut self, words: u8) {
        let mut popped = 0;
        while popped < words {
            popped += self.pop().words();
        }
        debug_assert!(popped == words || self.lost, "an opcode pops whole values");
    }

    /// The number of values below the top ones.
    pub(crate) fn below(&self, top: usize) -> usize {
        self.types.len().saturating_sub(top)
    }

    /// How many words all of them are.
    pub(crate) fn words(&self) -> u32 {
        self.words
    }

    /// The type of the top value.
    pub(crate) fn top(&self) -> Option<ValueType> {
        self.types.last().copied()
    }

    /// Drops the values above this many.
    pub(crate) fn truncate(&mut self, length: usize) {
        let dropped = self.types.get(length..).unwrap_or_default();
        self.words -= words(dropped);
        self.types.truncate(length);
    }

    /// The types of the values from `first`, counted from the bottom, to before the top ones.
    pub(crate) fn between(&self, first: usize, top: usize) -> &[ValueType] {
        if self.lost { &[] } else { &self.types[first..self.types.len() - top] }
    }
}
