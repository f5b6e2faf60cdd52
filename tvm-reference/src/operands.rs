//! The operand stack, of words: a 64-bit integer is two, the lower one deeper. Popping more than
//! there is reports a fault and leaves the stack as it was.

use super::Fault;

/// The operand stack, bottom first.
#[derive(Debug, Default)]
pub(super) struct Operands {
    values: Vec<u32>,
}

impl Operands {
    /// Puts a value on top.
    pub(super) fn push(&mut self, value: u32) {
        self.values.push(value);
    }

    /// Puts two words on top, the first one deeper.
    pub(super) fn push_wide(&mut self, words: [u32; 2]) {
        self.values.extend(words);
    }

    /// All words, bottom first.
    pub(super) fn all(&self) -> &[u32] {
        &self.values
    }

    /// How many words there are.
    pub(super) fn depth(&self) -> usize {
        self.values.len()
    }

    /// Takes the top `N` values, the deepest first.
    pub(super) fn pop<const N: usize>(&mut self) -> Result<[u32; N], Fault> {
        let popped = *self.values.last_chunk::<N>().ok_or(self.underflow(N))?;
        self.values.truncate(self.values.len() - N);
        Ok(popped)
    }

    /// Takes the top `count` values (the deepest first) and gives what `function` makes of them.
    pub(super) fn consume<R>(
        &mut self,
        count: usize,
        function: impl FnOnce(&[u32]) -> R,
    ) -> Result<R, Fault> {
        let bottom = self.values.len().checked_sub(count).ok_or(self.underflow(count))?;
        let result = function(&self.values[bottom..]);
        self.values.truncate(bottom);
        Ok(result)
    }

    fn underflow(&self, needed: usize) -> Fault {
        Fault::StackUnderflow { needed, found: self.values.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pops_come_deepest_first_and_an_underflow_changes_nothing() {
        let mut operands = Operands::default();
        [1, 2, 3].into_iter().for_each(|value| operands.push(value));
        assert_eq!(operands.pop::<2>(), Ok([2, 3]));
        assert_eq!(operands.pop::<2>(), Err(Fault::StackUnderflow { needed: 2, found: 1 }));
        assert_eq!(operands.pop::<1>(), Ok([1]));
    }
}
