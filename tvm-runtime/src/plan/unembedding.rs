//! The scores of the tokens.

use super::derive::Derivation;
use super::{Output, OutputFamily};
use crate::families::{Lines, SparseRow};

impl Derivation<'_> {
    pub(super) fn unembedding(&mut self) -> Output {
        let (families, singles) = Lines::of(self.model, self.one);
        let mut output = Output::default();
        for token in singles {
            let row = SparseRow::of(&self.model.unembedding, token.0 as usize);
            let score = self.read(&row).0;
            output.singles.push((token, self.register(&score)));
        }
        for lines in families {
            let rest = self.read(&lines.rest).0;
            let r = self.read(&SparseRow::new(vec![(lines.slot as u16, 1.0)])).0;
            let (rest, r) = (self.register(&rest), self.register(&r));
            output.families.push(OutputFamily { rest, r, lines });
        }
        output
    }
}
