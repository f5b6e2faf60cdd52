//! An `if` as statements under conditions, which add up.

use proc_macro2::Span;
use syn::Ident;

use super::super::parse::{Statement, Target};
use crate::expression::{Choice, Condition, Expression, Operator, Relation};

/// Assigns a value, perhaps one that depends on conditions.
pub(super) fn assign(
    plain: &mut Vec<Statement>,
    target: &Target,
    field: &Ident,
    value: Expression,
    conditions: Vec<Condition>,
) {
    let mut assign = |value, conditions| assign(plain, target, field, value, conditions);
    let Expression::If(choice) = value else {
        let (target, field) = (target.clone(), field.clone());
        plain.push(Statement::Assign { target, field, value, conditions });
        return;
    };
    let Choice { span, conditions: chosen, then, otherwise } = swapped(*choice);
    // A byte that nothing assigns is 0.
    let mut assign = |value: Expression, conditions| {
        if value.integer() != Some(0) {
            assign(value, conditions);
        }
    };
    let both = |more: &[Condition]| [&conditions[..], more].concat();
    if let [one] = &chosen[..]
        && let Some(opposite) = negation(one)
    {
        assign(then, both(&chosen));
        assign(otherwise, both(&[opposite]));
        return;
    }
    // A comparison is cheaper than a comparison and its opposite.
    assign(otherwise.clone(), conditions.clone());
    if matches!((&then, &otherwise), (Expression::If(_), _) | (_, Expression::If(_))) {
        assign(then, both(&chosen));
        assign(negated(otherwise, span), both(&chosen));
    } else {
        assign(difference(then, otherwise), both(&chosen));
    }
}

/// `if x == y { b } else { a }` for `if x != y { a } else { b }`.
fn swapped(choice: Choice) -> Choice {
    let Choice { span, conditions, then, otherwise } = choice;
    match &conditions[..] {
        [Condition::Comparison { left, relation: Relation::Different, right }] => {
            let (left, right) = (left.clone(), right.clone());
            let equal = Condition::Comparison { left, relation: Relation::Equal, right };
            Choice { span, conditions: vec![equal], then: otherwise, otherwise: then }
        }
        _ => Choice { span, conditions, then, otherwise },
    }
}

/// The negation of a truth, which costs nothing, and of a comparison of the index, which is known
/// where values can be read that are not there at other indices.
fn negation(condition: &Condition) -> Option<Condition> {
    match condition {
        Condition::Truth(truth) => Some(Condition::Truth(Expression::Not(Box::new(truth.clone())))),
        Condition::Comparison { left, relation, right } if left.is_index() => {
            let relation = match relation {
                Relation::AtLeast => Relation::Less,
                Relation::Greater => Relation::AtMost,
                Relation::AtMost => Relation::Greater,
                Relation::Less => Relation::AtLeast,
                Relation::Equal => Relation::Different,
                Relation::Different => Relation::Equal,
            };
            Some(Condition::Comparison { left: left.clone(), relation, right: right.clone() })
        }
        Condition::Comparison { .. } => None,
    }
}

fn difference(left: Expression, right: Expression) -> Expression {
    let (left, right) = (Box::new(left), Box::new(right));
    Expression::Binary { left, operator: Operator::Minus, right }
}

fn negated(value: Expression, span: Span) -> Expression {
    match value {
        Expression::If(choice) => {
            let Choice { conditions, then, otherwise, .. } = *choice;
            let (then, otherwise) = (negated(then, span), negated(otherwise, span));
            Expression::If(Box::new(Choice { span, conditions, then, otherwise }))
        }
        plain => Expression::Negated(Box::new(plain)),
    }
}
