//! A function for every class of tokens, each an arm of the plan. The common part is computed first and passed to it.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use tvm_runtime::plan::{Arms, Class, Code, Operation, Plan, Selector, Stage};

use super::operation::HandedRow;
use super::{local, operation, output};

/// What `feed` and `read` do after the inputs, and what they call.
pub(super) struct Bodies {
    pub(super) feed: TokenStream,
    pub(super) read: TokenStream,
    pub(super) classes: TokenStream,
}

impl Bodies {
    pub(super) fn new(plan: &Plan, code: &Code) -> Bodies {
        let read_first = read_in_common(code);
        let common = code.operations(code.common).iter();
        let statements = common.map(|operation| {
            operation::common_statement(plan, code, operation, |name| read_first.contains(name))
        });
        let [everything, reading] = [Arms::EVERYTHING, Arms::READING].map(|arm| &code.classes[arm]);
        let Some(selector) = &code.selector else {
            let [feed, read] = [everything, reading].map(|class| body(plan, code, class));
            return Bodies {
                feed: quote!(self.next = #feed;),
                read: quote!(self.next = #read;),
                classes: TokenStream::new(),
            };
        };
        let handed = Handed::new(plan, code);
        let (fields, types, lifetime) = (&handed.names, &handed.types, handed.lifetime());
        let common = quote! {
            #(#statements)*
            let common = Common { #(#fields),* };
        };
        let names: Vec<Ident> =
            (0..code.classes.len()).map(|class| format_ident!("class{class}")).collect();
        let functions = code.classes.iter().zip(&names);
        let functions = functions.map(|(class, name)| function(plan, code, class, name, &handed));
        let (arm, arms) = (choice(selector), table(selector));
        let numbers = 1..names.len() as u16;
        let (first, others, reading) = (&names[0], &names[1..], &names[Arms::READING]);
        let reading_of = code.reading as u16;
        let by_arm = quote! {
            match arm {
                #(#numbers => self.#others(&common),)*
                _ => self.#first(&common),
            }
        };
        Bodies {
            feed: quote! {
                #common
                #arm
                self.next = #by_arm;
            },
            read: quote! {
                #common
                #arm
                self.next = match arm {
                    #reading_of => self.#reading(&common),
                    _ => self.any_class(arm, &common),
                };
            },
            classes: quote! {
                #arms

                /// The part that is common to all classes.
                struct Common #lifetime {
                    #(#fields: #types,)*
                }

                impl Kernel<'_> {
                    #[inline(never)]
                    fn any_class(&mut self, arm: u16, common: &Common) -> Token {
                        #by_arm
                    }

                    #(#functions)*
                }
            },
        }
    }
}

/// The arm for every row and stage, row by row.
fn table(Selector { arms, .. }: &Selector) -> TokenStream {
    let (length, arms) = (arms.len(), arms.iter().map(|arm| *arm as u16));
    quote!(static ARMS: [u16; #length] = [#(#arms),*];)
}

/// Which arm a token needs: see [`Selector`].
fn choice(Selector { row, stage, stages, .. }: &Selector) -> TokenStream {
    let row = local(*row);
    let stage = match stage {
        None => quote!(0),
        Some(Stage { age, is_first }) => {
            let (age, is_first) = (local(*age), local(*is_first));
            quote! {{
                let number = #age as u32 as usize;
                let is_stage = number + 1 < #stages && number as f64 == #age;
                if is_stage && (#is_first != 0.0) == (number == 0) { number + 1 } else { 0 }
            }}
        }
    };
    quote! {
        let row = #row as u32 as usize;
        let arm = ARMS.get(row * #stages + #stage).copied().unwrap_or(0);
    }
}

fn function(plan: &Plan, code: &Code, class: &Class, name: &Ident, handed: &Handed) -> TokenStream {
    let reads = reads(plan, code, class);
    let is_read = |name: &Ident| reads.contains(name);
    let rows = handed.rows.iter().filter(|row| row.results.iter().any(|it| is_read(&local(it.0))));
    let (rows, results): (Vec<&Ident>, Vec<TokenStream>) =
        rows.map(|row| (&row.name, row.locals(is_read))).unzip();
    let fields = handed.names.iter().filter(|name| is_read(name) || rows.contains(name));
    let body = body(plan, code, class);
    quote! {
        #[inline(never)]
        fn #name(&mut self, common: &Common) -> Token {
            let &Common { #(#fields,)* .. } = common;
            #(#results)*
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

/// The variables that the common part reads, and what the class is told by.
fn read_in_common(code: &Code) -> BTreeSet<Ident> {
    let common = code.operations(code.common).iter();
    let read = common.flat_map(|operation| code.reads(operation));
    let told_by = code.selector.iter().flat_map(Selector::registers);
    read.chain(told_by).map(local).collect()
}

/// The variables of the common part that the functions of classes read, and rows with others.
struct Handed {
    names: Vec<Ident>,
    types: Vec<TokenStream>,
    rows: Vec<HandedRow>,
}

impl Handed {
    fn new(plan: &Plan, code: &Code) -> Handed {
        let read: BTreeSet<Ident> =
            code.classes.iter().flat_map(|class| reads(plan, code, class)).collect();
        let common = code.operations(code.common);
        let row = |operation| HandedRow::of(plan, code, operation);
        let rows: Vec<HandedRow> = common.iter().filter_map(row).collect();
        let inputs = plan.inputs.token.iter().chain(&plan.inputs.periodic).map(|(to, _)| *to);
        let registers = inputs.chain(plan.inputs.position);
        let written = common.iter().filter(|operation| row(operation).is_none());
        let written = written.flat_map(|operation| code.writes(operation));
        let registers = registers.chain(written).map(local).map(|name| (name, quote!(f64)));
        let places = common.iter().filter_map(|operation| match *operation {
            Operation::Key { keys, .. } => Some((operation::place(keys as usize), quote!(Place))),
            Operation::Find { to, .. } => Some((operation::winner(to), quote!(Place))),
            _ => None,
        });
        let residue = super::needs_residue(plan).then(|| (format_ident!("residue"), quote!(usize)));
        let all = registers.chain(places).chain(residue).filter(|(name, _)| read.contains(name));
        let whole = rows
            .iter()
            .map(|HandedRow { name, width, .. }| (name.clone(), quote!(&'row [f64; #width])));
        let (names, types) = all.chain(whole).unzip();
        Handed { names, types, rows }
    }

    /// How long rows are there.
    fn lifetime(&self) -> TokenStream {
        if self.rows.is_empty() { TokenStream::new() } else { quote!(<'row>) }
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
