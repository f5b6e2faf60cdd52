//! The expressions of both macros: linear forms over names, and the functions that make nodes.

use crate::place::Place;
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Ident, LitInt, Token, braced, bracketed, parenthesized};

/// An expression as it is written.
#[derive(Debug)]
pub(crate) enum Expression {
    /// An integer, or the path of a Rust constant (its last segment in upper case).
    Constant(syn::Expr),
    /// A name, with an attribute or without.
    Name { name: Ident, attribute: Option<Ident> },
    /// `-x`.
    Negated(Box<Expression>),
    /// `x + y`, `x - y`, `x * y`.
    Binary { left: Box<Expression>, operator: Operator, right: Box<Expression> },
    /// `step(x >= y)` and its relatives: 1 where the comparison holds, else 0.
    Step { left: Box<Expression>, relation: Relation, right: Box<Expression> },
    /// A function of forms.
    Call { function: Ident, arguments: Vec<Argument> },
    /// `lookup { .. }`.
    Lookup(Box<Lookup>),
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
}

/// A condition after `when`.
#[derive(Debug)]
pub(crate) enum Condition {
    /// A form that is 0 or 1.
    Truth(Expression),
    /// A comparison of small numbers, which takes no slot.
    Comparison { left: Expression, relation: Relation, right: Expression },
}

/// An argument of a function.
#[derive(Debug)]
pub(crate) enum Argument {
    /// A form.
    Form(Expression),
    /// `from..to`, both constant.
    Range(syn::Expr, syn::Expr),
}

/// A lookup: attention of the current position to all positions.
#[derive(Debug)]
pub(crate) struct Lookup {
    pub(crate) span: Span,
    pub(crate) key: LookupKey,
    pub(crate) values: Vec<Expression>,
}

/// How a lookup matches.
#[derive(Debug)]
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
            Expression::Negated(inner) => inner.place(),
            Expression::Binary { left, right, .. } | Expression::Step { left, right, .. } => {
                left.place().to(right.place())
            }
            Expression::Call { function, .. } => function.span().into(),
            Expression::Lookup(lookup) => lookup.span.into(),
        }
    }
}

impl Parse for Expression {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let mut left = product(input)?;
        loop {
            let operator = if input.parse::<Option<Token![+]>>()?.is_some() {
                Operator::Plus
            } else if input.parse::<Option<Token![-]>>()?.is_some() {
                Operator::Minus
            } else {
                return Ok(left);
            };
            let right = Box::new(product(input)?);
            left = Expression::Binary { left: Box::new(left), operator, right };
        }
    }
}

fn product(input: ParseStream) -> syn::Result<Expression> {
    let mut left = factor(input)?;
    while input.parse::<Option<Token![*]>>()?.is_some() {
        let right = Box::new(factor(input)?);
        left = Expression::Binary { left: Box::new(left), operator: Operator::Times, right };
    }
    Ok(left)
}

fn factor(input: ParseStream) -> syn::Result<Expression> {
    if input.parse::<Option<Token![-]>>()?.is_some() {
        return Ok(Expression::Negated(Box::new(factor(input)?)));
    }
    if input.peek(LitInt) {
        return Ok(Expression::Constant(syn::Expr::Lit(input.parse()?)));
    }
    if input.peek(syn::token::Paren) {
        let inner;
        parenthesized!(inner in input);
        let expression = inner.parse()?;
        expect_end(&inner)?;
        return Ok(expression);
    }
    if !input.peek(Ident::peek_any) {
        return Err(input.error("expected a number, a name, a function or `(`"));
    }
    if is_constant_path(input) {
        return Ok(Expression::Constant(syn::Expr::Path(input.parse()?)));
    }
    named(input)
}

/// A path whose last segment is in upper case.
fn is_constant_path(input: ParseStream) -> bool {
    let ahead = input.fork();
    let Ok(path) = syn::Path::parse_mod_style(&ahead) else { return false };
    let last = path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
    last.len() > 1 && !last.contains(|c: char| c.is_lowercase())
}

fn named(input: ParseStream) -> syn::Result<Expression> {
    let name = input.call(Ident::parse_any)?;
    if name == "lookup" && input.peek(syn::token::Brace) {
        return lookup(name.span(), input);
    }
    if input.peek(syn::token::Paren) {
        return call(name, input);
    }
    let attribute = match input.parse::<Option<Token![.]>>()? {
        Some(_) => Some(input.call(Ident::parse_any)?),
        None => None,
    };
    Ok(Expression::Name { name, attribute })
}

fn call(function: Ident, input: ParseStream) -> syn::Result<Expression> {
    let inner;
    parenthesized!(inner in input);
    if function == "step" {
        return step(&inner);
    }
    let arguments = Punctuated::<Argument, Token![,]>::parse_terminated(&inner)?;
    Ok(Expression::Call { function, arguments: arguments.into_iter().collect() })
}

fn step(inner: ParseStream) -> syn::Result<Expression> {
    let left = Box::new(inner.parse()?);
    let Some(relation) = relation(inner)? else {
        return Err(inner.error("a step compares: write `step(x >= y)`, with >=, >, <= or <"));
    };
    let right = Box::new(inner.parse()?);
    expect_end(inner)?;
    Ok(Expression::Step { left, relation, right })
}

fn relation(input: ParseStream) -> syn::Result<Option<Relation>> {
    Ok(if input.parse::<Option<Token![>=]>>()?.is_some() {
        Some(Relation::AtLeast)
    } else if input.parse::<Option<Token![<=]>>()?.is_some() {
        Some(Relation::AtMost)
    } else if input.parse::<Option<Token![>]>>()?.is_some() {
        Some(Relation::Greater)
    } else if input.parse::<Option<Token![<]>>()?.is_some() {
        Some(Relation::Less)
    } else {
        None
    })
}

impl Condition {
    /// The expressions in it.
    pub(crate) fn parts(&self) -> Vec<&Expression> {
        match self {
            Condition::Truth(form) => vec![form],
            Condition::Comparison { left, right, .. } => vec![left, right],
        }
    }
}

impl Parse for Condition {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let left = input.parse()?;
        let relation = match input.parse::<Option<Token![==]>>()? {
            Some(_) => Some(Relation::Equal),
            None => relation(input)?,
        };
        Ok(match relation {
            Some(relation) => Condition::Comparison { left, relation, right: input.parse()? },
            None => Condition::Truth(left),
        })
    }
}

impl Argument {
    /// Where it is written.
    pub(crate) fn place(&self) -> Place {
        match self {
            Argument::Form(form) => form.place(),
            Argument::Range(from, to) => Place::from(from.span()).to(to.span().into()),
        }
    }
}

impl Parse for Argument {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let ahead = input.fork();
        if let Ok(syn::Expr::Range(range)) = ahead.parse::<syn::Expr>() {
            let (Some(from), Some(to)) = (range.start, range.end) else {
                return Err(input.error("a range needs both ends"));
            };
            input.parse::<syn::Expr>()?;
            return Ok(Argument::Range(*from, *to));
        }
        if ahead_is_path(input) {
            return Ok(Argument::Form(Expression::Constant(syn::Expr::Path(input.parse()?))));
        }
        Ok(Argument::Form(input.parse()?))
    }
}

/// A path of several segments: a Rust function.
fn ahead_is_path(input: ParseStream) -> bool {
    let ahead = input.fork();
    syn::Path::parse_mod_style(&ahead).is_ok_and(|path| path.segments.len() > 1)
}

fn lookup(span: Span, input: ParseStream) -> syn::Result<Expression> {
    let inner;
    braced!(inner in input);
    label(&inner, "key")?;
    let pair_ahead = inner.peek(syn::token::Paren) && is_pair(&inner);
    let key = if pair_ahead {
        let key = pair(&inner)?;
        inner.parse::<Token![,]>()?;
        label(&inner, "query")?;
        LookupKey::Plain { key, query: pair(&inner)? }
    } else {
        let key = inner.parse()?;
        let on = when(&inner)?.map(|_| inner.parse()).transpose()?;
        inner.parse::<Token![,]>()?;
        label(&inner, "query")?;
        LookupKey::Integer { key, on, query: inner.parse()? }
    };
    inner.parse::<Token![,]>()?;
    label(&inner, "values")?;
    let list;
    bracketed!(list in inner);
    let values = Punctuated::<Expression, Token![,]>::parse_terminated(&list)?;
    inner.parse::<Option<Token![,]>>()?;
    expect_end(&inner)?;
    let values = values.into_iter().collect();
    Ok(Expression::Lookup(Box::new(Lookup { span, key, values })))
}

fn label(input: ParseStream, expected: &str) -> syn::Result<()> {
    let name = input.call(Ident::parse_any)?;
    if name != expected {
        return Err(syn::Error::new(name.span(), format!("expected `{expected}:`")));
    }
    input.parse::<Token![:]>().map(|_| ())
}

fn is_pair(input: ParseStream) -> bool {
    pair(&input.fork()).is_ok()
}

fn pair(input: ParseStream) -> syn::Result<[Expression; 2]> {
    let inner;
    parenthesized!(inner in input);
    let first = inner.parse()?;
    inner.parse::<Token![,]>()?;
    let second = inner.parse()?;
    expect_end(&inner)?;
    Ok([first, second])
}

/// The word `when`, if it is next.
pub(crate) fn when(input: ParseStream) -> syn::Result<Option<Ident>> {
    let ahead = input.fork();
    match ahead.call(Ident::parse_any) {
        Ok(word) if word == "when" => Ok(Some(input.call(Ident::parse_any)?)),
        _ => Ok(None),
    }
}

/// Conditions after `when`, joined by `&&`.
pub(crate) fn conditions(input: ParseStream) -> syn::Result<Vec<Condition>> {
    if when(input)?.is_none() {
        return Ok(Vec::new());
    }
    let mut conditions = vec![input.parse()?];
    while input.parse::<Option<Token![&&]>>()?.is_some() {
        conditions.push(input.parse()?);
    }
    Ok(conditions)
}

fn expect_end(input: ParseStream) -> syn::Result<()> {
    if input.is_empty() { Ok(()) } else { Err(input.error("unexpected here")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Expression {
        syn::parse_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    /// The expression with every pair of operands in parentheses.
    fn grouped(expression: &Expression) -> String {
        match expression {
            Expression::Constant(constant) => quote::quote!(#constant).to_string().replace(' ', ""),
            Expression::Name { name, attribute: None } => name.to_string(),
            Expression::Name { name, attribute: Some(attribute) } => format!("{name}.{attribute}"),
            Expression::Negated(inner) => format!("(-{})", grouped(inner)),
            Expression::Binary { left, operator, right } => {
                let sign = match operator {
                    Operator::Plus => '+',
                    Operator::Minus => '-',
                    Operator::Times => '*',
                };
                format!("({} {sign} {})", grouped(left), grouped(right))
            }
            other => panic!("no arithmetic: {other:?}"),
        }
    }

    #[test]
    fn arithmetic_groups_as_in_rust() {
        for (text, expected) in [
            ("a - b - c", "((a - b) - c)"),
            ("a + 2 * b", "(a + (2 * b))"),
            ("2 * 3 * b", "((2 * 3) * b)"),
            ("-a * 2", "((-a) * 2)"),
            ("a - -b", "(a - (-b))"),
            ("(a - b) * 4", "((a - b) * 4)"),
            ("a.byte + self::limits::BYTE", "(a.byte + self::limits::BYTE)"),
        ] {
            assert_eq!(grouped(&parsed(text)), expected, "{text}");
        }
    }

    #[test]
    fn upper_case_is_constant() {
        assert!(matches!(parsed("BYTE"), Expression::Constant(_)));
        assert!(matches!(parsed("limits::BYTE_2"), Expression::Constant(_)));
        assert!(matches!(parsed("byte"), Expression::Name { .. }));
        // One letter is too little to tell a constant by.
        assert!(matches!(parsed("X"), Expression::Name { .. }));
    }

    #[test]
    fn a_step_compares() {
        for (text, expected) in [
            ("step(x >= 1)", Relation::AtLeast),
            ("step(x > 1)", Relation::Greater),
            ("step(x <= 1)", Relation::AtMost),
            ("step(x < 1)", Relation::Less),
        ] {
            let Expression::Step { relation, .. } = parsed(text) else { panic!("{text}") };
            assert_eq!(relation, expected, "{text}");
        }
        let error = syn::parse_str::<Expression>("step(x)").expect_err("nothing is compared");
        assert!(error.to_string().contains("a step compares"), "{error}");
    }

    #[test]
    fn arguments_are_forms_ranges_or_paths() {
        let Expression::Call { function, arguments } = parsed("table(x - 1, -64..320, bits::fill)")
        else {
            panic!("a call")
        };
        assert_eq!(function, "table");
        assert!(matches!(
            &arguments[..],
            [
                Argument::Form(Expression::Binary { .. }),
                Argument::Range(..),
                Argument::Form(Expression::Constant(syn::Expr::Path(_))),
            ]
        ));
    }

    #[test]
    fn lookups_match_integers_or_pairs() {
        let key = |text: &str| match parsed(text) {
            Expression::Lookup(lookup) => lookup.key,
            other => panic!("{other:?}"),
        };
        assert!(matches!(
            key("lookup { key: k, query: q, values: [v] }"),
            LookupKey::Integer { on: None, .. }
        ));
        assert!(matches!(
            key("lookup { key: (k + 1) * 2 when on, query: q, values: [v], }"),
            LookupKey::Integer { on: Some(_), .. }
        ));
        assert!(matches!(
            key("lookup { key: (k, 1), query: (q, r), values: [v] }"),
            LookupKey::Plain { .. }
        ));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for text in [
            "",
            "a +",
            "(a",
            "(a b)",
            "\"a\"",
            "a.",
            "table(x, 0.., f)",
            "lookup { query: q, key: k, values: [v] }",
            "lookup { key: k, query: q, values: [v] more }",
        ] {
            assert!(syn::parse_str::<Expression>(text).is_err(), "{text}");
        }
    }
}
