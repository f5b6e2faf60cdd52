//! What names mean, and the check that expressions stay linear: of the factors of a `*` at least
//! one is a constant.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::{Error, Ident};

use crate::expression::{Argument, Expression, Lookup, LookupKey, Operator};
use crate::vocabulary::{ATTRIBUTES, CONTEXTS, FUNCTIONS, nearest, variant};

/// The names in scope.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Forms: parameters without a type, `let` names, fields already assigned.
    pub(crate) forms: BTreeSet<String>,
    /// Parameters with a type.
    pub(crate) structs: BTreeSet<String>,
    /// Operands of an opcode, the top of the stack last; `None` outside of opcodes.
    pub(crate) operands: Option<Vec<String>>,
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
        if let Some(operands) = &self.operands {
            if operands.iter().any(|operand| operand == word) {
                let text = format!("`{word}` is an operand: say which part, as in `{word}.byte`");
                return Err(Error::new(name.span(), text));
            }
            if let Some(context) = variant(CONTEXTS, word) {
                return Ok(Meaning::Context(context));
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
            return Err(self.unknown(name.span(), word));
        };
        if let Some(place) = operands.iter().rev().position(|operand| operand == word) {
            let attribute_word = attribute.to_string();
            return variant(ATTRIBUTES, &attribute_word)
                .map(|variant| Meaning::Operand(place, variant))
                .ok_or_else(|| {
                    let known = ATTRIBUTES.iter().map(|(word, _)| *word);
                    let hint = suggestion(nearest(known, &attribute_word));
                    let text = format!("an operand has no attribute `{attribute_word}`{hint}");
                    Error::new(attribute.span(), text)
                });
        }
        variant(CONTEXTS, &whole)
            .map(Meaning::Context)
            .ok_or_else(|| self.unknown(name.span(), &whole))
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
                let constants = [self.check(left, errors), self.check(right, errors)];
                if *operator == Operator::Times && constants == [false, false] {
                    let text = "product of two unknowns: a linear form cannot hold it; \
                                write `product(a, b)`, or `reglu(a, b)` where b is not negative";
                    errors.push(Error::new(expression.span(), text));
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
                false
            }
        }
    }

    fn check_call(&self, function: &Ident, arguments: &[Argument], errors: &mut Errors) {
        let word = function.to_string();
        match FUNCTIONS.iter().find(|(name, _)| *name == word) {
            None => {
                let hint = suggestion(nearest(FUNCTIONS.iter().map(|(name, _)| *name), &word));
                errors
                    .push(Error::new(function.span(), format!("unknown function `{word}`{hint}")));
            }
            Some((_, number)) if *number != arguments.len() => {
                let text = format!("`{word}` takes {number} arguments, not {}", arguments.len());
                errors.push(Error::new(function.span(), text));
            }
            Some(_) => {}
        }
        for argument in arguments {
            if let Argument::Form(form) = argument {
                self.check(form, errors);
            }
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

fn suggestion(word: Option<&str>) -> String {
    word.map(|word| format!("; did you mean `{word}`?")).unwrap_or_default()
}
