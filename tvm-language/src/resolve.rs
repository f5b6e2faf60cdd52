//! What names mean, and the check that expressions stay linear: of the factors of a `*` at least
//! one is a constant.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::{Error, Ident};

use crate::errors::Errors;
use crate::expression::{Argument, Expression, Lookup, Operator};
use crate::place::Place;
use crate::value_type::ValueType;
use crate::vocabulary::{
    ACCESSES, ATTRIBUTES, CIRCUITS, CONTEXTS, FUNCTIONS, Kind, Parts, SIZES, STORES, nearest,
    parts, variant,
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

    /// What a part of something stored outside of the stack means.
    pub(crate) fn stored(
        &self,
        name: &Ident,
        arguments: &[Argument],
        attribute: Option<&Ident>,
    ) -> Result<Meaning, Error> {
        let known = self.store(name, arguments)?;
        let variant = part(name, known, attribute)?;
        if name == "memory" {
            let bytes = arguments.get(1).and_then(Argument::integer);
            return Ok(Meaning::Memory(variant, bytes.expect("checked")));
        }
        Ok(Meaning::Context(variant))
    }

    /// Checks what is in the brackets; gives the parts there are.
    pub(crate) fn store(&self, name: &Ident, arguments: &[Argument]) -> Result<Parts, Error> {
        let word = name.to_string();
        let known = self.operands.as_ref().and_then(|_| parts(STORES, &word));
        let Some(known) = known else {
            let words = STORES.iter().filter(|_| self.operands.is_some()).map(|(word, _)| *word);
            let hint = suggestion(nearest(words, &word));
            return Err(Error::new(
                name.span(),
                format!("nothing is stored as `{word}[..]`{hint}"),
            ));
        };
        if word == "memory" {
            self.access(name, arguments)?;
        } else if !matches!(arguments, [one] if one.value_type().is_some()) {
            let text =
                format!("`{word}` takes a type: `{word}[i32]`, `{word}[i64]` or `{word}[T]`");
            return Err(Error::new(name.span(), text));
        }
        Ok(known)
    }

    fn access(&self, name: &Ident, arguments: &[Argument]) -> Result<(), Error> {
        let [address, bytes] = arguments else {
            let text = "memory takes an address and a number of bytes: `memory[address, 4]`";
            return Err(Error::new(name.span(), text));
        };
        match self.operand(address) {
            Some(operand) if operand.value_type == ValueType::I32 => {}
            _ => {
                return Err(address.place().error("an address is an operand of type i32, by name"));
            }
        }
        match bytes.integer() {
            Some(bytes) if ACCESSES.contains(&bytes) => Ok(()),
            _ => {
                Err(bytes.place().error("an instruction accesses 1, 2, 4 or 8 bytes, or `size(T)`"))
            }
        }
    }

    /// What a circuit of two operands means.
    pub(crate) fn circuit(
        &self,
        name: &Ident,
        arguments: &[Argument],
        attribute: Option<&Ident>,
    ) -> Result<Meaning, Error> {
        let known = parts(CIRCUITS, &name.to_string()).expect("the caller knows that it is one");
        self.operands_of_circuit(name, arguments)?;
        Ok(Meaning::Context(part(name, known, attribute)?))
    }

    /// A circuit has fixed wires: to the operand on top of the stack and the one below it.
    fn operands_of_circuit(&self, name: &Ident, arguments: &[Argument]) -> Result<(), Error> {
        let operands = self.operands.as_deref().unwrap_or_default();
        let [.., below, top] = operands else {
            let text = format!("`{name}` is of two operands, and this opcode has not so many");
            return Err(Error::new(name.span(), text));
        };
        let fitting = format!("`{name}({}, {})`", below.name, top.name);
        let given: Vec<Option<&Operand>> = arguments.iter().map(|one| self.operand(one)).collect();
        if given != [Some(below), Some(top)] {
            let text = format!(
                "`{name}` is of the two operands on top of the stack, in their order: {fitting}"
            );
            return Err(Error::new(name.span(), text));
        }
        let (one, other) = (below.value_type, top.value_type);
        let divides = name.to_string().starts_with("division");
        let text = if one != other || !one.is_integer() {
            format!(
                "{fitting} is of two integers of one type, not of an {} and an {}",
                one.name(),
                other.name()
            )
        } else if divides && one != ValueType::I32 {
            format!("{fitting} is of two i32: numbers of 64 bits are divided by a routine")
        } else {
            return Ok(());
        };
        Err(Error::new(name.span(), text))
    }

    /// The operand that an argument names.
    pub(crate) fn operand(&self, argument: &Argument) -> Option<&Operand> {
        let Argument::Form(Expression::Name { name, attribute: None }) = argument else {
            return None;
        };
        self.operands.iter().flatten().find(|operand| *name == operand.name)
    }

    /// Is a call one of a circuit? `product` is also a function of two forms.
    pub(crate) fn is_circuit(&self, function: &Ident, arguments: &[Argument]) -> bool {
        self.operands.is_some()
            && parts(CIRCUITS, &function.to_string()).is_some()
            && (function != "product" || arguments.iter().any(|one| self.operand(one).is_some()))
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

/// The variant of a part of a value, or of the value itself.
fn part(name: &Ident, known: Parts, attribute: Option<&Ident>) -> Result<&'static str, Error> {
    let word = attribute.map(Ident::to_string).unwrap_or_default();
    if let Some((_, variant)) = known.iter().find(|(part, _)| *part == word) {
        return Ok(variant);
    }
    let words: Vec<&str> =
        known.iter().map(|(part, _)| *part).filter(|part| !part.is_empty()).collect();
    let Some(attribute) = attribute else {
        let text = format!("`{name}` has several parts: say which, {}", listed(&words, "or"));
        return Err(Error::new(name.span(), text));
    };
    let text = match (&words[..], nearest(words.iter().copied(), &word)) {
        (_, Some(near)) => format!("`{name}` has no part `{word}`; did you mean `{near}`?"),
        ([], None) => format!("`{name}` is one value and has no parts: leave out `.{word}`"),
        (_, None) => format!("`{name}` has no part `{word}`, but {}", listed(&words, "and")),
    };
    Err(Error::new(attribute.span(), text))
}

fn listed(words: &[&str], joint: &str) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`.{word}`")).collect();
    words.join(&format!(" {joint} "))
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

#[cfg(test)]
mod tests {
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
        let names =
            Names { operands: Some(vec![operand("a", ValueType::I64)]), ..Names::default() };
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
        use ValueType::{F32, I32, I64};
        assert_eq!(messages_of(&[I64, I64], "product(a, b)"), [""; 0]);
        assert_eq!(messages_of(&[I64, I32, I32], "order(a, b).signed"), [""; 0]);
        for (types, text, expected) in [
            (&[I64, I32][..], "order(a, b).signed", "of one type, not of an i64 and an i32"),
            (&[F32, F32], "order(a, b).signed", "of two integers"),
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
}
