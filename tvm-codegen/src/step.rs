//! The Rust statement of every kind of step.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use tvm_runtime::plan::{Form, KeyKind, Plan, Register, RingQuery, Step, Winner};

use super::{local, number};

pub(super) fn step(plan: &Plan, step: &Step) -> TokenStream {
    match step {
        Step::Sum { to, form } => {
            let (to, sum) = (local(*to), sum(form));
            quote!(let #to = #sum;)
        }
        Step::Ordered { to, terms } => {
            let (to, sum) = (local(*to), terms.iter().map(|&(from, weight)| term(from, weight)));
            quote!(let #to = #(#sum)+*;)
        }
        Step::Watched { to, terms } => {
            let (to, terms) = (local(*to), terms.iter().map(|&(from, weight)| term(from, weight)));
            quote!(let #to = self.watch.sum([#(#terms),*]);)
        }
        Step::Open { to, gate } => {
            let (to, gate) = (local(*to), local(*gate));
            quote!(let #to = #gate.max(0.0);)
        }
        Step::Watch { register, most } => {
            let (register, most) = (local(*register), number(*most));
            quote!(self.watch.integer(#register, #most);)
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
        Step::Table { to, x, table } => table_step(plan, to, *x, *table),
        Step::Mean { to, value, sum } => {
            let (to, value, sum) = (local(*to), local(*value), format_ident!("sum{sum}"));
            quote! {
                self.#sum += #value;
                let #to = self.#sum / (self.position + 1) as f64;
            }
        }
        Step::Total { to, value, biased, sum } => {
            let (to, value, sum) = (local(*to), local(*value), format_ident!("sum{sum}"));
            let [bias, greatest] = [biased.bias, biased.greatest].map(number);
            let biased = quote!(BiasedTotal { bias: #bias, greatest: #greatest });
            quote! {
                self.#sum += #value;
                let #to = self.watch.total(#biased, self.#sum);
            }
        }
        Step::Ring { values, asked, ring } => ring_step(plan.period, values, asked, *ring),
        Step::Key { key, keys } => {
            let (name, place) = (format_ident!("keys{keys}"), place(*keys));
            let key = key_of(plan.keys[*keys], *key);
            quote!(let #place = self.#name.insert(#key);)
        }
        Step::Keep { values, cache } => {
            let (name, keys) = (format_ident!("values{cache}"), plan.values[*cache].keys);
            let (place, values) = (place(keys), values.iter().map(|r| local(*r)));
            quote!(self.#name.keep(#place, [#(#values),*]);)
        }
        Step::Find { to, query, keys } => {
            let (name, to) = (format_ident!("keys{keys}"), winner(*to));
            let query = query_of(plan.keys[*keys], *query);
            quote!(let #to = self.#name.find(#query);)
        }
        Step::Read { to, winner: from, cache } => {
            let (name, from) = (format_ident!("values{cache}"), winner(*from));
            let locals = to.iter().map(|(to, _)| local(*to));
            let places = to.iter().map(|(_, place)| place);
            quote! {
                let row = self.#name.at(#from);
                let (#(#locals,)*) = (#(row[#places],)*);
            }
        }
    }
}

fn table_step(plan: &Plan, to: &[(Register, usize)], x: Register, table: usize) -> TokenStream {
    let (x, width, name) = (local(x), to.len(), format_ident!("table{table}"));
    let locals = to.iter().map(|(to, _)| local(*to));
    match plan.tables[table].grid() {
        Some(grid) => {
            let (grid, constant) = (super::grid(grid), format_ident!("GRID{table}"));
            quote! {
                const #constant: Grid = #grid;
                let beyond;
                let &[#(#locals),*] = match #constant.index(#x).and_then(|row| self.#name.get(row)) {
                    Some(row) => row,
                    None => {
                        beyond = self.plan.tables[#table].sums::<#width>(#x);
                        &beyond
                    }
                };
            }
        }
        None => quote!(let [#(#locals),*] = self.#name.sums::<#width>(#x);),
    }
}

/// A key: integers are added and multiplied as numbers.
fn key_of(kind: KeyKind, key: [Register; 2]) -> TokenStream {
    let [x, y] = key.map(local);
    match kind {
        KeyKind::Integer => quote!([#x, #y]),
        _ => quote!([coordinate(#x), coordinate(#y)]),
    }
}

/// A query. A query for integer keys has no second coordinate.
fn query_of(kind: KeyKind, query: [Register; 2]) -> TokenStream {
    let x = local(query[0]);
    match kind {
        KeyKind::Integer => quote!(#x),
        _ => key_of(kind, query),
    }
}

/// The place where the values of this position are stored.
pub(super) fn place(keys: usize) -> proc_macro2::Ident {
    format_ident!("place{keys}")
}

/// The place of the values that a search found.
pub(super) fn winner(winner: Winner) -> proc_macro2::Ident {
    format_ident!("w{}", winner.0)
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

/// The sum of terms as a balanced tree, so that additions need not wait for each other.
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
            let ago = if self.position < #period as u64 { [#(#early),*][residue] } else { #late };
            let row = self.#name[(residue + #period - ago) % #period];
            let (#(#locals,)*) = (#(row[#places],)*);
        }
    });
    quote! {
        self.#name[residue] = [#(#values),*];
        #(#queries)*
    }
}
