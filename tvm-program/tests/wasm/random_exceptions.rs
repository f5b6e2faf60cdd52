//! Random nests of throws and handlers, in both forms, against their direct evaluation.

use proptest::prelude::*;
use std::fmt::Write;

use super::call;
use tvm_program::Value;
use tvm_reference::{End, Trap};
use tvm_test_support::modules::calls_as_program;
use tvm_test_support::sets as fixture;

/// A value of one i32.
#[derive(Debug, Clone)]
enum Expression {
    Number(u32),
    /// The argument of the function.
    Argument,
    Sum(Box<Self>, Box<Self>),
    /// The second if the first is not 0, else the third.
    Choice(Box<[Self; 3]>),
    Throw(usize, Box<Self>),
    /// A body, the tag that is caught or all, whether the exception is then thrown again, and what is
    /// added to what it carries.
    Try(Box<Self>, Option<usize>, bool, Box<Self>),
    /// A function with a greater number, by a call that is a tail call where it can be.
    Call(usize, Box<Self>),
}
use Expression::{Argument, Call, Choice, Number, Sum, Throw, Try};

/// An exception: its tag and what it carries.
type Exception = (usize, u32);

const TAGS: usize = 3;
const FUNCTIONS: usize = 4;

/// What a handler of all exceptions gives instead of what is carried.
const UNKNOWN: u32 = 77;

fn evaluate(functions: &[Expression], this: &Expression, argument: u32) -> Result<u32, Exception> {
    let of = |one: &Expression| evaluate(functions, one, argument);
    match this {
        Number(number) => Ok(*number),
        Argument => Ok(argument),
        Sum(left, right) => Ok(of(left)?.wrapping_add(of(right)?)),
        Choice(all) => {
            let [condition, yes, no] = &**all;
            if of(condition)? != 0 { of(yes) } else { of(no) }
        }
        Throw(tag, carried) => Err((*tag, of(carried)?)),
        Try(body, tag, again, handler) => match of(body) {
            Err(exception) if tag.is_none_or(|tag| tag == exception.0) => {
                let carried = if tag.is_some() { exception.1 } else { UNKNOWN };
                let handled = of(handler)?.wrapping_add(carried);
                if *again && handled & 1 == 1 { Err(exception) } else { Ok(handled) }
            }
            ended => ended,
        },
        Call(index, value) => evaluate(functions, &functions[*index], of(value)?),
    }
}

/// The text of an expression; in the older form or the newer one.
fn write(this: &Expression, older: bool, last: bool, text: &mut String) {
    let mut all = |parts: &[&Expression], operator: &str| {
        parts.iter().for_each(|one| write(one, older, false, text));
        text.push_str(operator);
    };
    match this {
        Number(number) => all(&[], &format!("i32.const {number} ")),
        Argument => all(&[], "local.get 0 "),
        Sum(left, right) => all(&[left, right], "i32.add "),
        Choice(parts) => {
            let [condition, yes, no] = &**parts;
            all(&[condition], "if (result i32) ");
            write(yes, older, last, text);
            text.push_str("else ");
            write(no, older, last, text);
            text.push_str("end ");
        }
        Throw(tag, carried) => all(&[carried], &format!("throw {tag} ")),
        Call(index, value) => {
            let operator = if last { "return_call" } else { "call" };
            all(&[value], &format!("{operator} {index} "));
        }
        Try(body, tag, again, handler) if older => {
            text.push_str("try (result i32) ");
            write(body, older, false, text);
            match tag {
                Some(tag) => write!(text, "catch {tag} ").unwrap(),
                None => write!(text, "catch_all i32.const {UNKNOWN} ").unwrap(),
            }
            write(handler, older, false, text);
            text.push_str("i32.add ");
            if *again {
                text.push_str("local.tee 1 i32.const 1 i32.and if rethrow 1 end local.get 1 ");
            }
            text.push_str("end ");
        }
        Try(body, tag, again, handler) => {
            let (clause, results) = match tag {
                Some(tag) => (format!("(catch_ref {tag} 0) "), "i32 exnref"),
                None => ("(catch_all_ref 0) ".to_owned(), "exnref"),
            };
            write!(text, "block (result i32) block (result {results}) ").unwrap();
            write!(text, "try_table (result i32) {clause}").unwrap();
            write(body, older, false, text);
            text.push_str("end br 1 end ");
            // References wait on the stack of operands while the handler runs.
            if tag.is_some() {
                text.push_str("local.set 2 local.set 1 local.get 2 local.get 1 ");
            } else {
                write!(text, "i32.const {UNKNOWN} ").unwrap();
            }
            write(handler, older, false, text);
            text.push_str("i32.add local.set 1 ");
            match again {
                true => text.push_str(
                    "local.set 2 local.get 1 i32.const 1 i32.and if local.get 2 throw_ref end ",
                ),
                false => text.push_str("drop "),
            }
            text.push_str("local.get 1 end ");
        }
    }
}

fn module(functions: &[Expression], older: bool) -> Vec<u8> {
    let mut text = "(module (tag (param i32)) (tag (param i32)) (tag (param i32)) ".to_owned();
    for (index, function) in functions.iter().enumerate() {
        let export = if index == 0 { r#"(export "f")"# } else { "" };
        write!(text, "(func {export} (param i32) (result i32) (local i32 exnref) ").unwrap();
        write(function, older, true, &mut text);
        text.push_str(") ");
    }
    text.push(')');
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// An expression of a function: it calls those with greater numbers.
fn expression(function: usize) -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![Just(Argument), (0_u32..4).prop_map(Number)];
    leaf.prop_recursive(6, 60, 3, move |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        let tried = (boxed.clone(), prop::option::of(0..TAGS), any::<bool>(), boxed.clone());
        let choice = [inner.clone(), inner.clone(), inner];
        let called = (function + 1..FUNCTIONS.max(function + 2), boxed.clone());
        prop_oneof![
            (boxed.clone(), boxed.clone()).prop_map(|(left, right)| Sum(left, right)),
            choice.prop_map(|all| Choice(Box::new(all))),
            (0..TAGS, boxed).prop_map(|(tag, carried)| Throw(tag, carried)),
            tried.prop_map(|(body, tag, again, handler)| Try(body, tag, again, handler)),
            called.prop_map(|(index, value)| match index {
                FUNCTIONS => *value,
                _ => Call(index, value),
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nests_of_handlers_do_what_they_say(
        functions in (expression(0), expression(1), expression(2), expression(3)),
        argument in 0_u32..4,
    ) {
        let functions = [functions.0, functions.1, functions.2, functions.3];
        for older in [true, false] {
            let bytes = module(&functions, older);
            let calls = [call("f", &[Value::I32(argument)])];
            let (found, _) = calls_as_program(&bytes, &fixture::full(), &calls);
            match evaluate(&functions, &functions[0], argument) {
                Ok(value) => {
                    prop_assert_eq!(found.end, End::Halt);
                    prop_assert_eq!(found.bytes, value.to_le_bytes());
                }
                Err(_) => prop_assert_eq!(found.end, End::Trap(Trap::UncaughtException)),
            }
        }
    }
}
