//! The operand stack, of words. Popping more than there is reports a fault and leaves the stack as
//! it was.

use crate::error::Fault;
use crate::values::{from_words, words};
use tvm_program::{Value, ValueType};

/// The operand stack, bottom first.
#[derive(Debug, Default)]
pub(crate) struct Operands {
    words: Vec<u32>,
}

impl Operands {
    /// Puts a value on top.
    pub(crate) fn push(&mut self, value: Value) {
        self.words.extend(words(value));
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
        self.words.truncate(self.words.len() - N);
        Ok(popped)
    }

    /// Takes values of these types, the deepest first.
    pub(crate) fn pop<const N: usize>(
        &mut self,
        types: [ValueType; N],
    ) -> Result<[Value; N], Fault> {
        let bottom = self.below(&types)?;
        let mut at = bottom;
        let values = types.map(|of| self.value_at(&mut at, of));
        self.words.truncate(bottom);
        Ok(values)
    }

    /// Takes values of these types, however many, the deepest first.
    pub(crate) fn pop_all(&mut self, types: &[ValueType]) -> Result<Vec<Value>, Fault> {
        let bottom = self.below(types)?;
        let mut at = bottom;
        let values = types.iter().map(|&of| self.value_at(&mut at, of)).collect();
        self.words.truncate(bottom);
        Ok(values)
    }

    /// How many words there are below values of these types.
    fn below(&self, types: &[ValueType]) -> Result<usize, Fault> {
        let needed = types.iter().map(|of| usize::from(of.words())).sum();
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

    #[test]
    fn pops_come_deepest_first_and_an_underflow_changes_nothing() {
        let mut operands = Operands::default();
        [1, 2, 3].into_iter().for_each(|value| operands.push(Value::I32(value)));
        assert_eq!(operands.pop_words::<2>(), Ok([2, 3]));
        assert_eq!(operands.pop_words::<2>(), Err(Fault::StackUnderflow { needed: 2, found: 1 }));
        assert_eq!(operands.pop([I64]), Err(Fault::StackUnderflow { needed: 2, found: 1 }));
        assert_eq!(operands.pop([I32]), Ok([Value::I32(1)]));
    }

    #[test]
    fn values_of_different_types_lie_next_to_each_other() {
        let values = [Value::I64(0x1_0000_0002), Value::I32(3), Value::I64(u64::MAX)];
        let mut operands = Operands::default();
        values.into_iter().for_each(|value| operands.push(value));
        assert_eq!(operands.words(), [2, 1, 3, u32::MAX, u32::MAX]);
        assert_eq!(operands.pop_all(&[I32, I64]), Ok(values[1..].to_vec()));
        assert_eq!(operands.pop([I64]), Ok([values[0]]));
        assert_eq!(operands.depth(), 0);
    }
}
