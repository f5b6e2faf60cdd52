//! A mean that is multiplied by the number of positions and rounded: see [`BiasedTotal`].

use super::super::bounds::LARGEST_SUM;
use super::super::{Register, Step};
use super::Derivation;
use crate::patterns::BiasedTotal;

impl Derivation<'_> {
    /// When `before + (change[0] + change[1])` is `m + (n m + (C - m))`, with the mean `m` of a value
    /// and the number `n` of positions: the value, and the bias `C`.
    pub(super) fn as_total(
        &self,
        before: Register,
        change: &[(Register, f64)],
    ) -> Option<(Register, BiasedTotal)> {
        let &Step::Mean { value, .. } = self.origin(before)? else { return None };
        let &[(product, 1.0), (rest, 1.0)] = change else { return None };
        let &Step::Product { gate: positions, value: mean, .. } = self.origin(product)? else {
            return None;
        };
        let &Step::Product { gate: one, value: rest, .. } = self.origin(rest)? else { return None };
        let Step::Ordered { terms, .. } = self.origin(rest)? else { return None };
        let &[(unit, bias), (taken, -1.0)] = terms.as_slice() else { return None };
        let is_one = |register| self.as_constant(register) == Some(1.0);
        let is_total = mean == before
            && self.means_of_integers.contains(&mean)
            && taken == before
            && is_one(one)
            && is_one(unit)
            && self.is_number_of_positions(positions);
        let biased = BiasedTotal::new(bias).filter(|_| is_total)?;
        let greatest = biased.greatest.min(LARGEST_SUM);
        Some((value, BiasedTotal { greatest, ..biased }))
    }

    fn as_constant(&self, register: Register) -> Option<f64> {
        match self.origin(register)? {
            Step::Sum { form, .. } => form.as_constant(),
            _ => None,
        }
    }

    fn is_number_of_positions(&self, register: Register) -> bool {
        let Some(Step::Sum { form, .. }) = self.origin(register) else { return false };
        let position = self.inputs.position.map(|position| (position, 1.0));
        form.offset() == 1.0 && form.terms() == position.as_slice()
    }
}
