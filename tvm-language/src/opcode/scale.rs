//! Bytes and wide values. A wide value has its byte at bit 24, so it is assigned to `wide` and to
//! nothing else. What a product of two i64 carries into a byte follows from the bytes emitted before, so these must be
//! its own: it is assigned alone.

use std::collections::BTreeSet;

use syn::Error;

use super::instance::Opcode;
use super::parse::Statement;
use crate::errors::Errors;
use crate::expression::{Condition, Expression};
use crate::place::Place;
use crate::resolve::{Meaning, Names};

/// What is wide.
const WIDE: [&str; 14] = [
    "Prefix",
    "Product",
    "WideProduct",
    "ShiftLeft",
    "ShiftRight",
    "RotateLeft",
    "RotateRight",
    "DivisionProduct",
    "AlignedLesser",
    "WholeDigits",
    "Columns",
    "UpperColumns",
    "RoundingBits",
    "Rounded",
];

/// Checks one opcode, whose names are known to be right.
pub(super) fn check(opcode: &Opcode, errors: &mut Errors) {
    let names = opcode.names(&Default::default());
    let mut wide_names = BTreeSet::new();
    for statement in &opcode.body {
        let parts: Vec<&Expression> = match statement {
            Statement::Let { names: bound, value, .. } => {
                if wide(value, &names, &wide_names).is_some() {
                    wide_names.extend(bound.iter().map(ToString::to_string));
                }
                vec![value]
            }
            Statement::Assign { target, field, value, conditions } => {
                let found = wide(value, &names, &wide_names);
                if let (Some(place), true) = (found, field != "wide") {
                    let text = format!(
                        "this is a wide value, with its byte at bit 24: assign `{}.wide`",
                        target.words()
                    );
                    errors.push(place.error(text));
                }
                let is_whole = field == "wide" && conditions.is_empty();
                let alone = is_whole && is_product(value, &names, opcode);
                let value = (!alone).then_some(value);
                conditions.iter().flat_map(Condition::parts).chain(value).collect()
            }
            Statement::Control(control) => {
                control.conditions.iter().flat_map(Condition::parts).collect()
            }
            Statement::Call { .. } => Vec::new(),
        };
        for place in parts.into_iter().flat_map(|part| products(part, &names, opcode)) {
            let text = "the product of two i64 is assigned alone and without a condition: \
                        `result.wide = product(a, b)`";
            errors.push(Error::new(place.start(), text));
        }
    }
}

/// Is it the product of two i64?
fn is_product(expression: &Expression, names: &Names, opcode: &Opcode) -> bool {
    let Expression::Call { function, arguments, .. } = expression else { return false };
    function == "product"
        && names.is_circuit(function, arguments)
        && opcode.pops.last().is_some_and(|top| top.value_type.words() == 2)
}

/// Where products of two i64 are in an expression.
fn products(expression: &Expression, names: &Names, opcode: &Opcode) -> Vec<Place> {
    if is_product(expression, names, opcode) {
        return vec![expression.place()];
    }
    let inner = expression.parts();
    inner.into_iter().flat_map(|one| products(one, names, opcode)).collect()
}

/// Where a wide value is a term of an expression.
fn wide(expression: &Expression, names: &Names, wide_names: &BTreeSet<String>) -> Option<Place> {
    let meaning = match expression {
        Expression::Name { name, attribute: None } if wide_names.contains(&name.to_string()) => {
            return Some(expression.place());
        }
        Expression::Name { name, attribute } => names.meaning(name, attribute.as_ref()).ok()?,
        Expression::Call { function, arguments, attribute }
            if names.is_circuit(function, arguments) =>
        {
            names.circuit(function, arguments, attribute.as_ref()).ok()?
        }
        Expression::Negated(inner) | Expression::Not(inner) => {
            return wide(inner, names, wide_names);
        }
        Expression::Binary { left, right, .. } => {
            return wide(left, names, wide_names).or_else(|| wide(right, names, wide_names));
        }
        _ => return None,
    };
    match meaning {
        Meaning::Operand(_, variant) | Meaning::Context(variant) => {
            WIDE.contains(&variant).then(|| expression.place())
        }
        _ => None,
    }
}
