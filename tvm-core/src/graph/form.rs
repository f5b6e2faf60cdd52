//! Linear forms with integer coefficients over graph nodes. The constant is the coefficient of the
//! residual slot that is always one.

use std::ops::{Add, Mul, Neg, Sub};

use super::NodeId;

/// So many terms are added to a form one by one.
const FEW: usize = 8;

/// `constant + sum of coefficient * node`. Coefficients are never zero, so equal forms compare
/// equal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Form {
    /// In order of their nodes, each of which occurs once: the forms of a large program have hundreds of thousands.
    terms: Vec<(NodeId, i64)>,
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
        let terms = self.terms().map(|(node, coefficient)| (node, coefficient / factor));
        Form { terms: terms.collect(), constant: 0 }
    }

    /// A constant and a sum of terms, which are in any order and may have nodes in common.
    pub(crate) fn of_terms(constant: i64, mut terms: Vec<(NodeId, i64)>) -> Form {
        terms.sort_unstable_by_key(|(node, _)| *node);
        terms.dedup_by(|(node, coefficient), (kept, sum)| {
            let is_same = node == kept;
            if is_same {
                *sum += *coefficient;
            }
            is_same
        });
        terms.retain(|(_, coefficient)| *coefficient != 0);
        terms.shrink_to_fit();
        Form { terms, constant }
    }

    /// The form without unknowns.
    pub fn constant(constant: i64) -> Form {
        Form { terms: Vec::new(), constant }
    }

    /// The form that is one node.
    pub fn node(node: NodeId) -> Form {
        Form { terms: vec![(node, 1)], constant: 0 }
    }

    /// The terms in order of their nodes.
    pub fn terms(&self) -> impl Iterator<Item = (NodeId, i64)> + '_ {
        self.terms.iter().copied()
    }

    /// The coefficient of the slot that is always one.
    pub fn offset(&self) -> i64 {
        self.constant
    }

    /// The coefficient of a node; 0 when it does not occur.
    pub fn coefficient(&self, node: NodeId) -> i64 {
        self.place_of(node).map_or(0, |at| self.terms[at].1)
    }

    /// The node this form is, when it is exactly one node.
    pub fn as_node(&self) -> Option<NodeId> {
        match (self.terms.as_slice(), self.constant) {
            (&[(node, 1)], 0) => Some(node),
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

    /// Where the term of a node is, or would be.
    fn place_of(&self, node: NodeId) -> Result<usize, usize> {
        self.terms.binary_search_by_key(&node, |(node, _)| *node)
    }

    fn add_term(&mut self, node: NodeId, coefficient: i64) {
        match self.place_of(node) {
            Ok(at) if self.terms[at].1 + coefficient == 0 => {
                self.terms.remove(at);
            }
            Ok(at) => self.terms[at].1 += coefficient,
            Err(at) if coefficient != 0 => self.terms.insert(at, (node, coefficient)),
            Err(_) => {}
        }
    }

    /// Adds a multiple of another form.
    pub fn add_scaled(&mut self, other: &Form, factor: i64) {
        let scaled = || other.terms().map(|(node, coefficient)| (node, coefficient * factor));
        // Every insertion moves the terms behind it.
        match other.terms.len() <= FEW {
            true => scaled().for_each(|(node, coefficient)| self.add_term(node, coefficient)),
            false => {
                let terms = std::mem::take(&mut self.terms);
                self.terms = Form::of_terms(0, terms.into_iter().chain(scaled()).collect()).terms;
            }
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
    fn terms_are_added_up_by_their_nodes() {
        let numbers = [7, 2, 7, 1, 9, 2, 0, 5, 3, 8, 4, 7, 6];
        let terms =
            numbers.map(|node| (NodeId(node), if node == 2 { 0 } else { 3 - i64::from(node) }));
        let sum = Form::of_terms(4, terms.to_vec());
        let one_by_one = terms.iter().map(|&(node, coefficient)| Form::node(node) * coefficient);
        assert_eq!(sum, one_by_one.sum::<Form>() + Form::constant(4));
        let expected = [(0, 3), (1, 2), (4, -1), (5, -2), (6, -3), (7, -12), (8, -5), (9, -6)];
        let expected = expected.map(|(node, coefficient)| (NodeId(node), coefficient));
        assert_eq!(sum.terms().collect::<Vec<_>>(), expected);
        assert_eq!(sum.clone() - sum, Form::default());
    }

    #[test]
    fn only_a_bare_node_is_a_node() {
        let x = Form::node(NodeId(4));
        assert_eq!(x.as_node(), Some(NodeId(4)));
        assert_eq!((x.clone() * 2).as_node(), None);
        assert_eq!((x + Form::constant(1)).as_node(), None);
    }
}
