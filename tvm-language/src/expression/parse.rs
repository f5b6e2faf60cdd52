//! The text of expressions.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, LitInt, Token, braced, bracketed, parenthesized};

use super::{Argument, Choice, Condition, Expression, Lookup, LookupKey, Operator, Relation};

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
    if input.peek(Token![if]) {
        return Ok(Expression::If(Box::new(input.parse()?)));
    }
    if is_not(input) {
        input.call(Ident::parse_any)?;
        return Ok(Expression::Not(Box::new(factor(input)?)));
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

/// The word `not` before something that it can negate.
fn is_not(input: ParseStream) -> bool {
    let ahead = input.fork();
    ahead.call(Ident::parse_any).is_ok_and(|word| word == "not")
        && (ahead.peek(Ident::peek_any) || ahead.peek(syn::token::Paren) || ahead.peek(LitInt))
}

impl Parse for Choice {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let span = input.parse::<Token![if]>()?.span;
        let conditions = conjunction(input)?;
        let then = braced_expression(input)?;
        if input.parse::<Option<Token![else]>>()?.is_none() {
            return Err(input.error("an `if` is a value: it needs an `else { .. }`"));
        }
        let otherwise = if input.peek(Token![if]) {
            Expression::If(Box::new(input.parse()?))
        } else {
            braced_expression(input)?
        };
        Ok(Choice { span, conditions, then, otherwise })
    }
}

fn braced_expression(input: ParseStream) -> syn::Result<Expression> {
    let inner;
    braced!(inner in input);
    let expression = inner.parse()?;
    expect_end(&inner)?;
    Ok(expression)
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
    if input.peek(syn::token::Bracket) {
        let arguments = bracketed_arguments(input)?;
        return Ok(Expression::Stored { name, arguments, attribute: attribute(input)? });
    }
    Ok(Expression::Name { name, attribute: attribute(input)? })
}

/// `.attribute`, if it is next.
fn attribute(input: ParseStream) -> syn::Result<Option<Ident>> {
    match input.parse::<Option<Token![.]>>()? {
        Some(_) => Ok(Some(input.call(Ident::parse_any)?)),
        None => Ok(None),
    }
}

/// Arguments in brackets.
pub(crate) fn bracketed_arguments(input: ParseStream) -> syn::Result<Vec<Argument>> {
    let inner;
    bracketed!(inner in input);
    Ok(Punctuated::<Argument, Token![,]>::parse_terminated(&inner)?.into_iter().collect())
}

/// Arguments in parentheses.
pub(crate) fn arguments(input: ParseStream) -> syn::Result<Vec<Argument>> {
    let inner;
    parenthesized!(inner in input);
    Ok(Punctuated::<Argument, Token![,]>::parse_terminated(&inner)?.into_iter().collect())
}

fn call(function: Ident, input: ParseStream) -> syn::Result<Expression> {
    if function == "step" {
        let inner;
        parenthesized!(inner in input);
        return step(&inner);
    }
    let arguments = arguments(input)?;
    Ok(Expression::Call { function, arguments, attribute: attribute(input)? })
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

impl Parse for Condition {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let left = input.parse()?;
        let relation = if input.parse::<Option<Token![==]>>()?.is_some() {
            Some(Relation::Equal)
        } else if input.parse::<Option<Token![!=]>>()?.is_some() {
            Some(Relation::Different)
        } else {
            relation(input)?
        };
        Ok(match relation {
            Some(relation) => Condition::Comparison { left, relation, right: input.parse()? },
            None => Condition::Truth(left),
        })
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
    if when(input)?.is_none() { Ok(Vec::new()) } else { conjunction(input) }
}

/// Conditions joined by `&&`.
fn conjunction(input: ParseStream) -> syn::Result<Vec<Condition>> {
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
        let Expression::Call { function, arguments, .. } =
            parsed("table(x - 1, -64..320, bits::fill)")
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
    fn values_have_parts() {
        assert!(matches!(
            parsed("memory[address, 4].byte"),
            Expression::Stored { attribute: Some(_), .. }
        ));
        assert!(matches!(parsed("product(a, b)"), Expression::Call { attribute: None, .. }));
        assert!(matches!(
            parsed("order(a, b).signed"),
            Expression::Call { attribute: Some(_), .. }
        ));
    }

    #[test]
    fn not_negates_a_factor_and_is_a_name_otherwise() {
        assert!(matches!(parsed("not x.nonzero"), Expression::Not(_)));
        assert!(matches!(parsed("not x + 1"), Expression::Binary { .. }));
        assert!(matches!(parsed("not + 1"), Expression::Binary { .. }));
    }

    #[test]
    fn an_if_needs_an_else() {
        let Expression::If(choice) = parsed("if x >= 1 && y { x } else if z { 1 } else { 0 }")
        else {
            panic!("a choice")
        };
        assert_eq!(choice.conditions.len(), 2);
        assert!(matches!(choice.otherwise, Expression::If(_)));
        let error = syn::parse_str::<Expression>("if x { 1 }").expect_err("no else");
        assert!(error.to_string().contains("needs an `else"), "{error}");
    }

    #[test]
    fn constants_can_be_computed() {
        assert_eq!(parsed("2 * (3 - 1) - -1").integer(), Some(5));
        assert_eq!(parsed("LIMIT + 1").integer(), None);
        assert_eq!(Expression::from_integer(-7, Span::call_site()).integer(), Some(-7));
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
            "memory[address, 4",
            "table(x, 0.., f)",
            "lookup { query: q, key: k, values: [v] }",
            "lookup { key: k, query: q, values: [v] more }",
        ] {
            assert!(syn::parse_str::<Expression>(text).is_err(), "{text}");
        }
    }
}
