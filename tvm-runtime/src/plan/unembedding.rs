//! The scores of the tokens.

use super::derive::Derivation;
use super::{Output, OutputFamily};
use crate::patterns::{Line, Lines, SparseRow};

impl Derivation<'_> {
    pub(super) fn unembedding(&mut self) -> Output {
        let (families, mut singles) = Lines::of(self.model, self.one);
        let mut output = Output::default();
        for lines in families {
            let (rest, a) = self.read(&lines.rest);
            let (r, b) = self.read(&SparseRow::new(vec![(lines.slot as u16, 1.0)]));
            let fraction = |line: &Line| (line.slope + line.offset).fract() != 0.0;
            if a || b || lines.lines.iter().any(fraction) {
                singles.extend(lines.lines.iter().map(|line| line.token));
                continue;
            }
            let (rest, r) = (self.register(&rest), self.register(&r));
            output.families.push(OutputFamily { rest, r, lines });
        }
        singles.sort();
        for token in singles {
            let row = SparseRow::of(&self.model.unembedding, token.0 as usize);
            let score = self.read(&row).0;
            output.singles.push((token, self.register(&score)));
        }
        output
    }
}
