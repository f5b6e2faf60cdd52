//! Conditions are 0 or 1. A number that stands alone after `when`, `if` or `not` is no condition: it
//! would count as often as it is large.

use std::collections::BTreeSet;

use super::instance::Opcode;
use super::parse::Statement;
use crate::errors::Errors;
use crate::expression::{Condition, Expression};
use crate::resolve::{Meaning, Names};

/// What is 0 or 1 of all that can be read.
const TRUTHS: [&str; 21] = [
    "Nonzero",
    "Negative",
    "Carry",
    "First",
    "MemoryOutside",
    "AlignedCarry",
    "AlignedLost",
    "AlignedSubtracts",
    "LowerColumns",
    "RoundingTie",
    "RoundedCarry",
    "RoundedSign",
    "IntegralFraction",
    "IntegralTie",
    "IntegralUp",
    "WholeCarry",
    "TruncationNegative",
    "TruncationNan",
    "TruncationIsLeastWord",
    "TruncationIsLeastPair",
    "TruncatedNegative",
];

/// Checks one opcode, whose names are known to be right.
pub(super) fn check(opcode: &Opcode, errors: &mut Errors) {
    let names = opcode.names(&Default::default());
    let mut numbers = Numbers { names, bound: BTreeSet::new() };
    for statement in &opcode.body {
        match statement {
            Statement::Let { names, value, .. } => {
                numbers.negations(value, errors);
                if numbers.is_number(value) {
                    numbers.bound.extend(names.iter().map(ToString::to_string));
                }
            }
            Statement::Assign { value, conditions, .. } => {
                numbers.negations(value, errors);
                numbers.conditions(conditions, errors);
            }
            Statement::Control(control) => numbers.conditions(&control.conditions, errors),
            Statement::Call { .. } => {}
        }
    }
}

struct Numbers {
    names: Names,
    /// Names that are bound to numbers.
    bound: BTreeSet<String>,
}

impl Numbers {
    fn conditions(&self, conditions: &[Condition], errors: &mut Errors) {
        for condition in conditions {
            match condition {
                Condition::Truth(truth) if self.is_number(truth) => {
                    let text = "a condition is 0 or 1, and this is a number: compare it, \
                                as in `x >= 1`";
                    errors.push(truth.place().error(text));
                }
                _ => condition.parts().into_iter().for_each(|one| self.negations(one, errors)),
            }
        }
    }

    /// Checks what follows every `not` in an expression.
    fn negations(&self, expression: &Expression, errors: &mut Errors) {
        match expression {
            Expression::Not(inner) if self.is_number(inner) => {
                let text = "`not` is of what is 0 or 1, and this is a number: compare it";
                errors.push(inner.place().error(text));
            }
            _ => expression.parts().into_iter().for_each(|one| self.negations(one, errors)),
        }
    }

    /// Is it a number that can be more than 1, as it stands? Of sums that is not known.
    fn is_number(&self, expression: &Expression) -> bool {
        let meaning = match expression {
            Expression::Constant(_) => {
                return expression.integer().is_some_and(|number| number > 1);
            }
            Expression::Name { name, attribute: None }
                if self.names.meaning(name, None).is_err() =>
            {
                return self.bound.contains(&name.to_string());
            }
            Expression::Name { name, attribute } => self.names.meaning(name, attribute.as_ref()),
            Expression::Stored { name, arguments, attribute } => {
                self.names.stored(name, arguments, attribute.as_ref())
            }
            Expression::Call { function, arguments, attribute }
                if self.names.is_circuit(function, arguments) =>
            {
                self.names.circuit(function, arguments, attribute.as_ref())
            }
            _ => return false,
        };
        match meaning {
            Ok(Meaning::Operand(_, what) | Meaning::Context(what) | Meaning::Memory(what, _)) => {
                !TRUTHS.contains(&what)
            }
            _ => false,
        }
    }
}
