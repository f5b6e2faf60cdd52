//! The operands on the stack at a place in a function, by their types. The machine's stack is made
//! of words, so what is dropped or carried is counted in words.

use crate::ValueType;

/// The types of the operands above the function's own beginning, the top one last.
#[derive(Debug, Default)]
pub(crate) struct Operands {
    types: Vec<ValueType>,
}

impl Operands {
    pub(crate) fn push(&mut self, value_type: ValueType) {
        self.types.push(value_type);
    }

    pub(crate) fn push_all(&mut self, types: &[ValueType]) {
        self.types.extend_from_slice(types);
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
        self.types.pop().expect("a validated function never pops what it has not pushed")
    }

    /// Pops this many values.
    pub(crate) fn pop_values(&mut self, number: usize) {
        let rest = self.types.len().checked_sub(number);
        self.types.truncate(rest.expect("a validated function never pops what it has not pushed"));
    }

    /// Pops the values that take this many words.
    pub(crate) fn pop_words(&mut self, words: u8) {
        let mut popped = 0;
        while popped < words {
            popped += self.pop().words();
        }
        debug_assert_eq!(popped, words, "an opcode pops whole values");
    }

    /// The number of values.
    pub(crate) fn len(&self) -> usize {
        self.types.len()
    }

    /// Drops the values above this many.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.types.truncate(length);
    }

    /// The types of the values from `first` to before `end`, counted from the bottom.
    pub(crate) fn between(&self, first: usize, end: usize) -> &[ValueType] {
        &self.types[first..end]
    }
}
