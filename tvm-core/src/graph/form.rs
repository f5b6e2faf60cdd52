//! Linear forms with integer coefficients over graph nodes. The constant is the coefficient of the
//! residual slot that is always one.

use std::collections::BTreeMap;
use std::ops::{Add, Mul, Neg, Sub};

use super::NodeId;

/// `constant + sum of coefficient * node`. Coefficients are never zero, so equal forms compare
/// equal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Form {
    terms: BTreeMap<NodeId, i64>,
    constant: i64,
}

impl Form {
    /// The greatest common divisor of the coefficients, with the sign of the first: sums that differ only by
    /// a factor share a slot.
    pub(super) fn common_factor(&self) -> i64 {
        let divisor =
            self.terms().fold(0, |divisor, (_, c)| greatest_common_divisor(divisor, c.abs()));
        let negative = self.terms().next().is_some_and(|(_, c)| c < 0);
        if negative { -divisor } else { divisor }
    }

    /// The terms, without the constant, divided by a common factor.
    pub(super) fn divided(&self, factor: i64) -> Form {
        let mut divided = Form::default();
        for (node, coefficient) in self.terms() {
            divided.add_scaled(&Form::node(node), coefficient / factor);
        }
        divided
    }

    /// The form without unknowns.
    pub fn constant(constant: i64) -> Form {
        Form { terms: BTreeMap::new(), constant }
    }

    /// The form that is one node.
    pub fn node(node: NodeId) -> Form {
        Form { terms: BTreeMap::from([(node, 1)]), constant: 0 }
    }

    /// The terms in order of their nodes.
    pub fn terms(&self) -> impl Iterator<Item = (NodeId, i64)> + '_ {
        self.terms.iter().map(|(&node, &coefficient)| (node, coefficient))
    }

    /// The coefficient of the slot that is always one.
    pub fn offset(&self) -> i64 {
        self.constant
    }

    /// The coefficient of a node; 0 when it does not occur.
    pub fn coefficient(&self, node: NodeId) -> i64 {
        self.terms.get(&node).copied().unwrap_or(0)
    }

    /// The node this form is, when it is exactly one node.
    pub fn as_node(&self) -> Option<NodeId> {
        match (self.terms.len(), self.constant) {
            (1, 0) => self.terms.iter().find(|&(_, &c)| c == 1).map(|(&node, _)| node),
            _ => None,
        }
    }

    /// Is it a constant?
    pub fn is_constant(&self) -> bool {
        self.terms.is_empty()
    }

    /// This form without its constant: the direction that the gates of a family share.
    pub fn direction(&self) -> Form {
        Form { terms: self.terms.clone(), constant: 0 }
    }

    fn add_term(&mut self, node: NodeId, coefficient: i64) {
        let sum = self.coefficient(node) + coefficient;
        if sum == 0 {
            self.terms.remove(&node);
        } else {
            self.terms.insert(node, sum);
        }
    }

    /// Adds a multiple of another form.
    pub fn add_scaled(&mut self, other: &Form, factor: i64) {
        for (node, coefficient) in other.terms() {
            self.add_term(node, coefficient * factor);
        }
        self.constant += other.constant * factor;
    }
}

impl Add for Form {
    type Output = Form;
    fn add(mut self, other: Form) -> Form {
        self.add_scaled(&other, 1);
        self
    }
}

impl Sub for Form {
    type Output = Form;
    fn sub(mut self, other: Form) -> Form {
        self.add_scaled(&other, -1);
        self
    }
}

impl Neg for Form {
    type Output = Form;
    fn neg(self) -> Form {
        self * -1
    }
}

impl Mul<i64> for Form {
    type Output = Form;
    fn mul(self, factor: i64) -> Form {
        let mut scaled = Form::default();
        scaled.add_scaled(&self, factor);
        scaled
    }
}

impl std::iter::Sum for Form {
    fn sum<I: Iterator<Item = Form>>(forms: I) -> Form {
        forms.fold(Form::default(), Add::add)
    }
}

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_forms_are_equal_however_they_were_built() {
        let (x, y) = (Form::node(NodeId(0)), Form::node(NodeId(1)));
        let built = (x.clone() + y.clone()) * 3 - y.clone() * 3;
        assert_eq!(built, x * 3);
        assert_eq!(built.coefficient(NodeId(1)), 0);
    }

    #[test]
    fn only_a_bare_node_is_a_node() {
        let x = Form::node(NodeId(4));
        assert_eq!(x.as_node(), Some(NodeId(4)));
        assert_eq!((x.clone() * 2).as_node(), None);
        assert_eq!((x + Form::constant(1)).as_node(), None);
    }
}
