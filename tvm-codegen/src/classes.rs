//! A function for every class of a plan. The common part is computed first and passed to it.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use tvm_runtime::plan::{Class, Code, Operation, Plan};

use super::{local, operation, output};

/// The body of `feed` after the inputs, and what it calls.
pub(super) fn feed(plan: &Plan, code: &Code) -> (TokenStream, TokenStream) {
    let common = code.operations(code.common).iter();
    let statements = common.map(|operation| operation::statement(plan, code, operation));
    let Some(class) = code.class else {
        let body = body(plan, code, &code.classes[0]);
        return (quote!(#(#statements)* self.next = #body;), TokenStream::new());
    };
    let handed = Handed::new(plan, code);
    let (fields, types) = (&handed.names, &handed.types);
    let class = local(class);
    let names: Vec<Ident> =
        (0..code.classes.len()).map(|class| format_ident!("class{class}")).collect();
    let numbers = 1..names.len() as u32;
    let (first, others) = (&names[0], &names[1..]);
    let feed = quote! {
        #(#statements)*
        let common = Common { #(#fields),* };
        self.next = match #class as u32 {
            #(#numbers => self.#others(&common),)*
            _ => self.#first(&common),
        };
    };
    let classes = code.classes.iter().zip(&names);
    let functions = classes.map(|(class, name)| function(plan, code, class, name, &handed));
    let classes = quote! {
        /// The part that is common to all classes.
        struct Common {
            #(#fields: #types,)*
        }

        impl Kernel<'_> {
            #(#functions)*
        }
    };
    (feed, classes)
}

fn function(plan: &Plan, code: &Code, class: &Class, name: &Ident, handed: &Handed) -> TokenStream {
    let reads = reads(plan, code, class);
    let fields = handed.names.iter().filter(|name| reads.contains(name));
    let body = body(plan, code, class);
    quote! {
        #[inline(never)]
        fn #name(&mut self, common: &Common) -> Token {
            let &Common { #(#fields,)* .. } = common;
            #body
        }
    }
}

/// The statements of a class, and the token that they result in.
fn body(plan: &Plan, code: &Code, class: &Class) -> TokenStream {
    let operations = code.operations(class.block).iter();
    let statements = operations.map(|operation| operation::statement(plan, code, operation));
    let next = output::output(plan, &class.output);
    quote!({ #(#statements)* #next })
}

/// The variables of the common part that the functions of classes read.
struct Handed {
    names: Vec<Ident>,
    types: Vec<TokenStream>,
}

impl Handed {
    fn new(plan: &Plan, code: &Code) -> Handed {
        let read: BTreeSet<Ident> =
            code.classes.iter().flat_map(|class| reads(plan, code, class)).collect();
        let common = code.operations(code.common);
        let inputs = plan.inputs.token.iter().chain(&plan.inputs.periodic).map(|(to, _)| *to);
        let registers = inputs.chain(plan.inputs.position);
        let written = common.iter().flat_map(|operation| code.writes(operation));
        let registers = registers.chain(written).map(local).map(|name| (name, quote!(f64)));
        let places = common.iter().filter_map(|operation| match *operation {
            Operation::Key { keys, .. } => Some((operation::place(keys as usize), quote!(Place))),
            Operation::Find { to, .. } => Some((operation::winner(to), quote!(Place))),
            _ => None,
        });
        let residue = super::needs_residue(plan).then(|| (format_ident!("residue"), quote!(usize)));
        let all = registers.chain(places).chain(residue);
        let (names, types) = all.filter(|(name, _)| read.contains(name)).unzip();
        Handed { names, types }
    }
}

/// The variables that the statements of a class read.
fn reads(plan: &Plan, code: &Code, class: &Class) -> BTreeSet<Ident> {
    let operations = code.operations(class.block);
    let registers = operations.iter().flat_map(|operation| code.reads(operation));
    let registers = registers.chain(class.output.registers()).map(local);
    let others = operations.iter().filter_map(|operation| match *operation {
        Operation::Keep { cache, .. } => Some(operation::place(plan.values[cache as usize].keys)),
        Operation::Read { winner, .. } => Some(operation::winner(winner)),
        Operation::Ring { .. } => Some(format_ident!("residue")),
        _ => None,
    });
    registers.chain(others).collect()
}
