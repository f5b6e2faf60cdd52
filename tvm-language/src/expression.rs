//! The expressions of both macros: linear forms over names, and the functions that make nodes. How
//! they are written is in [`parse`].

mod parse;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Ident, Lit, LitInt};

use crate::place::Place;
use crate::value_type::ValueType;
pub(crate) use parse::{arguments, bracketed_arguments, conditions};

/// An expression as it is written.
#[derive(Debug, Clone)]
pub(crate) enum Expression {
    /// An integer, or the path of a Rust constant (its last segment in upper case).
    Constant(syn::Expr),
    /// A name, with an attribute or without.
    Name { name: Ident, attribute: Option<Ident> },
    /// `memory[address, 4]` and the like, with an attribute or without.
    Stored { name: Ident, arguments: Vec<Argument>, attribute: Option<Ident> },
    /// `-x`.
    Negated(Box<Expression>),
    /// `not x`: 1 - x.
    Not(Box<Expression>),
    /// `x + y`, `x - y`, `x * y`.
    Binary { left: Box<Expression>, operator: Operator, right: Box<Expression> },
    /// `step(x >= y)` and its relatives: 1 where the comparison holds, else 0.
    Step { left: Box<Expression>, relation: Relation, right: Box<Expression> },
    /// A function of forms, or a circuit of operands and perhaps a part of its value.
    Call { function: Ident, arguments: Vec<Argument>, attribute: Option<Ident> },
    /// `lookup { .. }`.
    Lookup(Box<Lookup>),
    /// `if condition { x } else { y }`, the value of an assignment.
    If(Box<Choice>),
}

/// A value that depends on conditions.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) span: Span,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) then: Expression,
    pub(crate) otherwise: Expression,
}

/// `+`, `-` or `*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Plus,
    Minus,
    Times,
}

/// How the sides of a `step` or of a condition compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    AtLeast,
    Greater,
    AtMost,
    Less,
    /// Of conditions only.
    Equal,
    /// Of conditions only.
    Different,
}

/// A condition after `when` or `if`.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    /// A form that is 0 or 1.
    Truth(Expression),
    /// A comparison of small numbers, which takes no slot.
    Comparison { left: Expression, relation: Relation, right: Expression },
}

/// An argument of a function.
#[derive(Debug, Clone)]
pub(crate) enum Argument {
    /// A form.
    Form(Expression),
    /// `from..to`, both constant.
    Range(syn::Expr, syn::Expr),
}

/// A lookup: attention of the current position to all positions.
#[derive(Debug, Clone)]
pub(crate) struct Lookup {
    pub(crate) span: Span,
    pub(crate) key: LookupKey,
    pub(crate) values: Vec<Expression>,
}

/// How a lookup matches.
#[derive(Debug, Clone)]
pub(crate) enum LookupKey {
    /// By an integer, switched on by a condition.
    Integer { key: Expression, on: Option<Expression>, query: Expression },
    /// By a pair as it is.
    Plain { key: [Expression; 2], query: [Expression; 2] },
}

impl Expression {
    /// Where it is written; of a call or a lookup, its first word.
    pub(crate) fn place(&self) -> Place {
        match self {
            Expression::Constant(constant) => constant.span().into(),
            Expression::Name { name, attribute } => {
                let last = attribute.as_ref().unwrap_or(name);
                Place::from(name.span()).to(last.span().into())
            }
            Expression::Negated(inner) | Expression::Not(inner) => inner.place(),
            Expression::Binary { left, right, .. } | Expression::Step { left, right, .. } => {
                left.place().to(right.place())
            }
            Expression::Call { function: name, attribute, .. }
            | Expression::Stored { name, attribute, .. } => {
                let last = attribute.as_ref().unwrap_or(name);
                Place::from(name.span()).to(last.span().into())
            }
            Expression::Lookup(lookup) => lookup.span.into(),
            Expression::If(choice) => choice.span.into(),
        }
    }

    /// The expressions in it.
    pub(crate) fn parts(&self) -> Vec<&Expression> {
        match self {
            Expression::Constant(_) | Expression::Name { .. } => Vec::new(),
            Expression::Negated(inner) | Expression::Not(inner) => vec![inner],
            Expression::Binary { left, right, .. } | Expression::Step { left, right, .. } => {
                vec![left, right]
            }
            Expression::Stored { arguments, .. } | Expression::Call { arguments, .. } => {
                arguments.iter().filter_map(Argument::form).collect()
            }
            Expression::Lookup(lookup) => lookup.parts(),
            Expression::If(choice) => {
                let conditions = choice.conditions.iter().flat_map(Condition::parts);
                conditions.chain([&choice.then, &choice.otherwise]).collect()
            }
        }
    }

    /// Is it the index of the byte that is next?
    pub(crate) fn is_index(&self) -> bool {
        matches!(self, Expression::Name { name, attribute: None } if name == "index")
    }

    /// The integer that it is, if it is one as it stands.
    pub(crate) fn integer(&self) -> Option<i64> {
        match self {
            Expression::Constant(syn::Expr::Lit(literal)) => match &literal.lit {
                Lit::Int(number) => number.base10_parse().ok(),
                _ => None,
            },
            Expression::Negated(inner) => Some(-inner.integer()?),
            Expression::Binary { left, operator, right } => {
                let (left, right) = (left.integer()?, right.integer()?);
                match operator {
                    Operator::Plus => left.checked_add(right),
                    Operator::Minus => left.checked_sub(right),
                    Operator::Times => left.checked_mul(right),
                }
            }
            _ => None,
        }
    }

    /// An integer as an expression.
    pub(crate) fn from_integer(number: i64, span: Span) -> Expression {
        let literal = LitInt::new(&number.unsigned_abs().to_string(), span);
        let magnitude = Expression::Constant(syn::Expr::Lit(syn::ExprLit {
            attrs: Vec::new(),
            lit: Lit::Int(literal),
        }));
        if number < 0 { Expression::Negated(Box::new(magnitude)) } else { magnitude }
    }
}

impl Condition {
    /// Where it is written.
    pub(crate) fn place(&self) -> Place {
        match self {
            Condition::Truth(form) => form.place(),
            Condition::Comparison { left, right, .. } => left.place().to(right.place()),
        }
    }

    /// The expressions in it.
    pub(crate) fn parts(&self) -> Vec<&Expression> {
        match self {
            Condition::Truth(form) => vec![form],
            Condition::Comparison { left, right, .. } => vec![left, right],
        }
    }
}

impl Lookup {
    /// The expressions in it.
    pub(crate) fn parts(&self) -> Vec<&Expression> {
        let key: Vec<&Expression> = match &self.key {
            LookupKey::Integer { key, on, query } => {
                [key, query].into_iter().chain(on.as_ref()).collect()
            }
            LookupKey::Plain { key, query } => key.iter().chain(query).collect(),
        };
        key.into_iter().chain(&self.values).collect()
    }
}

impl Argument {
    /// The form that it is, if it is one.
    pub(crate) fn form(&self) -> Option<&Expression> {
        match self {
            Argument::Form(form) => Some(form),
            Argument::Range(..) => None,
        }
    }

    /// As it is written, if it is a name or an integer.
    pub(crate) fn text(&self) -> String {
        match self {
            Argument::Form(Expression::Name { name, attribute: None }) => name.to_string(),
            other => other.integer().map_or("..".to_string(), |number| number.to_string()),
        }
    }

    /// The integer that it is, if it is one as it stands.
    pub(crate) fn integer(&self) -> Option<i64> {
        match self {
            Argument::Form(form) => form.integer(),
            Argument::Range(..) => None,
        }
    }

    /// The type that it names, if it names one.
    pub(crate) fn value_type(&self) -> Option<ValueType> {
        match self {
            Argument::Form(Expression::Name { name, attribute: None }) => {
                ValueType::named(&name.to_string())
            }
            _ => None,
        }
    }

    /// Where it is written.
    pub(crate) fn place(&self) -> Place {
        match self {
            Argument::Form(form) => form.place(),
            Argument::Range(from, to) => Place::from(from.span()).to(to.span().into()),
        }
    }
}
