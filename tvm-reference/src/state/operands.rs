//! The operand stack, of words, each with the tick of its lowest byte. Popping more than there is
//! reports a fault and leaves the stack as it was.

use crate::error::Fault;
use crate::outcome::Outcome;
use crate::values::{from_words, words};
use tvm_program::{Value, ValueType};

/// The operand stack, bottom first.
#[derive(Debug, Default)]
pub(crate) struct Operands {
    words: Vec<u32>,
    /// Of each word, does its lowest byte tick?
    ticks: Vec<bool>,
}

impl Operands {
    /// Puts a value on top.
    pub(crate) fn push(&mut self, outcome: Outcome) {
        self.words.extend(words(outcome.value));
        self.ticks.extend(outcome.ticks.into_iter().step_by(4));
        self.ticks.truncate(self.words.len());
    }

    /// All words, bottom first.
    pub(crate) fn words(&self) -> &[u32] {
        &self.words
    }

    /// How many words there are.
    pub(crate) fn depth(&self) -> usize {
        self.words.len()
    }

    /// Takes the top `N` words, the deepest first.
    pub(crate) fn pop_words<const N: usize>(&mut self) -> Result<[u32; N], Fault> {
        let popped = *self.words.last_chunk::<N>().ok_or(self.underflow(N))?;
        self.truncate(self.words.len() - N);
        Ok(popped)
    }

    /// Takes values of these types, the deepest first.
    pub(crate) fn pop<const N: usize>(
        &mut self,
        types: [ValueType; N],
    ) -> Result<[Value; N], Fault> {
        let values = self.top(types)?;
        self.truncate(self.below(&types)?);
        Ok(values)
    }

    /// The values of these types that are on top, the deepest first.
    pub(crate) fn top<const N: usize>(&self, types: [ValueType; N]) -> Result<[Value; N], Fault> {
        let mut at = self.below(&types)?;
        Ok(types.map(|of| self.value_at(&mut at, of)))
    }

    /// Does the lowest byte of the word tick that has so many words above it? There is such a word.
    pub(crate) fn ticks_below(&self, words_above: usize) -> bool {
        self.ticks[self.ticks.len() - 1 - words_above]
    }

    /// Takes values of these types, however many, the deepest first.
    pub(crate) fn pop_all(&mut self, types: &[ValueType]) -> Result<Vec<Value>, Fault> {
        let bottom = self.below(types)?;
        let mut at = bottom;
        let values = types.iter().map(|&of| self.value_at(&mut at, of)).collect();
        self.truncate(bottom);
        Ok(values)
    }

    /// Takes all but the lowest so many words.
    pub(crate) fn truncate(&mut self, number: usize) {
        self.words.truncate(number);
        self.ticks.truncate(number);
    }

    /// How many words there are below values of these types.
    fn below(&self, types: &[ValueType]) -> Result<usize, Fault> {
        self.below_words(types.iter().map(|of| usize::from(of.words())).sum())
    }

    /// How many words there are below so many.
    pub(crate) fn below_words(&self, needed: usize) -> Result<usize, Fault> {
        self.words.len().checked_sub(needed).ok_or(self.underflow(needed))
    }

    /// The value whose lowest word is at an index, which moves on to the next value.
    fn value_at(&self, index: &mut usize, of: ValueType) -> Value {
        let lowest = *index;
        *index += usize::from(of.words());
        from_words(of, |word| self.words[lowest + word as usize])
    }

    fn underflow(&self, needed: usize) -> Fault {
        Fault::StackUnderflow { needed, found: self.words.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tvm_program::ValueType::{I32, I64};

    fn push(operands: &mut Operands, value: Value) {
        operands.push(Outcome::plain(value));
    }

    #[test]
    fn pops_come_deepest_first_and_an_underflow_changes_nothing() {
        let mut operands = Operands::default();
        [1, 2, 3].into_iter().for_each(|value| push(&mut operands, Value::I32(value)));
        assert_eq!(operands.pop_words::<2>(), Ok([2, 3]));
        assert_eq!(operands.pop_words::<2>(), Err(Fault::StackUnderflow { needed: 2, found: 1 }));
        assert_eq!(operands.pop([I64]), Err(Fault::StackUnderflow { needed: 2, found: 1 }));
        assert_eq!(operands.pop([I32]), Ok([Value::I32(1)]));
    }

    #[test]
    fn values_of_different_types_lie_next_to_each_other() {
        let values = [Value::I64(0x1_0000_0002), Value::I32(3), Value::I64(u64::MAX)];
        let mut operands = Operands::default();
        values.into_iter().for_each(|value| push(&mut operands, value));
        assert_eq!(operands.words(), [2, 1, 3, u32::MAX, u32::MAX]);
        assert_eq!(operands.pop_all(&[I32, I64]), Ok(values[1..].to_vec()));
        assert_eq!(operands.pop([I64]), Ok([values[0]]));
        assert_eq!(operands.depth(), 0);
    }

    #[test]
    fn a_word_keeps_the_tick_of_its_lowest_byte() {
        let ticking = |ticks: &[usize]| Outcome {
            ticks: std::array::from_fn(|k| ticks.contains(&k)),
            ..Outcome::plain(Value::I64(7))
        };
        let mut operands = Operands::default();
        operands.push(ticking(&[0, 1, 5]));
        operands.push(Outcome { ticks: [true; 8], ..Outcome::plain(Value::I32(7)) });
        operands.push(ticking(&[4]));
        let ticks: Vec<bool> = (0..5).map(|above| operands.ticks_below(above)).collect();
        assert_eq!(ticks, [true, false, true, false, true]);
        assert_eq!(operands.top([I32, I64]), Ok([Value::I32(7), Value::I64(7)]));
        operands.pop([I32, I64]).unwrap();
        push(&mut operands, Value::I64(7));
        assert!(!operands.ticks_below(1), "the tick of what was popped is forgotten");
        assert!(operands.ticks_below(3));
    }
}
