//! Names, their parts and their mistakes.

use proc_macro2::Span;

use super::*;

fn word(text: &str) -> Ident {
    Ident::new(text, Span::call_site())
}

fn operand(name: &str, value_type: ValueType) -> Operand {
    Operand { name: name.to_string(), value_type }
}

#[test]
fn a_wide_operand_is_read_in_halves() {
    let names = Names { operands: Some(vec![operand("a", ValueType::I64)]), ..Names::default() };
    let meaning = |attribute| names.meaning(&word("a"), Some(&word(attribute)));
    assert_eq!(meaning("high").unwrap(), Meaning::Operand(0, "High"));
    assert!(meaning("value").unwrap_err().to_string().contains("read `low` and `high`"));
    let narrow = in_opcode().meaning(&word("a"), Some(&word("low")));
    assert!(narrow.unwrap_err().to_string().contains("read `value`"));
}

/// The body of an opcode with operands `a` and `b`, after `let total = ..;`.
fn in_opcode() -> Names {
    Names {
        forms: BTreeSet::from(["total".to_string()]),
        operands: Some(vec![operand("a", ValueType::I32), operand("b", ValueType::I32)]),
        ..Names::default()
    }
}

/// A function with parameters `form` and `columns: &Columns`.
fn in_function() -> Names {
    Names {
        forms: BTreeSet::from(["form".to_string()]),
        structs: BTreeSet::from(["columns".to_string()]),
        ..Names::default()
    }
}

fn messages(names: &Names, text: &str) -> Vec<String> {
    let expression = syn::parse_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let mut errors = Errors::new();
    names.check(&expression, &mut errors);
    errors.messages()
}

#[test]
fn operands_are_counted_from_the_top() {
    let names = in_opcode();
    let meaning = |name, attribute| names.meaning(&word(name), Some(&word(attribute)));
    assert_eq!(meaning("b", "byte").unwrap(), Meaning::Operand(0, "Byte"));
    assert_eq!(meaning("a", "negative").unwrap(), Meaning::Operand(1, "Negative"));
}

#[test]
fn the_machine_is_known_in_opcodes_only() {
    let (name, attribute) = (word("memory"), word("pages"));
    let meaning = in_opcode().meaning(&name, Some(&attribute)).unwrap();
    assert_eq!(meaning, Meaning::Context("MemoryPages"));
    assert!(in_function().meaning(&name, Some(&attribute)).is_err());
    assert_eq!(in_opcode().meaning(&word("carry"), None).unwrap(), Meaning::Context("Carry"));
    assert!(in_function().meaning(&word("carry"), None).is_err());
}

#[test]
fn a_name_hides_what_the_machine_calls_so() {
    let mut names = in_opcode();
    names.forms.insert("carry".to_string());
    assert_eq!(names.meaning(&word("carry"), None).unwrap(), Meaning::Form);
}

#[test]
fn fields_of_structs_are_left_to_rust() {
    let meaning = in_function().meaning(&word("columns"), Some(&word("anything"))).unwrap();
    assert_eq!(meaning, Meaning::Field);
    assert_eq!(
        messages(&in_function(), "columns"),
        ["`columns` is a struct of forms: say which, as in `columns.field`"]
    );
}

#[test]
fn linear_forms_pass() {
    for text in [
        "2 * a.byte - b.byte * LIMIT + (3 - 1) * total",
        "step(a.value >= b.value) * 4",
        "reglu(a.value, b.prefix) + product(total, carry)",
        "2 * product(a, b) + shift_right(a, b).fill - not order(a, b).signed",
        "local[i64].byte + global[i32].byte + memory[b, 4].byte",
        "table(a.byte, 0..256, population) + recent(total, 2)",
        "lookup { key: index when first, query: total, values: [carry] }",
    ] {
        assert_eq!(messages(&in_opcode(), text), [""; 0], "{text}");
    }
}

#[test]
fn one_mistake_gives_one_message() {
    for (text, expected) in [
        ("total * total", "product of two unknowns"),
        ("total * total * total", "product of two unknowns"),
        ("totl * total", "unknown name `totl`; did you mean `total`?"),
        ("-(total + a)", "`a` is an operand"),
        ("a.bite", "no attribute `bite`; did you mean `byte`?"),
        ("calls.deth", "unknown name `calls.deth`; did you mean `calls.depth`?"),
        ("memory.byte", "say where and how many bytes"),
        ("memory[b].byte", "takes an address and a number of bytes"),
        ("memory[total, 4].byte", "an address is an operand"),
        ("memory[b, 3].byte", "1, 2, 4 or 8 bytes"),
        ("memory[b, 4].bite", "no part `bite`; did you mean `byte`?"),
        ("memory[b, 4]", "say which, `.byte` or `.outside`"),
        ("local[a].byte", "`local` takes a type"),
        ("locals[i32].byte", "nothing is stored as `locals[..]`; did you mean `local`?"),
        ("order.unsigned", "name them, `order(a, b)`"),
        ("order(b, a).signed", "in their order: `order(a, b)`"),
        ("order(a).signed", "in their order: `order(a, b)`"),
        ("order(a.byte, b.byte).signed", "in their order: `order(a, b)`"),
        ("order(a, b)", "say which, `.unsigned` or `.signed`"),
        ("product(a, b.byte)", "in their order: `product(a, b)`"),
        ("product(a, b).wide", "one value and has no parts"),
        ("recent(total, 8)", "1 to 7 tokens back"),
        ("if total >= 1 { 1 } else { 0 }", "the whole value of an assignment"),
        ("xyzzy", "unknown name `xyzzy`"),
        ("total.byte", "`total` is a linear form: it has no parts"),
        ("squared(total)", "unknown function `squared`; did you mean `square`?"),
        ("equal(total)", "2 arguments expected, 1 found"),
        ("recent(total, carry)", "expected a constant"),
        ("square(0..3)", "expected a linear form"),
        ("table(total, 256, population)", "expected a range"),
        ("table(total, 0..256, 7)", "expected the path of a function"),
        ("step(totl > 0)", "unknown name `totl`"),
        ("lookup { key: totl, query: 1, values: [carry] }", "unknown name `totl`"),
        ("1 + lookup { key: 1, query: 1, values: [carry, total] }", "a lookup has one value"),
    ] {
        let messages = messages(&in_opcode(), text);
        assert_eq!(messages.len(), 1, "{text}: {messages:?}");
        assert!(messages[0].contains(expected), "{text}: {messages:?}");
    }
}

#[test]
fn circuits_are_of_two_integers_of_one_type() {
    let messages_of = |types: &[ValueType], text: &str| {
        let operands = ["x", "a", "b"][3 - types.len()..].iter().zip(types);
        let operands = operands.map(|(name, one)| operand(name, *one)).collect();
        messages(&Names { operands: Some(operands), ..Names::default() }, text)
    };
    use ValueType::{F32, F64, I32, I64};
    assert_eq!(messages_of(&[I64, I64], "product(a, b)"), [""; 0]);
    assert_eq!(messages_of(&[I64, I32, I32], "order(a, b).signed"), [""; 0]);
    assert_eq!(messages_of(&[F64, F64], "order(a, b).number"), [""; 0]);
    for (types, text, expected) in [
        (&[I64, I32][..], "order(a, b).signed", "of one type, not of an i64 and an i32"),
        (&[F32, F32], "order(a, b).signed", "of two integers"),
        (&[I32, I32], "order(a, b).unordered", "of two numbers in floating point"),
        (&[F32, F64], "order(a, b).number", "of one type, not of an f32 and an f64"),
        (&[I64, I64], "division(a, b).byte", "divided by a routine"),
        (&[I32], "shift_left(b, b)", "has not so many"),
        (&[I32, I32, I32], "order(x, a).signed", "`order(a, b)`"),
    ] {
        let messages = messages_of(types, text);
        assert_eq!(messages.len(), 1, "{text}: {messages:?}");
        assert!(messages[0].contains(expected), "{text}: {messages:?}");
    }
}

#[test]
fn several_mistakes_give_several_messages() {
    assert_eq!(messages(&in_opcode(), "totl + a.bite - total * carry").len(), 3);
}

#[test]
fn a_lookup_binds_as_many_names_as_it_has_values() {
    let lookup = syn::parse_str("lookup { key: 1, query: 1, values: [carry, total] }").unwrap();
    let sum = syn::parse_str("carry + total").unwrap();
    let number = |bound: &[&str], value: &Expression| {
        let bound: Vec<Ident> = bound.iter().map(|text| word(text)).collect();
        let mut errors = Errors::new();
        in_opcode().check_bound(&bound, value, &mut errors);
        errors.found()
    };
    assert_eq!(number(&["x", "y"], &lookup), 0);
    assert_eq!(number(&["x"], &lookup), 1);
    assert_eq!(number(&["x"], &sum), 0);
    assert_eq!(number(&["x", "y"], &sum), 1);
}
