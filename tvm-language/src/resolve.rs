//! What names mean, and the check that expressions stay linear: of the factors of a `*` at least
//! one is a constant.

mod circuit;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::{Error, Ident};

use crate::errors::Errors;
use crate::expression::{Argument, Expression, Lookup, Operator};
use crate::place::Place;
use crate::value_type::ValueType;
use crate::vocabulary::{
    ATTRIBUTES, CIRCUITS, CONTEXTS, FUNCTIONS, Kind, SIZES, nearest, parts, variant,
};

/// The names in scope.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Forms: parameters without a type, `let` names, fields already assigned.
    pub(crate) forms: BTreeSet<String>,
    /// Parameters with a type.
    pub(crate) structs: BTreeSet<String>,
    /// Operands of an opcode, the top of the stack last; `None` outside of opcodes.
    pub(crate) operands: Option<Vec<Operand>>,
    /// Functions of the family, which are in place already.
    pub(crate) functions: BTreeSet<String>,
}

/// An operand of an opcode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operand {
    /// Its name.
    pub(crate) name: String,
    /// Its type.
    pub(crate) value_type: ValueType,
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
    /// A part of so many bytes of memory: the variant.
    Memory(&'static str, i64),
}

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
            let value_type = operands[operands.len() - 1 - place].value_type;
            return attribute_of(value_type, attribute)
                .map(|variant| Meaning::Operand(place, variant));
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
        if self.operands.is_some() && parts(CIRCUITS, word).is_some() {
            let text = format!(
                "`{word}` is computed of the two operands on top of the stack: name them, \
                 `{word}(a, b)`"
            );
            return Error::new(span, text);
        }
        if self.operands.is_some() && word == "memory" {
            let text = "say where and how many bytes, as in `memory[address, 4].byte`; \
                        `memory.pages` is its size";
            return Error::new(span, text);
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
        let mut known = |meaning: Result<Meaning, Error>| {
            if let Err(error) = meaning {
                errors.push(error);
            }
            false
        };
        match expression {
            Expression::Constant(_) => true,
            Expression::Name { name, attribute } => known(self.meaning(name, attribute.as_ref())),
            Expression::Stored { name, arguments, attribute } => {
                known(self.stored(name, arguments, attribute.as_ref()))
            }
            Expression::Call { function, arguments, attribute }
                if self.is_circuit(function, arguments) =>
            {
                known(self.circuit(function, arguments, attribute.as_ref()))
            }
            Expression::Negated(inner) | Expression::Not(inner) => self.check(inner, errors),
            Expression::Binary { left, operator, right } => {
                self.check_binary(expression, (left, *operator, right), errors)
            }
            Expression::Step { left, right, .. } => {
                self.check(left, errors);
                self.check(right, errors);
                false
            }
            Expression::Call { function, arguments, attribute } => {
                self.check_call(function, arguments, attribute.as_ref(), errors);
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
            Expression::If(choice) => {
                let text = "an `if` is the whole value of an assignment in an opcode";
                errors.push(Error::new(choice.span, text));
                false
            }
        }
    }

    fn check_binary(
        &self,
        whole: &Expression,
        (left, operator, right): (&Expression, Operator, &Expression),
        errors: &mut Errors,
    ) -> bool {
        let before = errors.found();
        let constants = [self.check(left, errors), self.check(right, errors)];
        // A factor that is wrong already says nothing of its linearity.
        let known = errors.found() == before;
        if known && operator == Operator::Times && constants == [false, false] {
            let text = "product of two unknowns: a linear form cannot hold it; \
                        write `product(a, b)`, or `reglu(a, b)` where b is not negative";
            errors.push(whole.place().error(text));
        }
        constants == [true, true]
    }

    fn check_call(
        &self,
        function: &Ident,
        arguments: &[Argument],
        attribute: Option<&Ident>,
        errors: &mut Errors,
    ) {
        let word = function.to_string();
        let Some((_, kinds)) = FUNCTIONS.iter().find(|(name, _)| *name == word) else {
            errors.push(self.unknown_function(function, &word));
            return;
        };
        if let Some(attribute) = attribute {
            let text = format!("`{word}(..)` is a linear form: it has no parts");
            errors.push(Error::new(attribute.span(), text));
        }
        if kinds.len() != arguments.len() {
            let (expected, found) = (kinds.len(), arguments.len());
            let text = format!("`{word}`: {expected} arguments expected, {found} found");
            errors.push(Error::new(function.span(), text));
            return;
        }
        for (kind, argument) in kinds.iter().zip(arguments) {
            self.check_argument(*kind, argument, errors);
        }
        let distance = arguments.get(1).and_then(Argument::integer);
        if word == "recent" && distance.is_some_and(|distance| !(1..8).contains(&distance)) {
            errors.push(arguments[1].place().error("`recent` looks 1 to 7 tokens back"));
        }
    }

    fn unknown_function(&self, function: &Ident, word: &str) -> Error {
        let circuits = self.operands.iter().flat_map(|_| CIRCUITS.iter().map(|(name, _)| *name));
        let known = FUNCTIONS.iter().map(|(name, _)| *name).chain(SIZES).chain(circuits);
        let hint =
            suggestion(nearest(known.chain(self.functions.iter().map(String::as_str)), word));
        Error::new(function.span(), format!("unknown function `{word}`{hint}"))
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
        for part in lookup.parts() {
            self.check(part, errors);
        }
    }
}

/// The variant of an operand's attribute. A number of 64 bits has no exact place in the residual
/// stream: it is read in halves.
fn attribute_of(value_type: ValueType, attribute: &Ident) -> Result<&'static str, Error> {
    let word = attribute.to_string();
    let name = value_type.name();
    let text = match (value_type.words(), word.as_str()) {
        (2, "value" | "prefix") => {
            format!("an {name} has no attribute `{word}`: read `low` and `high`")
        }
        (1, "low" | "high") => format!("an {name} has no attribute `{word}`: read `value`"),
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
        Expression::Negated(inner) | Expression::Not(inner) => is_constant(inner),
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

pub(crate) fn suggestion(word: Option<&str>) -> String {
    word.map(|word| format!("; did you mean `{word}`?")).unwrap_or_default()
}
