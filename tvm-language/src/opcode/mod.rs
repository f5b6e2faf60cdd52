//! `opcode!`: families of opcodes. Text becomes declarations ([`parse`]), declarations opcodes
//! ([`instance`]), which are checked ([`check`]); what remains here is the expansion.

mod check;
mod ending;
mod index;
mod instance;
mod lifetime;
mod opposite;
mod parse;
mod rules;
mod scale;
mod target;
#[cfg(test)]
mod tests;
mod truth;
mod usage;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use syn::{Error, Ident};

use crate::errors::Errors;
use crate::expand::{Site, hidden};
use crate::expression::{Condition, Relation};
use crate::graph::expand_let;
use crate::value_type::ValueType;
use crate::vocabulary::{CONTROLS, FIELDS, variant};
use instance::{Opcode, Value};
use parse::{Constant, Control, Family, Statement, Unreadable};
use target::Store;
use usage::Feature;

/// The expansion; errors as `compile_error!` beside a family without opcodes.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let family = match syn::parse2::<Family>(input.clone()) {
        Ok(family) => family,
        Err(error) => return unreadable(&error, input),
    };
    let mut errors = Errors::new();
    let opcodes = checked(&family, &mut errors);
    let (functions, rows): (Vec<_>, Vec<_>) = if errors.is_empty() {
        opcodes.iter().map(|opcode| (function(opcode), row(opcode))).unzip()
    } else {
        (Vec::new(), Vec::new())
    };
    let errors = errors.expansion();
    let constant = family.constant.with(&functions, &rows);
    quote!(#errors #constant)
}

/// The opcodes of a family, and all errors in it.
fn checked(family: &Family, errors: &mut Errors) -> Vec<Opcode> {
    let mut opcodes = instance::opcodes(family, errors);
    check::family(family, &mut opcodes, errors);
    opcodes
}

/// The error, beside a family without opcodes if its name at least could be read.
fn unreadable(error: &Error, input: TokenStream) -> TokenStream {
    let error = error.to_compile_error();
    match syn::parse2::<Unreadable>(input) {
        Ok(Unreadable(constant)) => {
            let constant = constant.with(&[], &[]);
            quote!(#error #constant)
        }
        Err(_) => error,
    }
}

impl Constant {
    fn with(&self, functions: &[TokenStream], rows: &[TokenStream]) -> TokenStream {
        let Constant { attributes, visibility, name } = self;
        quote! {
            #(#attributes)*
            #visibility const #name: &[::tvm_core::machine::Opcode] = {
                #(#functions)*
                &[#(#rows),*]
            };
        }
    }
}

/// The name of the function that builds an opcode.
fn function_name(opcode: &Opcode) -> Ident {
    format_ident!("{}_", opcode.mnemonic.name.replace('.', "_"))
}

fn function(opcode: &Opcode) -> TokenStream {
    let (name, scope) = (function_name(opcode), hidden("scope"));
    let mut names = opcode.names(&Default::default());
    let mut digits = division(opcode);
    let mut body = TokenStream::new();
    for statement in &opcode.body {
        let site = Site { names: &names, graph: quote!(#scope.graph()) };
        if let Some(signed) = digits.take_if(|_| usage::divides(statement)) {
            body.extend(quote!(#scope.digits(#signed);));
        }
        body.extend(expand_statement(opcode, statement, &site));
        if let Statement::Let { names: bound, .. } = statement {
            names.forms.extend(bound.iter().map(Ident::to_string));
        }
    }
    quote! {
        #[allow(unused_variables, clippy::clone_on_copy)]
        fn #name(#scope: &mut ::tvm_core::machine::Scope<'_>) { #body }
    }
}

/// Does the opcode divide, and if so magnitudes? The digits of the quotient then come before the
/// bytes of its result.
fn division(opcode: &Opcode) -> Option<bool> {
    usage::uses(opcode).into_iter().find_map(|one| match one.feature {
        Feature::Division => Some(false),
        Feature::MagnitudeDivision => Some(true),
        _ => None,
    })
}

fn expand_statement(opcode: &Opcode, statement: &Statement, site: &Site) -> TokenStream {
    let (machine, scope) = (quote!(::tvm_core::machine), hidden("scope"));
    match statement {
        Statement::Let { names, labels, value } => expand_let(site, &scope, names, value, labels),
        Statement::Assign { field, value, conditions, .. } => {
            let known = division(opcode).map(|_| site.context("DivisionKnown", None));
            let conditions = condition_list(site, known, conditions);
            let assign = |field: &str, value: TokenStream| {
                let field = format_ident!("{field}");
                quote! {{
                    let (value, conditions) = (#value, #conditions);
                    #scope.assign(#machine::Field::#field, value, conditions);
                }}
            };
            let field = variant(FIELDS, &field.to_string()).expect("checked");
            assign(field, site.form(value))
        }
        Statement::Control(control) => {
            let conditions = condition_list(site, None, &control.conditions);
            let control = ending(control);
            quote! {{
                let conditions = #conditions;
                #scope.control(#control, conditions);
            }}
        }
        Statement::Call { .. } => unreachable!("functions are in place"),
    }
}

/// A first condition that is a truth, then those that are written.
fn condition_list(
    site: &Site,
    first: Option<TokenStream>,
    conditions: &[Condition],
) -> TokenStream {
    let kind = quote!(::tvm_core::machine::Condition);
    let first = first.map(|truth| quote!(#kind::Truth(#truth)));
    let written = conditions.iter().map(|condition| match condition {
        Condition::Truth(form) => {
            let form = site.form(form);
            quote!(#kind::Truth(#form))
        }
        Condition::Comparison { left, relation, right } => {
            let difference = site.difference(left, *relation, right);
            match relation {
                Relation::Equal => quote!(#kind::Zero(#difference)),
                Relation::Different => quote!(#kind::NotZero(#difference)),
                _ => quote!(#kind::NotNegative(#difference)),
            }
        }
    });
    let conditions = first.into_iter().chain(written);
    quote!(::std::vec![#(#conditions),*])
}

fn ending(control: &Control) -> TokenStream {
    let variant = variant(CONTROLS, &control.word.to_string()).expect("checked");
    let variant = format_ident!("{variant}");
    let kind = control.kind.as_ref().map(Ident::to_string).map(|kind| quote!((#kind)));
    quote!(::tvm_core::machine::Control::#variant #kind)
}

fn row(opcode: &Opcode) -> TokenStream {
    let (mnemonic, code) = (&opcode.mnemonic.name, opcode.code);
    let Opcode { documentation, declaration, .. } = opcode;
    let parameter = option(opcode.parameter.map(value_type));
    let opposite = option(opcode.opposite.as_ref().map(|opposite| {
        let name = &opposite.name;
        quote!(#name)
    }));
    let pops = opcode.pops.iter().map(stack_value);
    let pushes = opcode.pushes.iter().map(stack_value);
    let target = option(opcode.store().map(target));
    let controls = distinct_controls(opcode);
    let build = function_name(opcode);
    quote! {
        ::tvm_core::machine::Opcode {
            mnemonic: #mnemonic,
            code: ::tvm_core::program::Code(#code),
            documentation: #documentation,
            declaration: #declaration,
            parameter: #parameter,
            opposite: #opposite,
            pops: &[#(#pops),*],
            pushes: &[#(#pushes),*],
            target: #target,
            controls: &[#(#controls),*],
            build: #build,
        }
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

fn value_type(value_type: ValueType) -> TokenStream {
    let variant = format_ident!("{}", value_type.variant());
    quote!(::tvm_core::machine::ValueType::#variant)
}

fn stack_value(value: &Value) -> TokenStream {
    let (name, value_type) = (value.name.to_string(), value_type(value.value_type));
    quote!(::tvm_core::machine::StackValue { name: #name, value_type: #value_type })
}

fn target(store: Store) -> TokenStream {
    let target = match store {
        Store::Result(_) => quote!(Result),
        Store::Local(one) => {
            let one = value_type(one);
            quote!(Local(#one))
        }
        Store::Global(one) => {
            let one = value_type(one);
            quote!(Global(#one))
        }
        Store::Memory(bytes) => {
            let bytes = Literal::i64_unsuffixed(bytes);
            quote!(Memory(#bytes))
        }
        Store::Pages => quote!(Pages),
        Store::Output => quote!(Output),
        Store::Offset => quote!(Offset),
        Store::Request => quote!(Request),
        Store::Argument(one) => {
            let one = value_type(one);
            quote!(Argument(#one))
        }
    };
    quote!(::tvm_core::machine::Target::#target)
}

fn distinct_controls(opcode: &Opcode) -> Vec<TokenStream> {
    let mut words: Vec<(String, Option<String>)> = Vec::new();
    let mut controls = Vec::new();
    for statement in &opcode.body {
        let Statement::Control(control) = statement else { continue };
        let key = (control.word.to_string(), control.kind.as_ref().map(Ident::to_string));
        if !words.contains(&key) {
            words.push(key);
            controls.push(ending(control));
        }
    }
    if division(opcode).is_some() {
        controls.push(quote!(::tvm_core::machine::Control::Divide));
    }
    controls
}
