//! A statement for every step.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use tvm_runtime::plan::{CacheKind, Form, Plan, Query, Register, RingQuery, Step};

use super::{local, number};

pub(super) fn step(plan: &Plan, step: &Step) -> TokenStream {
    match step {
        Step::Sum { to, form } => {
            let (to, sum) = (local(*to), sum(form));
            quote!(let #to = #sum;)
        }
        Step::Ordered { to, terms } => {
            let (to, sum) = (local(*to), terms.iter().map(|&(from, weight)| term(from, weight)));
            quote!(let #to = 0.0 #(+ #sum)*;)
        }
        Step::Open { to, gate } => {
            let (to, gate) = (local(*to), local(*gate));
            quote!(let #to = #gate.max(0.0);)
        }
        Step::Product { to, gate, value } => {
            let (to, gate, value) = (local(*to), local(*gate), local(*value));
            quote!(let #to = #gate.max(0.0) * #value;)
        }
        Step::Chain { to, ends, chain } => {
            let (to, [first, step]) = (local(*to), ends.map(local));
            let length = number(chain.length() as f64);
            quote!(let #to = chain_sum(#first, #step, #length);)
        }
        Step::Table { to, x, table } => {
            let (x, width, table) = (local(*x), to.len(), format_ident!("table{table}"));
            let locals = to.iter().map(|(to, _)| local(*to));
            quote! {
                let [#(#locals),*] = self.#table.sums::<#width>(#x);
            }
        }
        Step::Mean { to, value, sum } => {
            let (to, value, sum) = (local(*to), local(*value), format_ident!("sum{sum}"));
            quote! {
                self.#sum += #value;
                let #to = self.#sum / (self.position + 1) as f64;
            }
        }
        Step::Ring { values, asked, ring } => ring_step(plan.period, values, asked, *ring),
        Step::Lookup { key, values, asked, cache } => {
            lookup(plan.caches[*cache].kind, *key, values, asked, *cache)
        }
    }
}

/// `weight * register`.
fn term(from: Register, weight: f64) -> TokenStream {
    let from = local(from);
    if weight == 1.0 {
        return quote!(#from);
    }
    if weight == -1.0 {
        return quote!((-#from));
    }
    let weight = number(weight);
    quote!(#weight * #from)
}

/// The terms in two halves and so on, so that additions need not wait for each other.
fn sum(form: &Form) -> TokenStream {
    let mut terms: Vec<TokenStream> =
        form.terms().iter().map(|&(from, weight)| term(from, weight)).collect();
    if form.offset() != 0.0 || terms.is_empty() {
        terms.push(number(form.offset()));
    }
    balanced(&terms)
}

fn balanced(terms: &[TokenStream]) -> TokenStream {
    match terms {
        [] => quote!(0.0),
        [term] => term.clone(),
        [a, b] => quote!((#a + #b)),
        _ => {
            let (left, right) = terms.split_at(terms.len() / 2);
            let (left, right) = (balanced(left), balanced(right));
            quote!((#left + #right))
        }
    }
}

fn ring_step(period: usize, values: &[Register], asked: &[RingQuery], ring: usize) -> TokenStream {
    let name = format_ident!("ring{ring}");
    let values = values.iter().map(|value| local(*value));
    let queries = asked.iter().map(|RingQuery { ago, early, found }| {
        let locals = found.iter().map(|(to, _)| local(*to));
        let places = found.iter().map(|(_, place)| place);
        let late = match ago.as_slice() {
            [first, rest @ ..] if rest.iter().all(|other| other == first) => quote!(#first),
            _ => quote!([#(#ago),*][residue]),
        };
        quote! {
            let ago = if self.position < #period { [#(#early),*][residue] } else { #late };
            let row = self.#name[(residue + #period - ago) % #period];
            let (#(#locals,)*) = (#(row[#places],)*);
        }
    });
    quote! {
        self.#name[residue] = [#(#values),*];
        #(#queries)*
    }
}

fn lookup(
    kind: CacheKind,
    key: [Register; 2],
    values: &[Register],
    asked: &[Query],
    cache: usize,
) -> TokenStream {
    let (name, [x, y]) = (format_ident!("cache{cache}"), key.map(local));
    let values = values.iter().map(|value| local(*value));
    let is_integer = kind == CacheKind::Integer;
    let key = if is_integer { quote!([#x, #y]) } else { quote!([coordinate(#x), coordinate(#y)]) };
    let queries = asked.iter().map(|Query { query, found }| {
        let [x, y] = query.map(local);
        let query = if is_integer { quote!(#x) } else { quote!([coordinate(#x), coordinate(#y)]) };
        let locals = found.iter().map(|(to, _)| local(*to));
        let places = found.iter().map(|(_, place)| place);
        quote! {
            let values = self.#name.query(#query);
            let (#(#locals,)*) = (#(values[#places],)*);
        }
    });
    quote! {
        self.#name.insert(#key, &[#(#values),*]);
        #(#queries)*
    }
}
