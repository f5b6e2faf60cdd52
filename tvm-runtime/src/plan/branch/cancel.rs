//! What a sum adds and takes away again. A slot that is overwritten is its old value and a change, which takes the
//! old value away. Where all of that is one sum, nothing is left of the old value. Where it is too large to be
//! added in any order, the change is a sum of its own; but in a class of instructions the same may be small.
//!
//! A watched sum `w` and a sum `w + a` are one watched sum without `a` if a term of `w` takes `a` away and `|a|` is less than
//! `2^53 - WATCHED`: where no term and no partial sum without `a` is beyond [`WATCHED`], those with `a` are integers below
//! `2^53`, so that the definition rounds nothing either.

use std::collections::BTreeSet;

use crate::plan::bounds::{Bounds, EXACT, WATCHED};
use crate::plan::by_register::ByRegister;
use crate::plan::{Form, Register, Step};

/// Sums as they were computed, and which of them others replace.
pub(super) struct Cancellation<'plan> {
    sums: ByRegister<Form>,
    watched: ByRegister<Vec<(Register, f64)>>,
    /// The sums of the whole plan that are the only ones to read a register.
    readers: &'plan ByRegister<Option<Register>>,
    /// Watched sums that nobody reads any more.
    pub(super) replaced: BTreeSet<Register>,
}

/// What takes the place of a watched sum and of the sum that reads it.
pub(super) struct Replaced {
    /// The register of the watched sum, which is free.
    pub(super) free: Register,
    /// What is put there: the term that took something away, without that.
    pub(super) rest: Form,
    /// The terms of the new watched sum.
    pub(super) terms: Vec<(Register, f64)>,
}

impl<'plan> Cancellation<'plan> {
    pub(super) fn new(readers: &'plan ByRegister<Option<Register>>) -> Self {
        Cancellation {
            sums: ByRegister::default(),
            watched: ByRegister::default(),
            readers,
            replaced: BTreeSet::new(),
        }
    }

    /// Takes up a sum that is computed.
    pub(super) fn learn(&mut self, step: &Step) {
        match step {
            Step::Sum { to, form } => self.sums.insert(*to, form.clone()),
            Step::Watched { to, terms } => self.watched.insert(*to, terms.clone()),
            _ => {}
        }
    }

    /// A form over the terms of the sums that take away some of its other terms.
    pub(super) fn of_sums(&self, mut form: Form, bounds: &Bounds) -> Form {
        while let Some(shorter) = form.terms().iter().find_map(|&(register, weight)| {
            let sum = self.sums.get(register)?;
            let is_taken = |&(other, factor): &(Register, f64)| {
                form.weight(other).is_some_and(|own| own == -weight * factor)
            };
            sum.terms().iter().find(|term| is_taken(term))?;
            let register = Form::register(register);
            let parts = [(&form, 1.0), (&register, -weight), (sum, weight)];
            let is_exact = |form: &Form| bounds.partial_sums(form).holds_exact_integers();
            Form::exact_sum(parts).filter(is_exact)
        }) {
            form = shorter;
        }
        form
    }

    /// A sum of something and of a watched sum, which takes it away. Nothing else may read the watched sum.
    pub(super) fn of_watched(
        &mut self,
        to: Register,
        form: &Form,
        bounds: &Bounds,
    ) -> Option<Replaced> {
        let &[one, other] = form.terms() else { return None };
        let pairs = [(one, other), (other, one)];
        let found = pairs.into_iter().find_map(|((added, weight), (watched, factor))| {
            let terms = self.watched.get(watched).filter(|_| factor == 1.0)?;
            let at = terms.iter().position(|&(register, factor)| {
                let sum = self.sums.get(register);
                sum.and_then(|sum| sum.weight(added)).is_some_and(|own| own * factor == -weight)
            })?;
            let is_small = bounds.of_register(added).times(weight).magnitude() < EXACT - WATCHED;
            let is_own = self.readers.get(watched) == Some(&Some(to));
            (is_small && is_own && form.offset() == 0.0).then_some((added, watched, at))
        });
        let (added, watched, at) = found?;
        let mut terms = self.watched.get(watched)?.clone();
        let sum = self.sums.get(terms[at].0)?;
        let taken = sum.weight(added)?;
        let rest = Form::exact_sum([(sum, 1.0), (&Form::register(added), -taken)])?;
        terms[at].0 = watched;
        self.replaced.insert(watched);
        Some(Replaced { free: watched, rest, terms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::bounds::Interval;

    const A: Register = Register(0);
    const B: Register = Register(1);
    const C: Register = Register(2);
    const W: Register = Register(3);
    const TO: Register = Register(4);

    fn form(terms: &[(Register, f64)], offset: f64) -> Form {
        let forms: Vec<(Form, f64)> =
            terms.iter().map(|&(register, weight)| (Form::register(register), weight)).collect();
        let offset = Form::constant(offset);
        Form::sum(forms.iter().map(|(form, weight)| (form, *weight)).chain([(&offset, 1.0)]))
    }

    /// `A` and `B` are at most so much.
    fn bounds(magnitude: f64) -> Bounds {
        let mut bounds = Bounds::default();
        [A, B].into_iter().for_each(|register| bounds.narrow(register, Interval::up_to(magnitude)));
        bounds
    }

    #[test]
    fn what_a_sum_takes_away_is_not_added() {
        let readers = ByRegister::default();
        let mut cancellation = Cancellation::new(&readers);
        cancellation.learn(&Step::Sum { to: C, form: form(&[(A, -1.0), (B, 2.0)], 5.0) });
        let both = form(&[(A, 3.0), (C, 3.0)], 1.0);
        let left = cancellation.of_sums(both.clone(), &bounds(9.0));
        assert_eq!(left, form(&[(B, 6.0)], 16.0));
        // What cannot be added in any order stays as it is.
        assert_eq!(cancellation.of_sums(both.clone(), &bounds(EXACT)), both);
        let other = form(&[(A, 1.0), (C, 3.0)], 0.0);
        assert_eq!(cancellation.of_sums(other.clone(), &bounds(9.0)), other);
    }

    #[test]
    fn a_watched_sum_takes_the_place_of_two() {
        let replaced = |magnitude: f64, only: Register, sum: &Form| {
            let mut readers = ByRegister::default();
            readers.insert(W, Some(only));
            let mut cancellation = Cancellation::new(&readers);
            cancellation.learn(&Step::Sum { to: C, form: form(&[(A, -2.0)], 7.0) });
            cancellation.learn(&Step::Watched { to: W, terms: vec![(B, -1.0), (C, 1.0)] });
            let found = cancellation.of_watched(TO, sum, &bounds(magnitude));
            assert_eq!(found.is_some(), cancellation.replaced.contains(&W));
            found.map(|Replaced { free, rest, terms }| (free, rest, terms))
        };
        let sum = form(&[(A, 2.0), (W, 1.0)], 0.0);
        let expected = Some((W, form(&[], 7.0), vec![(B, -1.0), (W, 1.0)]));
        assert_eq!(replaced(9.0, TO, &sum), expected);
        // Too large, read by another step, of another weight, more than two terms.
        assert_eq!(replaced(EXACT - WATCHED, TO, &sum), None);
        assert_eq!(replaced(9.0, B, &sum), None);
        assert_eq!(replaced(9.0, TO, &form(&[(A, 1.0), (W, 1.0)], 0.0)), None);
        assert_eq!(replaced(9.0, TO, &form(&[(A, 2.0), (W, 1.0)], 1.0)), None);
    }
}
