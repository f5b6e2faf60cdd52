//! What names mean, and the check that expressions stay linear: of the factors of a `*` at least
//! one is a constant.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::{Error, Ident};

use crate::expression::{Argument, Expression, Lookup, LookupKey, Operator};
use crate::place::Place;
use crate::vocabulary::{ATTRIBUTES, CONTEXTS, FUNCTIONS, Kind, nearest, variant};

/// The names in scope.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Forms: parameters without a type, `let` names, fields already assigned.
    pub(crate) forms: BTreeSet<String>,
    /// Parameters with a type.
    pub(crate) structs: BTreeSet<String>,
    /// Operands of an opcode, the top of the stack last; `None` outside of opcodes.
    pub(crate) operands: Option<Vec<Operand>>,
}

/// An operand of an opcode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operand {
    /// Its name.
    pub(crate) name: String,
    /// Has it 64 bits?
    pub(crate) wide: bool,
}

/// What a resolved name is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A Rust variable that is a form.
    Form,
    /// A field of a struct of forms.
    Field,
    /// An attribute of an operand: its distance from the top, and the variant.
    Operand(usize, &'static str),
    /// A part of the machine: the variant.
    Context(&'static str),
}

/// Collected errors.
pub(crate) type Errors = Vec<Error>;

impl Names {
    /// What a name means.
    pub(crate) fn meaning(
        &self,
        name: &Ident,
        attribute: Option<&Ident>,
    ) -> Result<Meaning, Error> {
        let word = name.to_string();
        match attribute {
            None => self.bare(name, &word),
            Some(attribute) => self.dotted(name, &word, attribute),
        }
    }

    fn bare(&self, name: &Ident, word: &str) -> Result<Meaning, Error> {
        if self.forms.contains(word) {
            return Ok(Meaning::Form);
        }
        if self.structs.contains(word) {
            let text = format!("`{word}` is a struct of forms: say which, as in `{word}.field`");
            return Err(Error::new(name.span(), text));
        }
        if let Some(operands) = &self.operands {
            // First, since an operand that takes such a word is reported where it is declared.
            if let Some(context) = variant(CONTEXTS, word) {
                return Ok(Meaning::Context(context));
            }
            if operands.iter().any(|operand| operand.name == word) {
                let text = format!("`{word}` is an operand: say which part, as in `{word}.byte`");
                return Err(Error::new(name.span(), text));
            }
        }
        Err(self.unknown(name.span(), word))
    }

    fn dotted(&self, name: &Ident, word: &str, attribute: &Ident) -> Result<Meaning, Error> {
        if self.structs.contains(word) {
            return Ok(Meaning::Field);
        }
        let whole = format!("{word}.{attribute}");
        let Some(operands) = &self.operands else {
            return Err(self.without_parts(name.span(), word, word));
        };
        if let Some(place) = operands.iter().rev().position(|operand| operand.name == word) {
            let wide = operands[operands.len() - 1 - place].wide;
            return attribute_of(wide, attribute).map(|variant| Meaning::Operand(place, variant));
        }
        variant(CONTEXTS, &whole)
            .map(Meaning::Context)
            .ok_or_else(|| self.without_parts(name.span(), word, &whole))
    }

    /// The error for `word.attribute` where the word is no operand, struct or part of the machine.
    fn without_parts(&self, span: Span, word: &str, whole: &str) -> Error {
        if self.forms.contains(word) {
            return Error::new(span, format!("`{word}` is a linear form: it has no parts"));
        }
        self.unknown(span, whole)
    }

    fn unknown(&self, span: Span, word: &str) -> Error {
        let contexts = self.operands.iter().flat_map(|_| CONTEXTS.iter().map(|(word, _)| *word));
        let known = self.forms.iter().chain(&self.structs).map(String::as_str).chain(contexts);
        let hint = suggestion(nearest(known, word));
        Error::new(span, format!("unknown name `{word}`{hint}"))
    }

    /// Checks an expression; true when it is constant.
    pub(crate) fn check(&self, expression: &Expression, errors: &mut Errors) -> bool {
        match expression {
            Expression::Constant(_) => true,
            Expression::Name { name, attribute } => {
                if let Err(error) = self.meaning(name, attribute.as_ref()) {
                    errors.push(error);
                }
                false
            }
            Expression::Negated(inner) => self.check(inner, errors),
            Expression::Binary { left, operator, right } => {
                let before = errors.len();
                let constants = [self.check(left, errors), self.check(right, errors)];
                // A factor that is wrong already says nothing of its linearity.
                let known = errors.len() == before;
                if known && *operator == Operator::Times && constants == [false, false] {
                    let text = "product of two unknowns: a linear form cannot hold it; \
                                write `product(a, b)`, or `reglu(a, b)` where b is not negative";
                    errors.push(expression.place().error(text));
                }
                constants == [true, true]
            }
            Expression::Step { left, right, .. } => {
                self.check(left, errors);
                self.check(right, errors);
                false
            }
            Expression::Call { function, arguments } => {
                self.check_call(function, arguments, errors);
                false
            }
            Expression::Lookup(lookup) => {
                self.check_lookup(lookup, errors);
                if lookup.values.len() != 1 {
                    let text = "within an expression a lookup has one value; \
                                to name several, write `let [x, y] = lookup { .. };`";
                    errors.push(Error::new(lookup.span, text));
                }
                false
            }
        }
    }

    fn check_call(&self, function: &Ident, arguments: &[Argument], errors: &mut Errors) {
        let word = function.to_string();
        let Some((_, kinds)) = FUNCTIONS.iter().find(|(name, _)| *name == word) else {
            let hint = suggestion(nearest(FUNCTIONS.iter().map(|(name, _)| *name), &word));
            errors.push(Error::new(function.span(), format!("unknown function `{word}`{hint}")));
            return;
        };
        if kinds.len() != arguments.len() {
            let (expected, found) = (kinds.len(), arguments.len());
            let text = format!("`{word}`: {expected} arguments expected, {found} found");
            errors.push(Error::new(function.span(), text));
            return;
        }
        for (kind, argument) in kinds.iter().zip(arguments) {
            self.check_argument(*kind, argument, errors);
        }
    }

    fn check_argument(&self, kind: Kind, argument: &Argument, errors: &mut Errors) {
        let expected = match (kind, argument) {
            (Kind::Range, Argument::Range(..)) => return,
            (Kind::Form, Argument::Form(form)) => {
                self.check(form, errors);
                return;
            }
            (Kind::Constant, Argument::Form(form)) if is_constant(form) => return,
            (Kind::Function, Argument::Form(form)) if is_path(form) => return,
            (Kind::Form, _) => "a linear form",
            (Kind::Constant, _) => "a constant",
            (Kind::Range, _) => "a range like `0..256`",
            (Kind::Function, _) => "the path of a function",
        };
        errors.push(argument.place().error(format!("expected {expected}")));
    }

    /// Checks what several names are bound to: as many values of one lookup.
    pub(crate) fn check_bound(&self, bound: &[Ident], value: &Expression, errors: &mut Errors) {
        let number = match value {
            Expression::Lookup(lookup) => {
                self.check_lookup(lookup, errors);
                lookup.values.len()
            }
            _ => {
                self.check(value, errors);
                1
            }
        };
        if number != bound.len() {
            let text = format!("names and values differ in number: {} and {number}", bound.len());
            let ends = Place::from(bound[0].span()).to(bound[bound.len() - 1].span().into());
            errors.push(ends.error(text));
        }
    }

    fn check_lookup(&self, lookup: &Lookup, errors: &mut Errors) {
        let parts: Vec<&Expression> = match &lookup.key {
            LookupKey::Integer { key, on, query } => {
                [key, query].into_iter().chain(on.as_ref()).collect()
            }
            LookupKey::Plain { key, query } => key.iter().chain(query).collect(),
        };
        for part in parts.into_iter().chain(&lookup.values) {
            self.check(part, errors);
        }
    }
}

/// The variant of an operand's attribute. A number of 64 bits has no exact place in the residual
/// stream: it is read in halves.
fn attribute_of(wide: bool, attribute: &Ident) -> Result<&'static str, Error> {
    let word = attribute.to_string();
    let text = match (wide, word.as_str()) {
        (true, "value" | "prefix") => {
            format!("an i64 has no attribute `{word}`: read `low` and `high`")
        }
        (false, "low" | "high") => format!("an i32 has no attribute `{word}`: read `value`"),
        _ => match variant(ATTRIBUTES, &word) {
            Some(variant) => return Ok(variant),
            None => {
                let known = ATTRIBUTES.iter().map(|(word, _)| *word);
                let hint = suggestion(nearest(known, &word));
                format!("an operand has no attribute `{word}`{hint}")
            }
        },
    };
    Err(Error::new(attribute.span(), text))
}

/// Is it made of constants alone?
pub(crate) fn is_constant(expression: &Expression) -> bool {
    match expression {
        Expression::Constant(_) => true,
        Expression::Negated(inner) => is_constant(inner),
        Expression::Binary { left, right, .. } => is_constant(left) && is_constant(right),
        _ => false,
    }
}

/// Can it be the path of a Rust function?
fn is_path(expression: &Expression) -> bool {
    match expression {
        Expression::Constant(constant) => matches!(constant, syn::Expr::Path(_)),
        Expression::Name { attribute, .. } => attribute.is_none(),
        _ => false,
    }
}

fn suggestion(word: Option<&str>) -> String {
    word.map(|word| format!("; did you mean `{word}`?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;

    fn word(text: &str) -> Ident {
        Ident::new(text, Span::call_site())
    }

    fn operand(name: &str, wide: bool) -> Operand {
        Operand { name: name.to_string(), wide }
    }

    #[test]
    fn a_wide_operand_is_read_in_halves() {
        let names = Names { operands: Some(vec![operand("a", true)]), ..Names::default() };
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
            structs: BTreeSet::new(),
            operands: Some(vec![operand("a", false), operand("b", false)]),
        }
    }

    /// A function with parameters `form` and `columns: &Columns`.
    fn in_function() -> Names {
        Names {
            forms: BTreeSet::from(["form".to_string()]),
            structs: BTreeSet::from(["columns".to_string()]),
            operands: None,
        }
    }

    fn messages(names: &Names, text: &str) -> Vec<String> {
        let expression = syn::parse_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut errors = Errors::new();
        names.check(&expression, &mut errors);
        errors.iter().map(Error::to_string).collect()
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
        let (name, attribute) = (word("memory"), word("byte"));
        let meaning = in_opcode().meaning(&name, Some(&attribute)).unwrap();
        assert_eq!(meaning, Meaning::Context("MemoryByte"));
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
            ("memory.bite", "unknown name `memory.bite`; did you mean `memory.byte`?"),
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
            errors.len()
        };
        assert_eq!(number(&["x", "y"], &lookup), 0);
        assert_eq!(number(&["x"], &lookup), 1);
        assert_eq!(number(&["x"], &sum), 0);
        assert_eq!(number(&["x", "y"], &sum), 1);
    }
}
