//! The text of a family of opcodes.

use proc_macro2::{Group, Span};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Expr, Ident, Lit, LitInt, Meta, Token, Visibility, braced, bracketed};

use crate::expression::{Condition, Expression, conditions};
use crate::graph::let_names;
use crate::place::Place;
use crate::vocabulary::{CONTROLS, variant};

/// A family: what becomes one Rust constant.
pub(super) struct Family {
    pub(super) constant: Constant,
    pub(super) opcodes: Vec<Opcode>,
}

/// What is written before the opcodes of a family.
pub(super) struct Constant {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) name: Ident,
}

/// A family whose opcodes could not be read.
pub(super) struct Unreadable(pub(super) Constant);

/// One opcode.
pub(super) struct Opcode {
    pub(super) documentation: String,
    pub(super) mnemonic: String,
    pub(super) place: Place,
    pub(super) code: u8,
    pub(super) code_span: Span,
    pub(super) pops: Vec<StackValue>,
    pub(super) pushes: Vec<StackValue>,
    pub(super) body: Vec<Statement>,
}

/// A value of a stack type: `a`, which is an i32, or `a: i64`.
pub(super) struct StackValue {
    pub(super) name: Ident,
    pub(super) wide: bool,
}

/// A statement of a body.
pub(super) enum Statement {
    /// `let name = expression;`
    Let { names: Vec<Ident>, value: Expression },
    /// `target.field = expression when condition && condition;`
    Assign { target: Ident, field: Ident, value: Expression, conditions: Vec<Condition> },
    /// `jump when condition;`, `trap kind;` and the like.
    Control { word: Ident, kind: Option<Ident>, conditions: Vec<Condition> },
}

impl Parse for Family {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let constant = input.parse()?;
        let body;
        braced!(body in input);
        let mut opcodes = Vec::new();
        while !body.is_empty() {
            opcodes.push(body.parse()?);
        }
        Ok(Family { constant, opcodes })
    }
}

impl Parse for Constant {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        Ok(Constant { attributes, visibility: input.parse()?, name: input.parse()? })
    }
}

impl Parse for Unreadable {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let constant = input.parse()?;
        input.parse::<Group>()?;
        Ok(Unreadable(constant))
    }
}

impl Parse for Opcode {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let documentation = documentation(&input.call(Attribute::parse_outer)?);
        let (mnemonic, place) = mnemonic(input)?;
        input.parse::<Token![=]>()?;
        let code: LitInt = input.parse()?;
        input.parse::<Token![:]>()?;
        let pops = stack(input)?;
        input.parse::<Token![->]>()?;
        let pushes = stack(input)?;
        let text;
        braced!(text in input);
        let mut body = Vec::new();
        while !text.is_empty() {
            body.push(text.parse()?);
        }
        let (code, code_span) = (code.base10_parse()?, code.span());
        Ok(Opcode { documentation, mnemonic, place, code, code_span, pops, pushes, body })
    }
}

impl Parse for Statement {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if input.parse::<Option<Token![let]>>()?.is_some() {
            let names = let_names(input)?;
            input.parse::<Token![=]>()?;
            let value = input.parse()?;
            input.parse::<Token![;]>()?;
            return Ok(Statement::Let { names, value });
        }
        let word = input.call(Ident::parse_any)?;
        let statement = match input.parse::<Option<Token![.]>>()? {
            Some(_) => assignment(word, input)?,
            None => control(word, input)?,
        };
        input.parse::<Token![;]>()?;
        Ok(statement)
    }
}

fn assignment(target: Ident, input: ParseStream) -> syn::Result<Statement> {
    let field = input.call(Ident::parse_any)?;
    input.parse::<Token![=]>()?;
    let value = input.parse()?;
    Ok(Statement::Assign { target, field, value, conditions: conditions(input)? })
}

fn control(word: Ident, input: ParseStream) -> syn::Result<Statement> {
    if variant(CONTROLS, &word.to_string()).is_none() {
        let known: Vec<&str> = CONTROLS.iter().map(|(word, _)| *word).collect();
        let text = format!(
            "expected `let`, an assignment like `result.byte = ..`, or one of {}",
            known.join(", ")
        );
        return Err(syn::Error::new(word.span(), text));
    }
    let kind = if word == "trap" { Some(input.call(Ident::parse_any)?) } else { None };
    Ok(Statement::Control { word, kind, conditions: conditions(input)? })
}

fn mnemonic(input: ParseStream) -> syn::Result<(String, Place)> {
    let first = input.call(Ident::parse_any)?;
    let (mut text, mut place) = (first.to_string(), Place::from(first.span()));
    while input.parse::<Option<Token![.]>>()?.is_some() {
        let part = input.call(Ident::parse_any)?;
        text = format!("{text}.{part}");
        place = place.to(part.span().into());
    }
    Ok((text, place))
}

fn stack(input: ParseStream) -> syn::Result<Vec<StackValue>> {
    let list;
    bracketed!(list in input);
    let mut values = Vec::new();
    while !list.is_empty() {
        values.push(list.parse()?);
    }
    Ok(values)
}

impl Parse for StackValue {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let name = input.parse()?;
        if input.parse::<Option<Token![:]>>()?.is_none() {
            return Ok(StackValue { name, wide: false });
        }
        let value_type: Ident = input.parse()?;
        match value_type.to_string().as_str() {
            "i32" => Ok(StackValue { name, wide: false }),
            "i64" => Ok(StackValue { name, wide: true }),
            _ => Err(syn::Error::new(value_type.span(), "a value is an `i32` or an `i64`")),
        }
    }
}

fn documentation(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value().trim().to_string()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join(" ")
}
