//! What a body uses of what is shared, in the order in which it is written.

use super::instance::Opcode;
use super::parse::{Control, Statement, Target};
use super::target::Store;
use crate::expression::{Argument, Condition, Expression};
use crate::place::Place;
use crate::vocabulary::{CIRCUITS, parts};

/// What a body can use of what is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Feature {
    ToResult,
    ToLocal,
    ToGlobal,
    ToMemory,
    ToReserved,
    ToPages,
    ToOutput,
    ToOffset,
    ToRequest,
    ToArgument,
    Tick,
    ReadLocal,
    ReadGlobal,
    ReadMemory,
    ReadReserved,
    Outside,
    Carry,
    Caller,
    ShiftLeft,
    ShiftRight,
    RotateLeft,
    RotateRight,
    Division,
    MagnitudeDivision,
    Jump,
    Call,
    Return,
    Halt,
    Request,
    Await,
    /// A trap without conditions.
    Trap,
    Grow,
}

/// One use.
pub(super) struct Use {
    pub(super) feature: Feature,
    pub(super) place: Place,
    /// As it is written.
    pub(super) text: String,
    /// What is accessed outside of the stack.
    pub(super) store: Option<Store>,
}

/// Everything that the body of an opcode uses.
pub(super) fn uses(opcode: &Opcode) -> Vec<Use> {
    let mut found = Vec::new();
    for statement in &opcode.body {
        match statement {
            Statement::Let { value, .. } => expression(value, &mut found),
            Statement::Assign { target, field, value, conditions } => {
                expression(value, &mut found);
                conditions
                    .iter()
                    .flat_map(Condition::parts)
                    .for_each(|one| expression(one, &mut found));
                assigned(opcode, target, &field.to_string(), &mut found);
            }
            Statement::Control(control) => {
                let conditions = control.conditions.iter().flat_map(Condition::parts);
                conditions.for_each(|one| expression(one, &mut found));
                ending(control, &mut found);
            }
            Statement::Call { .. } => unreachable!("functions are in place"),
        }
    }
    found
}

fn assigned(opcode: &Opcode, target: &Target, field: &str, found: &mut Vec<Use>) {
    let Some(store) = opcode.store_of(target) else { return };
    let feature = match store {
        Store::Result(_) => Feature::ToResult,
        Store::Local(_) => Feature::ToLocal,
        Store::Global(_) => Feature::ToGlobal,
        Store::Memory(_) if target.name == "reserved" => Feature::ToReserved,
        Store::Memory(_) => Feature::ToMemory,
        Store::Pages => Feature::ToPages,
        Store::Output => Feature::ToOutput,
        Store::Offset => Feature::ToOffset,
        Store::Request => Feature::ToRequest,
        Store::Argument(_) => Feature::ToArgument,
    };
    let name = match &target.arguments {
        Some(arguments) => written(&target.words(), arguments),
        None => target.words(),
    };
    let (place, text) = (target.place(), format!("`{name}.{field}`"));
    if field == "carry" {
        found.push(Use { feature: Feature::Tick, place, text: text.clone(), store: None });
    }
    found.push(Use { feature, place, text, store: Some(store) });
}

fn ending(control: &Control, found: &mut Vec<Use>) {
    let feature = match control.word.to_string().as_str() {
        "jump" => Feature::Jump,
        "call" => Feature::Call,
        "return" => Feature::Return,
        "halt" => Feature::Halt,
        "request" => Feature::Request,
        "await" => Feature::Await,
        "grow" => Feature::Grow,
        _ if control.conditions.is_empty() => Feature::Trap,
        _ => return,
    };
    let (place, text) = (control.word.span().into(), format!("`{}`", control.word));
    found.push(Use { feature, place, text, store: None });
}

fn expression(whole: &Expression, found: &mut Vec<Use>) {
    match whole {
        Expression::Name { name, attribute } => {
            let feature = match (name.to_string().as_str(), attribute) {
                ("carry", None) => Feature::Carry,
                ("caller", Some(_)) => Feature::Caller,
                _ => return,
            };
            let text = match attribute {
                Some(attribute) => format!("`{name}.{attribute}`"),
                None => format!("`{name}`"),
            };
            found.push(Use { feature, place: whole.place(), text, store: None });
        }
        Expression::Stored { name, arguments, attribute } => {
            let part = attribute.as_ref().map(ToString::to_string).unwrap_or_default();
            let value_type = arguments.first().and_then(Argument::value_type);
            let (feature, store) = match name.to_string().as_str() {
                "local" => (Feature::ReadLocal, value_type.map(Store::Local)),
                "global" => (Feature::ReadGlobal, value_type.map(Store::Global)),
                word @ ("memory" | "reserved") => {
                    let store = arguments.get(1).and_then(Argument::integer).map(Store::Memory);
                    let feature = match (word, part.as_str()) {
                        ("reserved", _) => Feature::ReadReserved,
                        (_, "outside") => Feature::Outside,
                        _ => Feature::ReadMemory,
                    };
                    (feature, store)
                }
                _ => return,
            };
            let text = format!("`{}.{part}`", written(&name.to_string(), arguments));
            found.push(Use { feature, place: whole.place(), text, store });
        }
        Expression::Call { function, .. } => {
            let word = function.to_string();
            let circuit = parts(CIRCUITS, &word).is_some();
            let feature = match word.as_str() {
                "shift_left" => Some(Feature::ShiftLeft),
                "shift_right" => Some(Feature::ShiftRight),
                "rotate_left" => Some(Feature::RotateLeft),
                "rotate_right" => Some(Feature::RotateRight),
                "division" => Some(Feature::Division),
                "division_of_magnitudes" => Some(Feature::MagnitudeDivision),
                _ => None,
            };
            if let (true, Some(feature)) = (circuit, feature) {
                let (place, text) = (whole.place(), format!("`{word}`"));
                found.push(Use { feature, place, text, store: None });
            }
        }
        _ => {}
    }
    whole.parts().into_iter().for_each(|part| expression(part, found));
}

/// Something in brackets as it is written.
fn written(name: &str, arguments: &[Argument]) -> String {
    let arguments: Vec<String> = arguments.iter().map(Argument::text).collect();
    format!("{name}[{}]", arguments.join(", "))
}

/// Does a statement read a quotient?
pub(super) fn divides(statement: &Statement) -> bool {
    let mut found = Vec::new();
    let (value, conditions) = match statement {
        Statement::Let { value, .. } => (Some(value), &[][..]),
        Statement::Assign { value, conditions, .. } => (Some(value), &conditions[..]),
        Statement::Control(control) => (None, &control.conditions[..]),
        Statement::Call { .. } => (None, &[][..]),
    };
    let parts = conditions.iter().flat_map(Condition::parts).chain(value);
    parts.for_each(|one| expression(one, &mut found));
    let divides = |one: &Use| matches!(one.feature, Feature::Division | Feature::MagnitudeDivision);
    found.iter().any(divides)
}
