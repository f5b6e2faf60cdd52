//! Families with mistakes, and what is said of them: for each row of the tables of rules, and for each
//! other check of a body as a whole.

use super::parse::Family;
use super::{checked, expand};
use crate::errors::Errors;

/// What is said of one opcode: its stack type and its body.
fn messages(opcode: &str) -> Vec<String> {
    of_family(&format!("/// Of a test.\ni32.test = 0x01 : {opcode}"))
}

fn of_family(opcodes: &str) -> Vec<String> {
    let text = format!("/// Of a test.\npub FAMILY {{ {opcodes} }}");
    let family: Family = syn::parse_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let mut errors = Errors::new();
    checked(&family, &mut errors);
    errors.messages()
}

/// Each opcode has one mistake, which is said.
fn each_says(cases: &[(&str, &str)]) {
    for (opcode, expected) in cases {
        let messages = messages(opcode);
        assert_eq!(messages.len(), 1, "{opcode}: {messages:?}");
        assert!(messages[0].contains(expected), "{opcode}: {messages:?}");
    }
}

fn all_pass(opcodes: &[&str]) {
    for opcode in opcodes {
        assert_eq!(messages(opcode), [""; 0], "{opcode}");
    }
}

#[test]
fn bytes_go_to_one_place() {
    let all = [
        "r.byte = 1;",
        "local[i32].byte = 1;",
        "global[i32].byte = 1;",
        "trap x when memory[b, 4].outside; memory[b, 4].byte = 1;",
        "memory.pages.byte = 1;",
        "output.byte = 1;",
        "jump.byte = 1; jump;",
    ];
    for (index, one) in all.iter().enumerate() {
        for other in &all[..index] {
            let opcode = format!("[b: i32 c: i32] -> [r: i32] {{ r.byte = 0; {other} {one} }}");
            let messages = messages(&opcode);
            assert!(messages[0].contains("go to one place"), "{opcode}: {messages:?}");
        }
    }
}

#[test]
fn what_excludes_each_other_is_an_error() {
    each_says(&[
        ("[] -> [r: i32] { r.byte = local.byte + global.byte; }", "one variable"),
        ("[] -> [] { local.byte = global.byte; }", "one variable"),
        ("[] -> [] { global.byte = local.byte; }", "one variable"),
        ("[] -> [] { local[i32].byte = local[i64].byte; }", "one number of bytes"),
        ("[] -> [] { local[i32].byte = 1; local[i64].byte = 1; }", "one number of bytes"),
        (
            "[a: i32 b: i32] -> [] { let m = memory[a, 4]; trap x when m.outside; m.byte = m.byte; }",
            "reads memory or writes it",
        ),
        (
            "[a: i32] -> [r: i32] { trap x when memory[a, 4].outside; r.byte = memory[a, 1].byte when first; }",
            "one number of bytes",
        ),
        ("[a n] -> [r] { r.wide = shift_left(a, n) + shift_right(a, n); }", "in one way"),
        ("[a n] -> [r] { r.wide = rotate_left(a, n) + rotate_right(a, n); }", "in one way"),
        ("[a n] -> [r] { r.wide = shift_left(a, n); r.byte = shift_right(a, n).fill; }", "one way"),
        (
            "[a b] -> [r] { r.byte = division(a, b).byte + division_of_magnitudes(a, b).byte; }",
            "divides once",
        ),
        ("[] -> [] { jump.byte = 1; jump; call; }", "ends in one way"),
        ("[] -> [] { jump.byte = 1; return; halt; }", "ends in one way"),
        ("[c] -> [] { jump.byte = 1; jump when c.nonzero; jump when c.negative; }", "second end"),
        ("[c] -> [] { halt when c.nonzero; halt when c.negative; }", "second end"),
        ("[c] -> [r] { r.byte = 1; halt when c.nonzero; }", "no bytes are emitted"),
        ("[c] -> [r] { r.byte = 1; trap x; }", "nothing is emitted"),
        ("[] -> [] { halt; trap x; }", "the only end"),
        ("[] -> [] { trap x; trap y; }", "never reached"),
        ("[c] -> [r] { r.byte = 1; jump when c.nonzero; }", "are its offset"),
        ("[a b] -> [] { jump.byte = division(a, b).byte; jump; }", "digits of a quotient"),
    ]);
}

#[test]
fn what_needs_something_says_what() {
    each_says(&[
        (
            "[a: i32] -> [r: i32] { trap x when memory[a, 4].outside; r.byte = reserved[a, 4].byte; }",
            "one address",
        ),
        ("[a: i32 b: i32] -> [] { reserved[a, 4].byte = reserved[a, 4].byte; }", "or writes it"),
        ("[] -> [] { jump; }", "the offset is never set"),
        ("[] -> [] { jump.byte = immediate.byte; }", "add `jump`, `call` or `return`"),
        ("[a] -> [r] { r.byte = a.byte + carry; }", "which nothing sets here"),
        ("[] -> [r] { r.byte = caller.byte; }", "only an opcode with `return`"),
        ("[a] -> [r] { r.byte = memory[a, 4].byte; }", "is inside memory"),
        ("[a b] -> [] { memory[a, 4].byte = b.byte; }", "is inside memory"),
    ]);
}

#[test]
fn ends_find_their_operands() {
    each_says(&[
        ("[a] -> [] { grow(a, a); }", "`grow(old, delta)`"),
        ("[a] -> [r] { r.byte = 1; grow(a, r); }", "`grow(old, delta)`"),
        ("[a: i64] -> [r] { r.byte = 1; grow(r, a); }", "`grow(old, delta)`"),
        ("[a] -> [r] { r.byte = 1; grow(r, a) when a.nonzero; }", "has no conditions"),
        ("[a] -> [r] { r.byte = 1; grow(r, a); grow(r, a); }", "grows once"),
        ("[] -> [] { jump(1); jump.byte = 1; }", "takes no arguments"),
        ("[a] -> [] { jump.byte = a.byte; call; }", "changes its depth by -1 words"),
        ("[] -> [] { output.byte = 1; }", "takes one word off the stack"),
        ("[a: i64] -> [] { output.byte = a.byte; }", "takes one word off the stack"),
        ("[a] -> [] { output.byte = a.byte; output.carry = 1; }", "has no tick"),
        ("[a b] -> [r] { trap x when memory[a, 4].outside; r.byte = 1; }", "on top of the stack"),
        ("[a b] -> [] { trap x when memory[b, 4].outside; memory[b, 4].byte = 1; }", "below"),
        ("[a] -> [] { trap x when memory[a, 4].outside; memory[a, 4].byte = 1; }", "below"),
        ("[a b] -> [] { reserved[b, 4].byte = 1; }", "below"),
        (
            "[a b] -> [r] { trap x when division(a, b).byte >= 1; r.byte = division(a, b).byte; }",
            "is not known yet",
        ),
    ]);
}

#[test]
fn values_are_read_while_they_are_there() {
    each_says(&[
        ("[a: i32] -> [r: i64] { r.byte = a.byte; }", "add `index < 4`"),
        ("[] -> [r: i64] { r.byte = immediate.byte; }", "add `index < 4`"),
        ("[] -> [r: i64] { r.byte = local[i32].byte; }", "add `index < 4`"),
        ("[a: i64] -> [r: i64] { r.byte = 1 when a.nonzero; }", "takes its place"),
        ("[a: i64] -> [r: i64] { let x = step(a.low >= 7); r.byte = x; }", "takes its place"),
        ("[a: i64 b: i64] -> [r: i64] { r.byte = 1 when order(a, b).signed > 0; }", "its place"),
        ("[a: i32] -> [r: i32] { r.byte = a.trailing; }", "add `first`"),
        ("[a: i32] -> [r: i32] { r.byte = if index < 1 { 0 } else { a.population }; }", "`first`"),
        ("[a b] -> [a r] { r.wide = product(a, b); }", "takes its place"),
        ("[] -> [] { jump.byte = 1 when first; jump; }", "write `index == 0`"),
        (
            "[a] -> [r] { trap x when memory[a, 1].outside; r.byte = memory[a, 1].byte; }",
            "add `first`",
        ),
    ]);
    all_pass(&[
        "[a: i32] -> [r: i64] { r.byte = a.byte when index < 4; }",
        "[a: i32] -> [r: i64] { r.byte = if index < 4 { a.byte } else { 0 }; }",
        "[a: i32] -> [r: i64] { r.byte = if index >= 4 { 0 } else { a.byte }; }",
        "[a: i64] -> [r: i64] { r.byte = 1 when a.negative; }",
        "[a: i64] -> [r: i64] { r.byte = 1 when a.nonzero && index <= 3; }",
        "[a: i64 b: i64] -> [r: i32] { r.byte = 1 when order(a, b).signed > 0; }",
        "[a: i64] -> [a: i64 r: i64] { r.byte = 1 when a.nonzero; }",
        "[a: i32] -> [] { local.byte = a.population; }",
        "[] -> [] { jump.byte = 1 when index == 0; jump; }",
    ]);
}

#[test]
fn wide_values_are_assigned_as_such() {
    each_says(&[
        ("[a b] -> [r] { r.byte = product(a, b); }", "assign `r.wide`"),
        ("[a b] -> [r] { r.byte = a.byte; r.carry = 2 * a.prefix; }", "assign `r.wide`"),
        ("[a: i64 b: i64] -> [r: i64] { r.wide = product(a, b) + 1; }", "assigned alone"),
        ("[a: i64 b: i64] -> [r: i64] { r.wide = -product(a, b); }", "assigned alone"),
        (
            "[a: i64 b: i64] -> [r: i64] { r.wide = product(a, b) when index < 4; }",
            "without a condition",
        ),
    ]);
    all_pass(&[
        "[a b] -> [r] { let p = product(a, b); r.wide = 3 * p + a.prefix; }",
        "[a: i64 b: i64] -> [r: i64] { let p = product(a, b); r.wide = p when index < 8; }",
        "[a b] -> [r] { r.byte = step(a.prefix >= 7); }",
    ]);
}

#[test]
fn conditions_are_truths() {
    each_says(&[
        ("[a] -> [r] { r.byte = 1 when a.byte; }", "compare it"),
        ("[a b] -> [r] { r.byte = 1 when order(a, b).signed; }", "compare it"),
        ("[a] -> [r] { let x = a.value; r.byte = if x { 1 } else { 0 }; }", "compare it"),
        ("[a] -> [] { halt when not a.value; }", "`not` is of what is 0 or 1"),
        ("[a] -> [r] { r.byte = 1 when 2; }", "compare it"),
    ]);
    all_pass(&[
        "[a] -> [r] { r.byte = 1 when a.negative && not first && 1 - a.nonzero; }",
        "[a] -> [r] { let x = equal(a.value, 7); r.byte = 1 when not x; }",
    ]);
}

#[test]
fn floating_point_has_room() {
    all_pass(&[
        "[a: f32] -> [r: f32] { r.byte = a.byte; r.byte = -128 when a.negative && index == 3; }",
    ]);
    each_says(&[("[a: f64 b: f64] -> [r: i32] { r.wide = product(a, b); }", "of two integers")]);
}

#[test]
fn a_mistake_in_what_several_opcodes_have_is_said_once() {
    let two = "/// Two.\ni32.x = 1, i64.x = 2 : [a: T] -> [r: T] { r.byte = a.bite + cary; }";
    assert_eq!(of_family(two).len(), 2);
    let function = "fn f(x) { x.bite }
        /// One.\none = 1 : [a] -> [r] { r.byte = f(a) + f(a); }
        /// Two.\ntwo = 2 : [a] -> [r] { r.byte = f(a); }";
    assert_eq!(of_family(function).len(), 1);
}

#[test]
fn names_of_functions_are_their_own() {
    let family = "fn f(x) { let total = 2 * x; let more = total + 1; more - total }
        /// One.\none = 1 : [a] -> [r] {
            let total = a.byte;
            r.byte = f(total) + f(f(total));
        }";
    assert_eq!(of_family(family), [""; 0]);
}

#[test]
fn an_opposite_is_told_to_both() {
    let family = "/// F.\npub FAMILY {
        /// One.\none = 1 : [a] -> [r] opposite two { r.byte = a.nonzero when first; }
        /// Two.\ntwo = 2 : [a] -> [r] { r.byte = not a.nonzero when first; } }";
    let text = expand(family.parse().unwrap()).to_string();
    for name in ["one", "two"] {
        assert!(
            text.contains(&format!("opposite : :: core :: option :: Option :: Some (\"{name}\")"))
        );
    }
}
