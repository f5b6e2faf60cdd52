//! What the tokens that end an instruction ask of it: some change the depth of the stack by an
//! amount of their own, and each finds its operands at a fixed place.

use syn::{Error, Ident};

use super::instance::{Opcode, Value};
use super::parse::{Control, Statement};
use super::target::Store;
use super::usage;
use crate::errors::Errors;
use crate::expression::{Argument, Condition, Expression};
use crate::value_type::ValueType;
use crate::vocabulary::IN_MEMORY;

/// Checks one opcode.
pub(super) fn check(opcode: &Opcode, errors: &mut Errors) {
    let writes = opcode.store().is_some_and(|store| matches!(store, Store::Memory(_)));
    for statement in &opcode.body {
        let mut parts = Vec::new();
        match statement {
            Statement::Let { value, .. } => parts.push(value),
            Statement::Assign { target, field, value, conditions } => {
                if let Some(arguments) = &target.arguments {
                    address(opcode, &target.name, arguments, writes, errors);
                }
                if opcode.store_of(target) == Some(Store::Output) {
                    output(opcode, target.place(), field, errors);
                }
                parts.extend(conditions.iter().flat_map(Condition::parts).chain([value]));
            }
            Statement::Control(control) => {
                ends(opcode, control, errors);
                early(statement, control, errors);
                parts.extend(control.conditions.iter().flat_map(Condition::parts));
            }
            Statement::Call { .. } => {}
        }
        parts.into_iter().for_each(|part| addresses(opcode, part, writes, errors));
    }
}

/// How an instruction ends is decided where it begins, before any digit of a quotient.
fn early(statement: &Statement, control: &Control, errors: &mut Errors) {
    if usage::divides(statement) {
        let text = format!(
            "where `{}` is decided the quotient is not known yet: compare the operands",
            control.word
        );
        errors.push(Error::new(control.word.span(), text));
    }
}

/// The machine finds the address of a load on top of the stack, that of a store below its value.
fn address(
    opcode: &Opcode,
    name: &Ident,
    arguments: &[Argument],
    writes: bool,
    errors: &mut Errors,
) {
    let (true, Some(address)) = (IN_MEMORY.contains(&name.to_string().as_str()), arguments.first())
    else {
        return;
    };
    let (from_top, place) = match writes {
        true => (1, "a store has its address below the value on top of the stack"),
        false => (0, "a load has its address on top of the stack"),
    };
    let expected = opcode.pops.iter().rev().nth(from_top);
    if expected.is_none_or(|expected| expected.name != address.text()) {
        errors.push(address.place().error(format!("{place}: `{}` is not there", address.text())));
    }
}

/// The same in an expression.
fn addresses(opcode: &Opcode, expression: &Expression, writes: bool, errors: &mut Errors) {
    if let Expression::Stored { name, arguments, .. } = expression {
        address(opcode, name, arguments, writes, errors);
    }
    for part in expression.parts() {
        addresses(opcode, part, writes, errors);
    }
}

/// An `out` token takes one word off the stack.
fn output(opcode: &Opcode, place: crate::place::Place, field: &Ident, errors: &mut Errors) {
    if opcode.stack_delta() != -1 {
        let text = "an output takes one word off the stack: the opcode has one operand of 32 bits \
                    and no result";
        errors.push(place.error(text));
    }
    if field == "carry" {
        errors.push(Error::new(field.span(), "the token of an output has no tick"));
    }
}

fn ends(opcode: &Opcode, control: &Control, errors: &mut Errors) {
    let Control { word, arguments, conditions, .. } = control;
    match word.to_string().as_str() {
        "grow" => grow(opcode, control, errors),
        _ if !arguments.is_empty() => {
            errors.push(Error::new(word.span(), format!("`{word}` takes no arguments")));
        }
        "call" | "return" if opcode.stack_delta() != 0 => {
            let text = format!(
                "`{word}` leaves the stack as deep as it was, and this opcode changes its depth by \
                 {:+} words",
                opcode.stack_delta()
            );
            errors.push(Error::new(word.span(), text));
        }
        _ => {}
    }
    if word == "grow" && !conditions.is_empty() {
        let text = "`grow` has no conditions: memory does not grow where the result is -1";
        errors.push(Error::new(word.span(), text));
    }
}

/// `grow(old, delta)`: memory has `old + delta` pages from here on, unless `old` is -1.
fn grow(opcode: &Opcode, control: &Control, errors: &mut Errors) {
    let is = |value: Option<&Value>, argument: &Argument| {
        value.is_some_and(|value| {
            value.value_type == ValueType::I32 && value.name == argument.text()
        })
    };
    let fits = match &control.arguments[..] {
        [old, delta] => is(opcode.results().first(), old) && is(opcode.pops.last(), delta),
        _ => false,
    };
    if !fits {
        let text = "`grow` is of the result and the operand on top of the stack, of type i32: \
                    `grow(old, delta)`";
        errors.push(Error::new(control.word.span(), text));
    }
}
