//! The text of a family of opcodes.

use proc_macro2::{Group, Span, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Error, Expr, Ident, Lit, LitInt, Meta, Token, Visibility, braced, bracketed,
    parenthesized,
};

use crate::expression::{
    Argument, Condition, Expression, arguments, bracketed_arguments, conditions,
};
use crate::graph::let_names;
use crate::place::Place;
use crate::value_type::{PARAMETER, ValueType};
use crate::vocabulary::{CONTROLS, variant};

/// A family: what becomes one Rust constant.
pub(super) struct Family {
    pub(super) constant: Constant,
    pub(super) functions: Vec<Function>,
    pub(super) declarations: Vec<Declaration>,
}

/// What is written before the opcodes of a family.
pub(super) struct Constant {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) name: Ident,
}

/// A family whose opcodes could not be read.
pub(super) struct Unreadable(pub(super) Constant);

/// A name for what several bodies have in common: statements, a value, or a value after statements.
pub(super) struct Function {
    pub(super) name: Ident,
    pub(super) parameters: Vec<Ident>,
    pub(super) body: Vec<Statement>,
    pub(super) value: Option<Expression>,
}

/// A declaration: one opcode, or one for every type that it has.
pub(super) struct Declaration {
    pub(super) documentation: String,
    pub(super) opcodes: Vec<Head>,
    pub(super) pops: Vec<StackValue>,
    pub(super) pushes: Vec<StackValue>,
    /// The opcodes that are 0 where those of the declaration are 1, and 1 where they are 0.
    pub(super) opposites: Vec<Mnemonic>,
    pub(super) body: Vec<Statement>,
}

/// What the opcodes of a declaration do not have in common: `i32.add = 0x6a`, or
/// `local.get64 = 0xd2 for i64`.
pub(super) struct Head {
    pub(super) mnemonic: Mnemonic,
    pub(super) code: u8,
    pub(super) code_span: Span,
    /// The type that the parameter stands for: what is written after `for`, or before the dot.
    pub(super) value_type: Option<ValueType>,
}

/// The name of an opcode.
#[derive(Clone)]
pub(super) struct Mnemonic {
    pub(super) name: String,
    pub(super) place: Place,
}

/// A value of a stack type: `a: i64`; `a` alone is an i32.
pub(super) struct StackValue {
    pub(super) name: Ident,
    pub(super) value_type: Type,
}

/// A type as it is written.
pub(super) enum Type {
    Known(ValueType),
    /// The type parameter.
    Parameter(Span),
}

/// A statement of a body.
#[derive(Clone)]
pub(super) enum Statement {
    /// `let name = expression;`. Nodes of the graph are named after the labels.
    Let { names: Vec<Ident>, labels: Vec<String>, value: Expression },
    /// `target.field = expression when condition && condition;`
    Assign { target: Target, field: Ident, value: Expression, conditions: Vec<Condition> },
    /// `jump when condition;`, `trap kind;` and the like.
    Control(Control),
    /// The statements of a function: `function(a, b);`
    Call { function: Ident, arguments: Vec<Argument> },
}

/// What is assigned.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) name: Ident,
    /// `pages` of `memory.pages`.
    pub(super) member: Option<Ident>,
    /// What is in brackets: `memory[address, 4]`.
    pub(super) arguments: Option<Vec<Argument>>,
}

/// How an instruction ends.
#[derive(Clone)]
pub(super) struct Control {
    pub(super) word: Ident,
    /// Of a trap.
    pub(super) kind: Option<Ident>,
    /// What is in parentheses.
    pub(super) arguments: Vec<Argument>,
    pub(super) conditions: Vec<Condition>,
}

impl Target {
    /// As it is written, but for the brackets.
    pub(super) fn words(&self) -> String {
        match &self.member {
            Some(member) => format!("{}.{member}", self.name),
            None => self.name.to_string(),
        }
    }

    /// Where it is written.
    pub(super) fn place(&self) -> Place {
        let last = self.member.as_ref().unwrap_or(&self.name);
        Place::from(self.name.span()).to(last.span().into())
    }
}

impl Parse for Family {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let constant = input.parse()?;
        let body;
        braced!(body in input);
        let (mut functions, mut declarations) = (Vec::new(), Vec::new());
        while !body.is_empty() {
            let attributes = body.call(Attribute::parse_outer)?;
            if body.peek(Token![fn]) {
                functions.push(body.parse()?);
            } else {
                declarations.push(declaration(&attributes, &body)?);
            }
        }
        Ok(Family { constant, functions, declarations })
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

impl Parse for Function {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        input.parse::<Token![fn]>()?;
        let name = input.parse()?;
        let list;
        parenthesized!(list in input);
        let parameters = Punctuated::<Ident, Token![,]>::parse_terminated(&list)?;
        let text;
        braced!(text in input);
        let mut body = Vec::new();
        while has_semicolon(&text) {
            body.push(text.parse()?);
        }
        let value = if text.is_empty() { None } else { Some(text.parse()?) };
        if !text.is_empty() {
            return Err(text.error("expected `;`, or the end of the function after its value"));
        }
        Ok(Function { name, parameters: parameters.into_iter().collect(), body, value })
    }
}

/// Does a statement come next? What is left without a semicolon is the value of a function.
fn has_semicolon(input: ParseStream) -> bool {
    let rest: proc_macro2::TokenStream = input.fork().parse().unwrap_or_default();
    rest.into_iter().any(|token| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ';'))
}

fn declaration(attributes: &[Attribute], input: ParseStream) -> syn::Result<Declaration> {
    let mut opcodes = vec![input.parse()?];
    while input.parse::<Option<Token![,]>>()?.is_some() {
        opcodes.push(input.parse()?);
    }
    input.parse::<Token![:]>()?;
    let pops = stack(input)?;
    input.parse::<Token![->]>()?;
    let pushes = stack(input)?;
    let opposites = opposites(input)?;
    let text;
    braced!(text in input);
    let mut body = Vec::new();
    while !text.is_empty() {
        body.push(text.parse()?);
    }
    let documentation = documentation(attributes);
    Ok(Declaration { documentation, opcodes, pops, pushes, opposites, body })
}

impl Parse for Head {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let mnemonic: Mnemonic = input.parse()?;
        input.parse::<Token![=]>()?;
        let code: LitInt = input.parse()?;
        let value_type = match input.parse::<Option<Token![for]>>()? {
            Some(_) => Some(known_type(&input.parse()?)?),
            None => mnemonic.name.split_once('.').and_then(|(first, _)| ValueType::named(first)),
        };
        Ok(Head { mnemonic, code: code.base10_parse()?, code_span: code.span(), value_type })
    }
}

/// Mnemonics after the word `opposite`.
fn opposites(input: ParseStream) -> syn::Result<Vec<Mnemonic>> {
    let ahead = input.fork();
    if !ahead.call(Ident::parse_any).is_ok_and(|word| word == "opposite") {
        return Ok(Vec::new());
    }
    input.call(Ident::parse_any)?;
    let mut mnemonics = vec![input.parse()?];
    while input.parse::<Option<Token![,]>>()?.is_some() {
        mnemonics.push(input.parse()?);
    }
    Ok(mnemonics)
}

impl Parse for Mnemonic {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let first = input.call(Ident::parse_any)?;
        let (mut name, mut place) = (first.to_string(), Place::from(first.span()));
        while input.parse::<Option<Token![.]>>()?.is_some() {
            let part = input.call(Ident::parse_any)?;
            name = format!("{name}.{part}");
            place = place.to(part.span().into());
        }
        Ok(Mnemonic { name, place })
    }
}

impl Parse for Statement {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if input.parse::<Option<Token![let]>>()?.is_some() {
            let names = let_names(input)?;
            input.parse::<Token![=]>()?;
            let value = input.parse()?;
            input.parse::<Token![;]>()?;
            let labels = names.iter().map(Ident::to_string).collect();
            return Ok(Statement::Let { names, labels, value });
        }
        let word = input.call(Ident::parse_any)?;
        let is_control = variant(CONTROLS, &word.to_string()).is_some();
        let statement = if input.peek(Token![.]) || input.peek(syn::token::Bracket) {
            assignment(word, input)?
        } else if !is_control && input.peek(syn::token::Paren) {
            Statement::Call { function: word, arguments: arguments(input)? }
        } else {
            control(word, input)?
        };
        input.parse::<Token![;]>()?;
        Ok(statement)
    }
}

fn assignment(name: Ident, input: ParseStream) -> syn::Result<Statement> {
    let arguments = match input.peek(syn::token::Bracket) {
        true => Some(bracketed_arguments(input)?),
        false => None,
    };
    input.parse::<Token![.]>()?;
    let mut field = input.call(Ident::parse_any)?;
    let mut member = None;
    if input.parse::<Option<Token![.]>>()?.is_some() {
        member = Some(std::mem::replace(&mut field, input.call(Ident::parse_any)?));
    }
    input.parse::<Token![=]>()?;
    let value = input.parse()?;
    let target = Target { name, member, arguments };
    Ok(Statement::Assign { target, field, value, conditions: conditions(input)? })
}

fn control(word: Ident, input: ParseStream) -> syn::Result<Statement> {
    if variant(CONTROLS, &word.to_string()).is_none() {
        let known: Vec<&str> = CONTROLS.iter().map(|(word, _)| *word).collect();
        let text = format!(
            "expected `let`, an assignment like `result.byte = ..`, a function, or one of {}",
            known.join(", ")
        );
        return Err(Error::new(word.span(), text));
    }
    let kind = if word == "trap" { Some(input.call(Ident::parse_any)?) } else { None };
    let arguments = if input.peek(syn::token::Paren) { arguments(input)? } else { Vec::new() };
    Ok(Statement::Control(Control { word, kind, arguments, conditions: conditions(input)? }))
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
            return Ok(StackValue { name, value_type: Type::Known(ValueType::I32) });
        }
        let word: Ident = input.parse()?;
        let value_type = match word == PARAMETER {
            true => Type::Parameter(word.span()),
            false => Type::Known(known_type(&word)?),
        };
        Ok(StackValue { name, value_type })
    }
}

fn known_type(word: &Ident) -> syn::Result<ValueType> {
    let known: Vec<&str> = ValueType::ALL.into_iter().map(ValueType::name).collect();
    let text = format!("a type is one of {}, or the parameter {PARAMETER}", known.join(", "));
    ValueType::named(&word.to_string()).ok_or_else(|| Error::new(word.span(), text))
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
