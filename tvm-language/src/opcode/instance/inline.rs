//! Functions of a family in place of their calls. A function sees those above it, so none calls
//! itself. Its parameters stand for what is written where it is called: an operand, a circuit, a
//! store, what is assigned, or any expression. The names that it binds are its own.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::Span;
use syn::{Error, Ident};

use super::super::parse::{Control, Function, Statement, Target};
use super::choice;
use crate::errors::Errors;
use crate::expression::{Argument, Choice, Condition, Expression, Lookup, LookupKey};
use crate::value_type::{PARAMETER, ValueType};
use crate::vocabulary::{CIRCUITS, FUNCTIONS, SIZES, STORES, parts};

/// What names stand for where a body is read.
#[derive(Default, Clone)]
struct Scope {
    meanings: BTreeMap<String, Expression>,
    /// Put before the names that are bound in a function, which makes them its own.
    prefix: Option<String>,
    /// How many functions are declared above.
    visible: usize,
}

/// Makes plain statements of the statements of bodies.
pub(super) struct Inliner<'f> {
    functions: &'f [Function],
    used: BTreeSet<String>,
    pub(super) errors: &'f mut Errors,
    parameter: Option<ValueType>,
    calls: usize,
    plain: Vec<Statement>,
}

impl<'f> Inliner<'f> {
    /// For the functions of a family.
    pub(super) fn new(functions: &'f [Function], errors: &'f mut Errors) -> Self {
        for (index, function) in functions.iter().enumerate() {
            check_name(&functions[..index], &function.name, errors);
        }
        Inliner {
            functions,
            used: BTreeSet::new(),
            errors,
            parameter: None,
            calls: 0,
            plain: Vec::new(),
        }
    }

    /// The plain statements of a body.
    pub(super) fn body(
        &mut self,
        body: &[Statement],
        parameter: Option<ValueType>,
    ) -> Vec<Statement> {
        self.parameter = parameter;
        self.calls = 0;
        let mut scope = Scope { visible: self.functions.len(), ..Scope::default() };
        self.statements(body, &mut scope);
        std::mem::take(&mut self.plain)
    }

    /// A function that nothing calls is never checked.
    pub(super) fn report_unused(&mut self) {
        for function in self.functions {
            if !self.used.contains(&function.name.to_string()) {
                let text = format!("the function `{}` is never used", function.name);
                self.errors.push(Error::new(function.name.span(), text));
            }
        }
    }

    fn statements(&mut self, body: &[Statement], scope: &mut Scope) {
        for statement in body {
            match statement {
                Statement::Let { names, labels, value } => self.bind(names, labels, value, scope),
                Statement::Assign { target, field, value, conditions } => {
                    let target = self.target(target, scope);
                    let value = self.expression(value, scope);
                    let conditions = self.conditions(conditions, scope);
                    choice::assign(&mut self.plain, &target, field, value, conditions);
                }
                Statement::Control(control) => {
                    let arguments = self.arguments(&control.arguments, scope);
                    let conditions = self.conditions(&control.conditions, scope);
                    let control = Control { arguments, conditions, ..control.clone() };
                    self.plain.push(Statement::Control(control));
                }
                Statement::Call { function, arguments } => {
                    let arguments = self.arguments(arguments, scope);
                    if let Some((body, mut inner)) = self.call(function, arguments, scope) {
                        self.statements(&body.body, &mut inner);
                        if body.value.is_some() {
                            let text = format!("`{function}` gives a value, which is not used");
                            self.errors.push(Error::new(function.span(), text));
                        }
                    }
                }
            }
        }
    }

    /// A circuit or a store without a part has no node: its name stands for it.
    fn bind(&mut self, names: &[Ident], labels: &[String], value: &Expression, scope: &mut Scope) {
        let value = self.expression(value, scope);
        if let ([name], true) = (names, is_whole(&value)) {
            scope.meanings.insert(name.to_string(), value);
            return;
        }
        let mut bound = Vec::new();
        for name in names {
            let word = name.to_string();
            let own = match &scope.prefix {
                Some(prefix) => Ident::new(&format!("{prefix}_{word}"), name.span()),
                None => name.clone(),
            };
            let meaning = Expression::Name { name: own.clone(), attribute: None };
            match &scope.prefix {
                Some(_) => scope.meanings.insert(word, meaning),
                None => scope.meanings.remove(&word),
            };
            bound.push(own);
        }
        self.plain.push(Statement::Let { names: bound, labels: labels.to_vec(), value });
    }

    /// The function that is called, and the scope of its body.
    fn call(
        &mut self,
        function: &Ident,
        arguments: Vec<Argument>,
        scope: &Scope,
    ) -> Option<(&'f Function, Scope)> {
        let functions = self.functions;
        let Some(place) = functions.iter().position(|one| one.name == *function) else {
            let known: Vec<String> =
                functions[..scope.visible].iter().map(|one| format!("`{}`", one.name)).collect();
            let known = if known.is_empty() { "none".to_string() } else { known.join(", ") };
            let text =
                format!("no function of the family is called `{function}`: there are {known}");
            self.errors.push(Error::new(function.span(), text));
            return None;
        };
        let called = &functions[place];
        self.used.insert(function.to_string());
        let (expected, found) = (called.parameters.len(), arguments.len());
        let text = if place >= scope.visible {
            format!("`{function}` is declared below: a function can use those above it")
        } else if expected != found {
            format!("`{function}`: {expected} arguments expected, {found} found")
        } else {
            self.calls += 1;
            let mut meanings = BTreeMap::new();
            for (parameter, argument) in called.parameters.iter().zip(arguments) {
                match argument {
                    Argument::Form(form) => {
                        meanings.insert(parameter.to_string(), form);
                    }
                    Argument::Range(..) => {
                        self.errors.push(argument.place().error("a range is no argument of it"));
                    }
                }
            }
            let prefix = Some(format!("{function}_{}", self.calls));
            return Some((called, Scope { meanings, prefix, visible: place }));
        };
        self.errors.push(Error::new(function.span(), text));
        None
    }

    fn target(&mut self, target: &Target, scope: &Scope) -> Target {
        let mut target = target.clone();
        if let Some(arguments) = &target.arguments {
            target.arguments = Some(self.store_arguments(&target.name, arguments, scope));
        } else if let Some(meaning) = scope.meanings.get(&target.name.to_string()) {
            match meaning {
                Expression::Name { name, attribute: None } => target.name = name.clone(),
                Expression::Stored { name, arguments, attribute: None } => {
                    target.name = name.clone();
                    target.arguments = Some(arguments.clone());
                }
                _ => {
                    let text =
                        format!("`{}` stands for a value, which cannot be assigned", target.name);
                    self.errors.push(Error::new(target.name.span(), text));
                }
            }
        }
        if target.arguments.is_none() && target.member.is_none() && is_variable(&target.name) {
            target.arguments = Some(vec![type_argument(ValueType::I32, target.name.span())]);
        }
        target
    }

    fn conditions(&mut self, conditions: &[Condition], scope: &Scope) -> Vec<Condition> {
        let one = |condition: &Condition| match condition {
            Condition::Truth(form) => Condition::Truth(self.expression(form, scope)),
            Condition::Comparison { left, relation, right } => Condition::Comparison {
                left: self.expression(left, scope),
                relation: *relation,
                right: self.expression(right, scope),
            },
        };
        conditions.iter().map(one).collect()
    }

    fn arguments(&mut self, arguments: &[Argument], scope: &Scope) -> Vec<Argument> {
        let one = |argument: &Argument| match argument {
            Argument::Form(form) => Argument::Form(self.expression(form, scope)),
            range => range.clone(),
        };
        arguments.iter().map(one).collect()
    }

    /// The same of what is in brackets, where the type parameter can stand.
    fn store_arguments(
        &mut self,
        name: &Ident,
        arguments: &[Argument],
        scope: &Scope,
    ) -> Vec<Argument> {
        if !is_variable(name) {
            return self.arguments(arguments, scope);
        }
        let one = |argument: &Argument| match self.named_type(argument) {
            Some(known) => type_argument(known, argument.place().start()),
            None => argument.clone(),
        };
        arguments.iter().map(one).collect()
    }

    /// The type that an argument names, if it names one.
    fn named_type(&self, argument: &Argument) -> Option<ValueType> {
        match argument {
            Argument::Form(Expression::Name { name, attribute: None }) if name == PARAMETER => {
                self.parameter
            }
            other => other.value_type(),
        }
    }

    /// The plain expression.
    fn expression(&mut self, expression: &Expression, scope: &Scope) -> Expression {
        let boxed = |inliner: &mut Self, inner| Box::new(inliner.expression(inner, scope));
        match expression {
            Expression::Constant(_) => expression.clone(),
            Expression::Name { name, attribute } => self.name(name, attribute.as_ref(), scope),
            Expression::Stored { name, arguments, attribute } => Expression::Stored {
                name: name.clone(),
                arguments: self.store_arguments(name, arguments, scope),
                attribute: attribute.clone(),
            },
            Expression::Negated(inner) => Expression::Negated(boxed(self, inner)),
            Expression::Not(inner) => Expression::Not(boxed(self, inner)),
            Expression::Binary { left, operator, right } => Expression::Binary {
                left: boxed(self, left),
                operator: *operator,
                right: boxed(self, right),
            },
            Expression::Step { left, relation, right } => Expression::Step {
                left: boxed(self, left),
                relation: *relation,
                right: boxed(self, right),
            },
            Expression::Call { function, arguments, attribute } => {
                self.call_expression(function, arguments, attribute.as_ref(), scope)
            }
            Expression::Lookup(lookup) => Expression::Lookup(Box::new(self.lookup(lookup, scope))),
            Expression::If(choice) => Expression::If(Box::new(Choice {
                span: choice.span,
                conditions: self.conditions(&choice.conditions, scope),
                then: self.expression(&choice.then, scope),
                otherwise: self.expression(&choice.otherwise, scope),
            })),
        }
    }

    fn name(&mut self, name: &Ident, attribute: Option<&Ident>, scope: &Scope) -> Expression {
        let Some(meaning) = scope.meanings.get(&name.to_string()) else {
            if let (true, Some(attribute)) = (is_variable(name), attribute) {
                return Expression::Stored {
                    name: name.clone(),
                    arguments: vec![type_argument(ValueType::I32, name.span())],
                    attribute: Some(attribute.clone()),
                };
            }
            return Expression::Name { name: name.clone(), attribute: attribute.cloned() };
        };
        // What is wrong with it is wrong where it is used.
        let mut meaning = meaning.clone();
        if let Expression::Name { name: word, .. }
        | Expression::Stored { name: word, .. }
        | Expression::Call { function: word, .. } = &mut meaning
        {
            word.set_span(name.span());
        }
        let Some(attribute) = attribute else { return meaning };
        match &mut meaning {
            Expression::Name { attribute: part, .. }
            | Expression::Stored { attribute: part, .. }
            | Expression::Call { attribute: part, .. }
                if part.is_none() =>
            {
                *part = Some(attribute.clone());
            }
            _ => {
                let text = format!("`{name}` stands for a number here: it has no parts");
                self.errors.push(Error::new(name.span(), text));
            }
        }
        meaning
    }

    fn call_expression(
        &mut self,
        function: &Ident,
        arguments: &[Argument],
        attribute: Option<&Ident>,
        scope: &Scope,
    ) -> Expression {
        if SIZES.iter().any(|size| function == size) {
            return self.size(function, arguments);
        }
        let arguments = self.arguments(arguments, scope);
        if !self.functions.iter().any(|one| one.name == *function) {
            let (function, attribute) = (function.clone(), attribute.cloned());
            return Expression::Call { function, arguments, attribute };
        }
        let zero = Expression::from_integer(0, function.span());
        let Some((called, mut inner)) = self.call(function, arguments, scope) else { return zero };
        self.statements(&called.body, &mut inner);
        let text = match (&called.value, attribute) {
            (Some(value), None) => return self.expression(value, &inner),
            (Some(_), Some(_)) => format!("`{function}(..)` is a number: it has no parts"),
            (None, _) => format!("`{function}` gives no value: it is a statement"),
        };
        self.errors.push(Error::new(function.span(), text));
        zero
    }

    /// `size(T)` in bytes, `bits(T)` in bits.
    fn size(&mut self, function: &Ident, arguments: &[Argument]) -> Expression {
        let known = match arguments {
            [one] => self.named_type(one),
            _ => None,
        };
        let Some(known) = known else {
            let text = format!(
                "`{function}` is of a type: `{function}({PARAMETER})` where the opcode's name begins \
                 with its type or `for` says it, or `{function}(i32)`"
            );
            self.errors.push(Error::new(function.span(), text));
            return Expression::from_integer(4, function.span());
        };
        let unit = if function == "bits" { 8 } else { 1 };
        Expression::from_integer(unit * known.bytes(), function.span())
    }

    fn lookup(&mut self, lookup: &Lookup, scope: &Scope) -> Lookup {
        let mut plain = |form: &Expression| self.expression(form, scope);
        let key = match &lookup.key {
            LookupKey::Integer { key, on, query } => LookupKey::Integer {
                key: plain(key),
                on: on.as_ref().map(&mut plain),
                query: plain(query),
            },
            LookupKey::Plain { key: [k0, k1], query: [q0, q1] } => {
                LookupKey::Plain { key: [plain(k0), plain(k1)], query: [plain(q0), plain(q1)] }
            }
        };
        let values = lookup.values.iter().map(plain).collect();
        Lookup { span: lookup.span, key, values }
    }
}

/// A name that a function can have.
fn check_name(earlier: &[Function], name: &Ident, errors: &mut Errors) {
    let word = name.to_string();
    let taken = FUNCTIONS.iter().any(|(known, _)| *known == word)
        || parts(CIRCUITS, &word).is_some()
        || parts(STORES, &word).is_some()
        || SIZES.contains(&word.as_str());
    if taken {
        let text = format!("`{word}` is a word of the language: choose another name");
        errors.push(Error::new(name.span(), text));
    }
    if earlier.iter().any(|other| other.name == *name) {
        errors.push(Error::new(name.span(), format!("function `{word}` is declared twice")));
    }
}

fn is_variable(name: &Ident) -> bool {
    name == "local" || name == "global" || name == "argument"
}

/// A circuit or a store of which no part is taken.
fn is_whole(value: &Expression) -> bool {
    match value {
        Expression::Stored { attribute, .. } => attribute.is_none(),
        Expression::Call { function, attribute, arguments } => {
            let named = |one: &Argument| {
                matches!(one, Argument::Form(Expression::Name { attribute: None, .. }))
            };
            attribute.is_none()
                && parts(CIRCUITS, &function.to_string()).is_some()
                && arguments.iter().all(named)
        }
        _ => false,
    }
}

fn type_argument(value_type: ValueType, span: Span) -> Argument {
    let name = Ident::new(value_type.name(), span);
    Argument::Form(Expression::Name { name, attribute: None })
}
