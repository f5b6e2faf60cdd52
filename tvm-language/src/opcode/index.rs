//! Conditions of the index, `index < 4`, as far as they are decided by the number of bytes that an
//! instruction emits. One that always holds is left out; a statement that never takes effect is left
//! out, and is an error where that is so for all opcodes that have it. `index < 1` is `first`, which
//! is a value of the machine and costs nothing. What is bound by `let` for statements that are left
//! out is left out with them.

use std::collections::BTreeSet;

use syn::Ident;

use super::instance::Opcode;
use super::parse::Statement;
use super::target::Store;
use crate::errors::Errors;
use crate::expression::{Condition, Expression, Relation};
use crate::place::Place;

/// Statements that have conditions of the index, and whether they ever take effect.
#[derive(Default)]
pub(super) struct Effects {
    seen: Vec<Effect>,
}

struct Effect {
    /// Equal for the same statement of a declaration in several opcodes.
    key: String,
    place: Place,
    bytes: i64,
    takes_effect: bool,
}

impl Effects {
    fn note(&mut self, place: Place, bytes: i64, takes_effect: bool) {
        let key = format!("{:?}", place.start());
        match self.seen.iter_mut().find(|one| one.key == key) {
            Some(one) => one.takes_effect |= takes_effect,
            None => self.seen.push(Effect { key, place, bytes, takes_effect }),
        }
    }

    /// Reports what never takes effect.
    pub(super) fn report(&self, errors: &mut Errors) {
        for Effect { place, bytes, .. } in self.seen.iter().filter(|one| !one.takes_effect) {
            let text = match bytes {
                1 => "never holds: the index is 0 here".to_string(),
                _ => format!("never holds: the index is 0 to {} here", bytes - 1),
            };
            errors.push(place.error(text));
        }
    }
}

/// Decides the conditions of the index in a body.
pub(super) fn settle(opcode: &mut Opcode, effects: &mut Effects) {
    let stores: Vec<Option<Store>> = opcode.body.iter().map(|one| store(opcode, one)).collect();
    let body = std::mem::take(&mut opcode.body);
    for (mut statement, store) in body.into_iter().zip(stores) {
        let (Statement::Assign { conditions, .. }
        | Statement::Control(super::parse::Control { conditions, .. })) = &mut statement
        else {
            opcode.body.push(statement);
            continue;
        };
        let bytes = bytes(store);
        let of_index = conditions.iter().find(|one| bound(one).is_some()).map(Condition::place);
        let possible = (0..bytes).any(|index| holds_at(conditions, index));
        if let Some(place) = of_index {
            effects.note(place, bytes, possible);
        }
        if possible {
            let settled = std::mem::take(conditions);
            let settled = settled.into_iter().filter_map(|one| simplified(one, store));
            *conditions = settled.collect();
            opcode.body.push(statement);
        }
    }
    prune(&mut opcode.body);
}

/// Leaves out bindings that nothing reads.
fn prune(body: &mut Vec<Statement>) {
    let mut read = BTreeSet::new();
    let mut kept = Vec::new();
    while let Some(statement) = body.pop() {
        let parts = match &statement {
            Statement::Let { names, value, .. } => {
                if names.iter().all(|name| !read.contains(&name.to_string())) {
                    continue;
                }
                vec![value]
            }
            Statement::Assign { value, conditions, .. } => {
                conditions.iter().flat_map(Condition::parts).chain([value]).collect()
            }
            Statement::Control(control) => {
                control.conditions.iter().flat_map(Condition::parts).collect()
            }
            Statement::Call { .. } => Vec::new(),
        };
        parts.into_iter().for_each(|part| note_names(part, &mut read));
        kept.push(statement);
    }
    kept.reverse();
    *body = kept;
}

fn note_names(expression: &Expression, names: &mut BTreeSet<String>) {
    if let Expression::Name { name, attribute: None } = expression {
        names.insert(name.to_string());
    }
    expression.parts().into_iter().for_each(|part| note_names(part, names));
}

/// The last index at which all conditions can hold.
pub(super) fn last(conditions: &[Condition], store: Option<Store>) -> i64 {
    (0..bytes(store)).rev().find(|index| holds_at(conditions, *index)).unwrap_or(0)
}

/// The end of an instruction is decided where it begins, at index 0.
fn bytes(store: Option<Store>) -> i64 {
    store.map_or(1, Store::bytes)
}

fn store(opcode: &Opcode, statement: &Statement) -> Option<Store> {
    match statement {
        Statement::Assign { target, .. } => opcode.store_of(target),
        _ => None,
    }
}

/// Do the conditions of the index hold there?
fn holds_at(conditions: &[Condition], index: i64) -> bool {
    conditions.iter().filter_map(bound).all(|(relation, number)| compare(index, relation, number))
}

/// What a condition says of the index, if it says that alone.
fn bound(condition: &Condition) -> Option<(Relation, i64)> {
    match condition {
        Condition::Comparison { left, relation, right } if left.is_index() => {
            Some((*relation, right.integer()?))
        }
        Condition::Comparison { .. } => None,
        Condition::Truth(truth) if is_first(truth) => Some((Relation::Equal, 0)),
        Condition::Truth(Expression::Not(inner)) if is_first(inner) => {
            Some((Relation::Different, 0))
        }
        Condition::Truth(_) => None,
    }
}

fn is_first(expression: &Expression) -> bool {
    matches!(expression, Expression::Name { name, attribute: None } if name == "first")
}

fn compare(index: i64, relation: Relation, number: i64) -> bool {
    match relation {
        Relation::AtLeast => index >= number,
        Relation::Greater => index > number,
        Relation::AtMost => index <= number,
        Relation::Less => index < number,
        Relation::Equal => index == number,
        Relation::Different => index != number,
    }
}

/// The condition in its simplest form; none where it always holds.
fn simplified(condition: Condition, store: Option<Store>) -> Option<Condition> {
    let Some((relation, number)) = bound(&condition) else { return Some(condition) };
    let Condition::Comparison { left, .. } = &condition else { return Some(condition) };
    let bytes = bytes(store);
    let holds: Vec<bool> = (0..bytes).map(|index| compare(index, relation, number)).collect();
    let (at_first, later) = (holds[0], &holds[1..]);
    let first = || {
        let name = Ident::new("first", left.place().start());
        Expression::Name { name, attribute: None }
    };
    // The bytes of an offset come after `branch_taken`, where `first` is 0.
    let known = !store.is_some_and(Store::has_opening);
    match (at_first, later) {
        (true, later) if later.iter().all(|holds| *holds) => None,
        (true, later) if known && later.iter().all(|holds| !holds) => {
            Some(Condition::Truth(first()))
        }
        (false, later) if known && later.iter().all(|holds| *holds) => {
            Some(Condition::Truth(Expression::Not(Box::new(first()))))
        }
        _ => Some(condition),
    }
}
