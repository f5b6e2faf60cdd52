//! What must hold of an opcode and of a family. All violations are collected; what is said of a body
//! as a whole is only looked at once all of its names are right.

use std::collections::BTreeSet;

use syn::{Error, Ident};

use super::index::{self, Effects};
use super::instance::{Opcode, Value};
use super::parse::{Declaration, Family, Statement, Target};
use super::{ending, lifetime, opposite, rules, scale, truth};
use crate::errors::Errors;
use crate::expression::Condition;
use crate::resolve::suggestion;
use crate::vocabulary::{ATTRIBUTES, CONTEXTS, FIELDS, STORES, TARGETS, nearest, variant};

/// As many operands as the machine reads from the stack.
const MOST_OPERANDS: usize = 5;

/// Checks a family and the opcodes that it stands for. Conditions of the index are settled on the way.
pub(super) fn family(family: &Family, opcodes: &mut [Opcode], errors: &mut Errors) {
    let functions: BTreeSet<String> =
        family.functions.iter().map(|one| one.name.to_string()).collect();
    family.declarations.iter().for_each(|one| declaration(one, errors));
    let mut effects = Effects::default();
    for index in 0..opcodes.len() {
        let (earlier, rest) = opcodes.split_at_mut(index);
        let opcode = &mut rest[0];
        duplicates(earlier, opcode, errors);
        let before = errors.found();
        stack_type(opcode, errors);
        body(opcode, &functions, errors);
        result(opcode, errors);
        if opcode.documentation.is_empty() {
            let text = format!("`{}` has no documentation: say what it does", opcode.mnemonic.name);
            errors.push(opcode.mnemonic.place.error(text));
        }
        if errors.found() == before {
            index::settle(opcode, &mut effects);
            rules::check(opcode, errors);
            ending::check(opcode, errors);
            lifetime::check(opcode, errors);
            scale::check(opcode, errors);
            truth::check(opcode, errors);
        }
    }
    effects.report(errors);
    opposite::pair(opcodes, errors);
}

fn declaration(declaration: &Declaration, errors: &mut Errors) {
    let heads = &declaration.opcodes;
    for (index, head) in heads.iter().enumerate().skip(1) {
        let of_its_type = heads[..index].iter().find(|other| other.value_type == head.value_type);
        if let Some(other) = of_its_type {
            let text = format!(
                "one declaration is of opcodes of different types: `{}` has that of `{}`",
                head.mnemonic.name, other.mnemonic.name
            );
            errors.push(head.mnemonic.place.error(text));
        }
    }
    let (opposites, opcodes) = (declaration.opposites.len(), heads.len());
    if opposites != 0 && opposites != opcodes {
        let text = format!("as many opposites as opcodes, {opcodes} and not {opposites}");
        errors.push(declaration.opposites[0].place.error(text));
    }
}

fn duplicates(earlier: &[Opcode], opcode: &Opcode, errors: &mut Errors) {
    if earlier.iter().any(|other| other.mnemonic.name == opcode.mnemonic.name) {
        let text = format!("mnemonic `{}` is declared twice", opcode.mnemonic.name);
        errors.push(opcode.mnemonic.place.error(text));
    }
    if let Some(other) = earlier.iter().find(|other| other.code == opcode.code) {
        let text = format!("code 0x{:02x} is that of `{}`", opcode.code, other.mnemonic.name);
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
    kept_types(opcode, errors);
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
        let is_result = index >= opcode.pops.len();
        if is_word(&word) || (is_result && variant(TARGETS, &word).is_some()) {
            let text = format!("`{word}` is a word of the machine: choose another name");
            errors.push(Error::new(name.span(), text));
        }
    }
}

/// An operand that stays where it is keeps its type.
fn kept_types(opcode: &Opcode, errors: &mut Errors) {
    let both = opcode.pushes.iter().zip(&opcode.pops).take(opcode.kept());
    for (pushed, popped) in both.filter(|(pushed, popped)| pushed.value_type != popped.value_type) {
        let text =
            format!("`{}` stays where it is, as an {}", popped.name, popped.value_type.name());
        errors.push(Error::new(pushed.name.span(), text));
    }
}

/// Is it, or is its first part, what the machine calls its own?
fn is_word(word: &str) -> bool {
    let first = |known: &&str| known.split('.').next() == Some(word);
    CONTEXTS
        .iter()
        .map(|(known, _)| *known)
        .chain(STORES.iter().map(|(known, _)| *known))
        .any(|known| first(&known))
}

fn body(opcode: &Opcode, functions: &BTreeSet<String>, errors: &mut Errors) {
    let mut names = opcode.names(functions);
    for statement in &opcode.body {
        match statement {
            Statement::Let { names: bound, value, .. } => {
                names.check_bound(bound, value, errors);
                for name in bound {
                    if is_word(&name.to_string()) {
                        let text =
                            format!("`{name}` is a word of the machine: choose another name");
                        errors.push(Error::new(name.span(), text));
                    }
                    names.forms.insert(name.to_string());
                }
            }
            Statement::Assign { target, field, value, conditions } => {
                assigned(opcode, target, field, errors);
                if let Some(arguments) = &target.arguments
                    && let Err(error) = names.store(&target.name, arguments)
                {
                    errors.push(error);
                }
                for part in conditions.iter().flat_map(Condition::parts).chain([value]) {
                    names.check(part, errors);
                }
            }
            Statement::Control(control) => {
                for part in control.conditions.iter().flat_map(Condition::parts) {
                    names.check(part, errors);
                }
            }
            Statement::Call { .. } => unreachable!("functions are in place"),
        }
    }
}

fn assigned(opcode: &Opcode, target: &Target, field: &Ident, errors: &mut Errors) {
    let words = target.words();
    if target.arguments.is_none() && opcode.store_of(target).is_none() {
        let results: Vec<String> =
            opcode.results().iter().map(|result| result.name.to_string()).collect();
        let known =
            TARGETS.iter().map(|(word, _)| *word).chain(STORES.iter().map(|(word, _)| *word));
        let known = known.chain(results.iter().map(String::as_str));
        let hint = match words.as_str() {
            "memory" => {
                "; say where and how many bytes, as in `memory[address, 4].byte`".to_string()
            }
            _ => suggestion(nearest(known, &words)),
        };
        let text = format!("`{words}` is neither the result nor a target{hint}");
        errors.push(target.place().error(text));
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
    let Some(Value { name: result, .. }) = opcode.results().first() else { return };
    let set = opcode.body.iter().any(|statement| match statement {
        Statement::Assign { target, field, .. } => {
            (target.name == *result && field != "carry") || opcode.store_of(target).is_none()
        }
        // The host says what it is.
        Statement::Control(control) => control.word == "await",
        _ => false,
    });
    if !set {
        let text = format!("the result `{result}` is never set: assign `{result}.byte`");
        errors.push(Error::new(result.span(), text));
    }
}
