//! A function for every class of a plan. The common part is computed first and passed to it.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use tvm_runtime::plan::{Arm, Branches, Output, Plan, Register, Step};

use super::{local, output, step};

/// The body of `feed` after the inputs, and what it calls.
pub(super) fn feed(plan: &Plan) -> (TokenStream, TokenStream) {
    let Some(Branches { class, common, .. }) = &plan.branches else {
        let body = body(plan, &plan.steps, &plan.output);
        return (quote!(self.next = #body;), TokenStream::new());
    };
    let arms = plan.arms();
    let handed = Handed::new(plan, common, &arms);
    let steps = common.iter().map(|step| step::step(plan, step));
    let (fields, types) = (&handed.names, &handed.types);
    let class = local(*class);
    let names: Vec<Ident> = (0..arms.len()).map(|arm| format_ident!("class{arm}")).collect();
    let numbers = 1..arms.len() as u32;
    let (first, others) = (&names[0], &names[1..]);
    let feed = quote! {
        #(#steps)*
        let common = Common { #(#fields),* };
        self.next = match #class as u32 {
            #(#numbers => self.#others(&common),)*
            _ => self.#first(&common),
        };
    };
    let functions = arms.iter().zip(&names).map(|(arm, name)| function(plan, arm, name, &handed));
    let arms = quote! {
        /// The part that is common to all classes.
        struct Common {
            #(#fields: #types,)*
        }

        impl Kernel<'_> {
            #(#functions)*
        }
    };
    (feed, arms)
}

fn function(plan: &Plan, arm: &Arm, name: &Ident, handed: &Handed) -> TokenStream {
    let reads = Reads::of(plan, &arm.steps, &arm.output).names();
    let fields = handed.names.iter().filter(|name| reads.contains(name));
    let body = body(plan, &arm.steps, &arm.output);
    quote! {
        #[inline(never)]
        fn #name(&mut self, common: &Common) -> Token {
            let &Common { #(#fields,)* .. } = common;
            #body
        }
    }
}

/// Some steps, and the token that they result in.
fn body(plan: &Plan, steps: &[Step], output: &Output) -> TokenStream {
    let steps = steps.iter().map(|step| step::step(plan, step));
    let next = output::output(plan, output);
    quote!({ #(#steps)* #next })
}

/// The registers of the common part that the functions of classes read.
struct Handed {
    names: Vec<Ident>,
    types: Vec<TokenStream>,
}

impl Handed {
    fn new(plan: &Plan, common: &[Step], arms: &[Arm]) -> Handed {
        let arms = arms.iter().map(|arm| Reads::of(plan, &arm.steps, &arm.output).names());
        let read: BTreeSet<Ident> = arms.flatten().collect();
        let inputs = plan.inputs.token.iter().chain(&plan.inputs.periodic).map(|(to, _)| *to);
        let registers = inputs.chain(plan.inputs.position);
        let registers = registers.chain(common.iter().flat_map(Step::results)).map(local);
        let registers = registers.map(|name| (name, quote!(f64)));
        let places = common.iter().filter_map(|step| match step {
            Step::Key { keys, .. } => Some((step::place(*keys), quote!(Place))),
            Step::Find { to, .. } => Some((step::winner(*to), quote!(Place))),
            _ => None,
        });
        let residue = super::needs_residue(plan).then(|| (format_ident!("residue"), quote!(usize)));
        let all = registers.chain(places).chain(residue);
        let (names, types) = all.filter(|(name, _)| read.contains(name)).unzip();
        Handed { names, types }
    }
}

/// All registers that some steps read.
struct Reads {
    registers: BTreeSet<Register>,
    others: BTreeSet<Ident>,
}

impl Reads {
    fn of(plan: &Plan, steps: &[Step], output: &Output) -> Reads {
        let mut reads = Reads { registers: output.registers(), others: BTreeSet::new() };
        for step in steps {
            reads.registers.extend(step.reads());
            match step {
                Step::Keep { cache, .. } => {
                    reads.others.insert(step::place(plan.values[*cache].keys));
                }
                Step::Read { winner, .. } => {
                    reads.others.insert(step::winner(*winner));
                }
                Step::Ring { .. } => {
                    reads.others.insert(format_ident!("residue"));
                }
                _ => {}
            }
        }
        reads
    }

    fn names(self) -> BTreeSet<Ident> {
        self.registers.into_iter().map(local).chain(self.others).collect()
    }
}
