//! Linear forms over registers.

use std::collections::BTreeMap;

use super::Register;
use super::bounds::EXACT;

/// `constant + sum of weight * register`, by register, without zero weights.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Form {
    terms: Vec<(Register, f64)>,
    constant: f64,
}

impl Form {
    /// One register.
    pub fn register(register: Register) -> Form {
        Form { terms: vec![(register, 1.0)], constant: 0.0 }
    }

    /// A number.
    pub fn constant(constant: f64) -> Form {
        Form { terms: Vec::new(), constant }
    }

    /// The sum of forms with factors.
    pub fn sum<'forms>(forms: impl IntoIterator<Item = (&'forms Form, f64)>) -> Form {
        let (mut terms, mut constant) = (BTreeMap::new(), 0.0);
        for (form, factor) in forms {
            constant += form.constant * factor;
            for (register, weight) in &form.terms {
                *terms.entry(*register).or_insert(0.0) += weight * factor;
            }
        }
        let terms = terms.into_iter().filter(|(_, weight)| *weight != 0.0).collect();
        // Negative zero is zero.
        Form { terms, constant: constant + 0.0 }
    }

    /// The same when every number that arises is an integer below `2^53`, so that no weight is rounded.
    pub(crate) fn exact_sum<'forms>(
        forms: impl IntoIterator<Item = (&'forms Form, f64)> + Clone,
    ) -> Option<Form> {
        let is_integer = |number: &f64| number.fract() == 0.0;
        let mut numbers = 0.0;
        for (form, factor) in forms.clone() {
            let weights = form.terms.iter().map(|(_, weight)| weight).chain([&form.constant]);
            for weight in weights {
                if !is_integer(weight) || !is_integer(&factor) {
                    return None;
                }
                numbers += (weight * factor).abs();
            }
        }
        (numbers < EXACT).then(|| Form::sum(forms))
    }

    /// The registers with their weights.
    pub fn terms(&self) -> &[(Register, f64)] {
        &self.terms
    }

    /// The weight of a register that it has.
    pub(crate) fn weight(&self, register: Register) -> Option<f64> {
        let at = self.terms.binary_search_by_key(&register, |(register, _)| *register).ok()?;
        Some(self.terms[at].1)
    }

    /// What is added to them.
    pub fn offset(&self) -> f64 {
        self.constant
    }

    /// The number that it always is.
    pub fn as_constant(&self) -> Option<f64> {
        self.terms.is_empty().then_some(self.constant)
    }

    /// The register that it is.
    pub fn as_register(&self) -> Option<Register> {
        match self.terms.as_slice() {
            [(register, weight)] if *weight == 1.0 && self.constant == 0.0 => Some(*register),
            _ => None,
        }
    }

    /// The same with other names for the registers.
    pub fn renamed(&self, mut name: impl FnMut(Register) -> Register) -> Form {
        let terms = self.terms.iter().map(|&(register, weight)| (name(register), weight));
        Form { terms: terms.collect(), constant: self.constant }
    }

    /// What equal forms have in common.
    pub(super) fn key(&self) -> (Vec<(Register, u64)>, u64) {
        let terms = self.terms.iter().map(|(register, weight)| (*register, weight.to_bits()));
        (terms.collect(), self.constant.to_bits())
    }
}
