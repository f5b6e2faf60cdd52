//! `opcode!`: families of opcodes. Parsing is in [`parse`], the checks that concern an opcode as a
//! whole in [`check`]; what remains here is the expansion.

mod check;
mod parse;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Error, Ident};

use crate::expand::{Site, hidden};
use crate::expression::{Condition, Relation};
use crate::graph::expand_let;
use crate::resolve::{Errors, Names, Operand};
use crate::vocabulary::{CONTROLS, FIELDS, TARGETS, variant};
use parse::{Constant, Family, Opcode, StackValue, Statement, Unreadable};

/// The expansion; errors as `compile_error!` beside a family without opcodes.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let family = match syn::parse2::<Family>(input.clone()) {
        Ok(family) => family,
        Err(error) => return unreadable(&error, input),
    };
    let mut errors = Errors::new();
    check::family(&family, &mut errors);
    let Family { constant, opcodes } = &family;
    let (functions, rows): (Vec<_>, Vec<_>) = if errors.is_empty() {
        opcodes.iter().map(|opcode| (function(opcode), row(opcode))).unzip()
    } else {
        (Vec::new(), Vec::new())
    };
    let errors = errors.iter().map(Error::to_compile_error);
    let constant = constant.with(&functions, &rows);
    quote!(#(#errors)* #constant)
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

impl Opcode {
    /// The names in scope at the beginning of its body.
    fn names(&self) -> Names {
        let operand =
            |value: &StackValue| Operand { name: value.name.to_string(), wide: value.wide };
        let operands = self.pops.iter().map(operand).collect();
        Names { operands: Some(operands), ..Names::default() }
    }

    /// What it pushes that is not an operand left where it was.
    fn results(&self) -> &[StackValue] {
        let stays = |(result, operand): &(&StackValue, &StackValue)| result.name == operand.name;
        let kept = self.pushes.iter().zip(&self.pops).take_while(stays).count();
        &self.pushes[kept..]
    }

    fn function_name(&self) -> Ident {
        format_ident!("{}_", self.mnemonic.replace('.', "_"))
    }

    /// The variant of `Target` that a word stands for in this opcode.
    fn target(&self, word: &Ident) -> Option<&'static str> {
        let word = word.to_string();
        if self.results().iter().any(|result| result.name == word) {
            return Some("Result");
        }
        variant(TARGETS, &word)
    }
}

fn function(opcode: &Opcode) -> TokenStream {
    let (name, scope) = (opcode.function_name(), hidden("scope"));
    let mut names = opcode.names();
    let mut body = TokenStream::new();
    for statement in &opcode.body {
        let site = Site { names: &names, graph: quote!(#scope.graph()) };
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

fn expand_statement(opcode: &Opcode, statement: &Statement, site: &Site) -> TokenStream {
    let (machine, scope) = (quote!(::tvm_core::machine), hidden("scope"));
    match statement {
        Statement::Let { names, value } => {
            expand_let(site, names, value, &format!("{}.", opcode.mnemonic))
        }
        Statement::Assign { target, field, value, conditions } => {
            let target = format_ident!("{}", opcode.target(target).expect("checked"));
            let field = variant(FIELDS, &field.to_string()).expect("checked");
            let field = format_ident!("{field}");
            let (value, conditions) = (site.form(value), condition_list(site, conditions));
            quote! {{
                let (value, conditions) = (#value, #conditions);
                #scope.assign(#machine::Target::#target, #machine::Field::#field, value, conditions);
            }}
        }
        Statement::Control { word, kind, conditions } => {
            let control = control(word, kind.as_ref());
            let conditions = condition_list(site, conditions);
            quote! {{
                let conditions = #conditions;
                #scope.control(#control, conditions);
            }}
        }
    }
}

fn condition_list(site: &Site, conditions: &[Condition]) -> TokenStream {
    let kind = quote!(::tvm_core::machine::Condition);
    let conditions = conditions.iter().map(|condition| match condition {
        Condition::Truth(form) => {
            let form = site.form(form);
            quote!(#kind::Truth(#form))
        }
        Condition::Comparison { left, relation, right } => {
            let difference = site.difference(left, *relation, right);
            match relation {
                Relation::Equal => quote!(#kind::Zero(#difference)),
                _ => quote!(#kind::NotNegative(#difference)),
            }
        }
    });
    quote!(::std::vec![#(#conditions),*])
}

fn control(word: &Ident, kind: Option<&Ident>) -> TokenStream {
    let variant = format_ident!("{}", variant(CONTROLS, &word.to_string()).expect("checked"));
    let kind = kind.map(Ident::to_string).map(|kind| quote!((#kind)));
    quote!(::tvm_core::machine::Control::#variant #kind)
}

fn row(opcode: &Opcode) -> TokenStream {
    let (mnemonic, code) = (&opcode.mnemonic, opcode.code);
    let documentation = &opcode.documentation;
    let kept = opcode.pushes.len() - opcode.results().len();
    let pops = opcode.pops.iter().map(stack_value);
    let pushes = opcode.pops[..kept].iter().chain(opcode.results()).map(stack_value);
    let (targets, controls) = (distinct_targets(opcode), distinct_controls(opcode));
    let build = opcode.function_name();
    quote! {
        ::tvm_core::machine::Opcode {
            mnemonic: #mnemonic,
            code: ::tvm_core::program::Code(#code),
            documentation: #documentation,
            pops: &[#(#pops),*],
            pushes: &[#(#pushes),*],
            targets: &[#(::tvm_core::machine::Target::#targets),*],
            controls: &[#(#controls),*],
            build: #build,
        }
    }
}

fn stack_value(value: &StackValue) -> TokenStream {
    let name = value.name.to_string();
    let value_type = format_ident!("{}", if value.wide { "I64" } else { "I32" });
    quote! {
        ::tvm_core::machine::StackValue {
            name: #name,
            value_type: ::tvm_core::machine::ValueType::#value_type,
        }
    }
}

fn distinct_targets(opcode: &Opcode) -> Vec<Ident> {
    let mut targets = Vec::new();
    for statement in &opcode.body {
        let Statement::Assign { target, .. } = statement else { continue };
        let target = format_ident!("{}", opcode.target(target).expect("checked"));
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    targets
}

fn distinct_controls(opcode: &Opcode) -> Vec<TokenStream> {
    let mut words: Vec<(String, Option<String>)> = Vec::new();
    let mut controls = Vec::new();
    for statement in &opcode.body {
        let Statement::Control { word, kind, .. } = statement else { continue };
        let key = (word.to_string(), kind.as_ref().map(Ident::to_string));
        if !words.contains(&key) {
            words.push(key);
            controls.push(control(word, kind.as_ref()));
        }
    }
    controls
}
