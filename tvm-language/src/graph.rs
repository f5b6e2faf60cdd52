//! `graph!`: functions that add nodes to a graph and give a struct of forms.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Ident, Token, Type, Visibility, braced, bracketed, parenthesized};

use crate::errors::Errors;
use crate::expand::{Site, hidden};
use crate::expression::Expression;
use crate::resolve::Names;

struct Functions(Vec<Function>);

struct Function {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    name: Ident,
    parameters: Vec<Parameter>,
    output: Ident,
    statements: Vec<Statement>,
}

struct Parameter {
    name: Ident,
    /// The type behind the reference, for a struct of forms.
    of: Option<Type>,
}

/// `let` binds names; anything else is a field of the output.
pub(crate) struct Statement {
    pub(crate) documentation: Vec<Attribute>,
    pub(crate) binds: Binding,
    pub(crate) value: Expression,
}

pub(crate) enum Binding {
    Let(Vec<Ident>),
    Field(Ident),
}

/// The expansion; errors as `compile_error!` beside functions that do nothing.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let functions = match syn::parse2::<Functions>(input) {
        Ok(functions) => functions.0,
        Err(error) => return error.to_compile_error(),
    };
    functions.iter().map(expand_function).collect()
}

impl Parse for Functions {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let mut functions = Vec::new();
        while !input.is_empty() {
            functions.push(input.parse()?);
        }
        Ok(Functions(functions))
    }
}

impl Parse for Function {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        input.parse::<Token![fn]>()?;
        let name = input.parse()?;
        let list;
        parenthesized!(list in input);
        let parameters = Punctuated::<Parameter, Token![,]>::parse_terminated(&list)?;
        input.parse::<Token![->]>()?;
        let output = input.parse()?;
        let body;
        braced!(body in input);
        let mut statements = Vec::new();
        while !body.is_empty() {
            statements.push(body.parse()?);
        }
        let parameters = parameters.into_iter().collect();
        Ok(Function { attributes, visibility, name, parameters, output, statements })
    }
}

impl Parse for Parameter {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let name = input.parse()?;
        if input.parse::<Option<Token![:]>>()?.is_none() {
            return Ok(Parameter { name, of: None });
        }
        input.parse::<Token![&]>()?;
        Ok(Parameter { name, of: Some(input.parse()?) })
    }
}

impl Parse for Statement {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let documentation = input.call(Attribute::parse_outer)?;
        let binds = if input.parse::<Option<Token![let]>>()?.is_some() {
            Binding::Let(let_names(input)?)
        } else {
            Binding::Field(input.call(Ident::parse_any)?)
        };
        input.parse::<Token![=]>()?;
        let value = input.parse()?;
        input.parse::<Token![;]>()?;
        Ok(Statement { documentation, binds, value })
    }
}

/// One name, or several in brackets.
pub(crate) fn let_names(input: ParseStream) -> syn::Result<Vec<Ident>> {
    if !input.peek(syn::token::Bracket) {
        return Ok(vec![input.parse()?]);
    }
    let list;
    bracketed!(list in input);
    if list.is_empty() {
        return Err(list.error("expected a name"));
    }
    Ok(Punctuated::<Ident, Token![,]>::parse_terminated(&list)?.into_iter().collect())
}

/// `let` statements that bind the forms of a value. What is built for them has their labels as names;
/// `builder` builds it: a graph or a scope.
pub(crate) fn expand_let(
    site: &Site,
    builder: &Ident,
    names: &[Ident],
    value: &Expression,
    labels: &[String],
) -> TokenStream {
    if let (Expression::Lookup(lookup), true) = (value, names.len() > 1) {
        let (found, values) = (site.lookup(lookup), hidden("values"));
        return quote! {
            let mut #values = #builder.bind_all(&[#(#labels),*], |#builder| #found).into_iter();
            #(let #names = #values.next().expect("a form for every value");)*
        };
    }
    let value = site.form(value);
    quote!(#(let #names = #builder.bind(#labels, |#builder| #value);)*)
}

fn expand_function(function: &Function) -> TokenStream {
    let mut names = Names::default();
    for parameter in &function.parameters {
        let set = if parameter.of.is_some() { &mut names.structs } else { &mut names.forms };
        set.insert(parameter.name.to_string());
    }
    let mut errors = Errors::new();
    let mut body = TokenStream::new();
    for statement in &function.statements {
        let before = errors.found();
        let bound = match &statement.binds {
            Binding::Let(bound) => bound.clone(),
            Binding::Field(field) => vec![field.clone()],
        };
        names.check_bound(&bound, &statement.value, &mut errors);
        if errors.found() == before {
            let labels: Vec<String> = bound.iter().map(Ident::to_string).collect();
            let graph = hidden("graph");
            let site = Site { names: &names, graph: graph.to_token_stream() };
            body.extend(expand_let(&site, &graph, &bound, &statement.value, &labels));
        }
        names.forms.extend(bound.iter().map(Ident::to_string));
    }
    let fields = fields(function, &mut errors);
    signature(function, &fields, body, &errors)
}

fn fields<'f>(function: &'f Function, errors: &mut Errors) -> Vec<(&'f Ident, &'f [Attribute])> {
    let mut fields: Vec<(&Ident, &[Attribute])> = Vec::new();
    for statement in &function.statements {
        let Binding::Field(field) = &statement.binds else { continue };
        if fields.iter().any(|(other, _)| *other == field) {
            errors.push(Error::new(field.span(), format!("`{field}` is assigned twice")));
        } else {
            fields.push((field, &statement.documentation));
        }
    }
    fields
}

fn signature(
    function: &Function,
    fields: &[(&Ident, &[Attribute])],
    body: TokenStream,
    errors: &Errors,
) -> TokenStream {
    let Function { attributes, visibility, name, output, .. } = function;
    let names = fields.iter().map(|(name, _)| name);
    let documentation = fields.iter().map(|(_, documentation)| quote!(#(#documentation)*));
    let declared = names.clone();
    let parameters = function.parameters.iter().map(|Parameter { name, of }| match of {
        Some(of) => quote!(#name: &#of),
        None => quote!(#name: &::tvm_core::graph::Form),
    });
    let graph = hidden("graph");
    let summary = format!("What [`{name}`] gives.");
    let body = if errors.is_empty() {
        quote!(#body #output { #(#names),* })
    } else {
        quote!(::core::unreachable!())
    };
    let errors = errors.expansion();
    quote! {
        #errors
        #[doc = #summary]
        #[derive(Debug, Clone)]
        #[allow(dead_code)]
        #visibility struct #output {
            #(#documentation pub #declared: ::tvm_core::graph::Form,)*
        }
        #(#attributes)*
        #[allow(unused_variables, clippy::clone_on_copy, clippy::too_many_arguments)]
        #visibility fn #name(#graph: &mut ::tvm_core::graph::Graph, #(#parameters),*) -> #output {
            #body
        }
    }
}
