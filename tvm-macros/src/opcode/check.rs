//! What must hold of an opcode and of a family. All violations are collected.

use syn::{Error, Ident};

use super::parse::{Family, Opcode, StackValue, Statement};
use crate::expression::Condition;
use crate::resolve::Errors;
use crate::vocabulary::{ATTRIBUTES, CONTEXTS, FIELDS, TARGETS, nearest, variant};

/// As many operands as the machine reads from the stack.
const MOST_OPERANDS: usize = 3;

/// Checks a family.
pub(super) fn family(family: &Family, errors: &mut Errors) {
    for (index, opcode) in family.opcodes.iter().enumerate() {
        duplicates(&family.opcodes[..index], opcode, errors);
        stack_type(opcode, errors);
        body(opcode, errors);
        result(opcode, errors);
        if opcode.documentation.is_empty() {
            let text = format!("`{}` has no documentation: say what it does", opcode.mnemonic);
            errors.push(opcode.place.error(text));
        }
    }
}

fn duplicates(earlier: &[Opcode], opcode: &Opcode, errors: &mut Errors) {
    if earlier.iter().any(|other| other.mnemonic == opcode.mnemonic) {
        let text = format!("mnemonic `{}` is declared twice", opcode.mnemonic);
        errors.push(opcode.place.error(text));
    }
    if let Some(other) = earlier.iter().find(|other| other.code == opcode.code) {
        let text = format!("code 0x{:02x} is that of `{}`", opcode.code, other.mnemonic);
        errors.push(Error::new(opcode.code_span, text));
    }
}

fn stack_type(opcode: &Opcode, errors: &mut Errors) {
    if let Some(excess) = opcode.pops.get(MOST_OPERANDS) {
        let text = format!("an opcode pops at most {MOST_OPERANDS} operands");
        errors.push(Error::new(excess.name.span(), text));
    }
    let results = opcode.results();
    if let Some(second) = results.get(1) {
        errors.push(Error::new(second.name.span(), "an opcode pushes at most one result"));
    }
    let all: Vec<&Ident> = opcode.pops.iter().chain(results).map(|value| &value.name).collect();
    for (index, name) in all.iter().enumerate() {
        let word = name.to_string();
        if all[..index].contains(name) {
            let text = format!(
                "`{word}` occurs twice in the stack type; an operand that stays where it is \
                 comes first among the results"
            );
            errors.push(Error::new(name.span(), text));
        }
        let context = |known: &str| known == word || known.split('.').next() == Some(word.as_str());
        let is_result = index >= opcode.pops.len();
        let taken = CONTEXTS.iter().any(|(known, _)| context(known));
        if taken || (is_result && variant(TARGETS, &word).is_some()) {
            let text = format!("`{word}` is a word of the machine: choose another name");
            errors.push(Error::new(name.span(), text));
        }
    }
}

fn body(opcode: &Opcode, errors: &mut Errors) {
    let mut names = opcode.names();
    for statement in &opcode.body {
        match statement {
            Statement::Let { names: bound, value } => {
                names.check_bound(bound, value, errors);
                names.forms.extend(bound.iter().map(Ident::to_string));
            }
            Statement::Assign { target, field, value, conditions } => {
                assigned(opcode, target, field, errors);
                for part in conditions.iter().flat_map(Condition::parts).chain([value]) {
                    names.check(part, errors);
                }
            }
            Statement::Control { conditions, .. } => {
                for part in conditions.iter().flat_map(Condition::parts) {
                    names.check(part, errors);
                }
            }
        }
    }
}

fn assigned(opcode: &Opcode, target: &Ident, field: &Ident, errors: &mut Errors) {
    let word = target.to_string();
    if opcode.target(target).is_none() {
        let results: Vec<String> =
            opcode.results().iter().map(|result| result.name.to_string()).collect();
        let known = TARGETS.iter().map(|(word, _)| *word).chain(results.iter().map(String::as_str));
        let hint = match nearest(known, &word) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => String::new(),
        };
        let text = format!("`{word}` is neither the result nor a target{hint}");
        errors.push(Error::new(target.span(), text));
    }
    let word = field.to_string();
    if variant(FIELDS, &word).is_none() {
        let known: Vec<&str> = FIELDS.iter().map(|(word, _)| *word).collect();
        let also = if variant(ATTRIBUTES, &word).is_some() { " (it can only be read)" } else { "" };
        let text = format!("`{word}` cannot be assigned{also}: one of {}", known.join(", "));
        errors.push(Error::new(field.span(), text));
    }
}

/// A declared result must be set by some statement. An unknown target may be the result
/// misspelt, and is reported already.
fn result(opcode: &Opcode, errors: &mut Errors) {
    let Some(StackValue { name: result, .. }) = opcode.results().first() else { return };
    let set = opcode.body.iter().any(|statement| match statement {
        Statement::Assign { target, field, .. } => {
            (target == result && field != "carry") || opcode.target(target).is_none()
        }
        Statement::Control { .. } | Statement::Let { .. } => false,
    });
    if !set {
        let text = format!("the result `{result}` is never set: assign `{result}.byte`");
        errors.push(Error::new(result.span(), text));
    }
}
