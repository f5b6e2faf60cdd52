//! The Rust statement of every kind of operation.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use tvm_runtime::plan::code::RingQuery;
use tvm_runtime::plan::{Code, KeyKind, Operation, Plan, Register, Winner};

use super::{local, number};

pub(super) fn statement(plan: &Plan, code: &Code, operation: &Operation) -> TokenStream {
    match *operation {
        Operation::Sum { to, terms, offset } => {
            let (to, sum) = (local(to), sum(code.terms(terms), offset));
            quote!(let #to = #sum;)
        }
        Operation::Ordered { to, terms } => {
            let (to, terms) = (local(to), in_order(code.terms(terms)));
            quote!(let #to = 0.0 #(+ #terms)*;)
        }
        Operation::Watched { to, terms } => {
            let (to, terms) = (local(to), in_order(code.terms(terms)));
            quote!(let #to = self.watch.sum([#(#terms),*]);)
        }
        Operation::Watch { register, most } => {
            let (register, most) = (local(register), number(most));
            quote!(self.watch.integer(#register, #most);)
        }
        Operation::Open { to, gate } => {
            let (to, gate) = (local(to), local(gate));
            quote!(let #to = #gate.max(0.0);)
        }
        Operation::OpenSum { to, terms, offset } => {
            let (to, gate) = (local(to), sum(code.terms(terms), offset));
            quote!(let #to = (#gate).max(0.0);)
        }
        Operation::Product { to, gate, value } => {
            let (to, gate, value) = (local(to), local(gate), local(value));
            quote!(let #to = #gate.max(0.0) * #value;)
        }
        Operation::ProductSum { to, value, terms, offset } => {
            let (to, value, gate) = (local(to), local(value), sum(code.terms(terms), offset));
            quote!(let #to = (#gate).max(0.0) * #value;)
        }
        Operation::Chain { to, first, step, length } => {
            let [to, first, step] = [to, first, step].map(local);
            let length = number(length.into());
            quote!(let #to = chain_sum(#first, #step, #length);)
        }
        Operation::Table { table, x, to } => table_row(plan, code.results(to), x, table as usize),
        Operation::Mean { to, value, sum } => {
            let (to, value, sum) = (local(to), local(value), format_ident!("sum{sum}"));
            quote! {
                self.#sum += #value;
                let #to = self.#sum / (self.position + 1) as f64;
            }
        }
        Operation::Total { to, value, sum, bias } => {
            let (to, value, sum) = (local(to), local(value), format_ident!("sum{sum}"));
            let biased = code.bias(bias);
            let [bias, greatest] = [biased.bias, biased.greatest].map(number);
            let biased = quote!(BiasedTotal { bias: #bias, greatest: #greatest });
            quote! {
                self.#sum += #value;
                let #to = self.watch.total(#biased, self.#sum);
            }
        }
        Operation::Ring { values, ring, asked } => {
            let (values, asked) = (code.registers(values), code.queries(asked));
            self::ring(plan.period, code, values, asked, ring)
        }
        Operation::Key { keys, x, y } => {
            let (name, place) = (format_ident!("keys{keys}"), place(keys as usize));
            let kind = plan.keys[keys as usize];
            let key = key_of(kind, [x, y]);
            match kind {
                KeyKind::Integer => quote!(let #place = self.#name.insert(self.position, #key);),
                _ => quote!(let #place = self.#name.insert(#key);),
            }
        }
        Operation::Keep { cache, values } => {
            let (name, keys) = (format_ident!("values{cache}"), plan.values[cache as usize].keys);
            let (place, values) = (place(keys), code.registers(values).iter().map(|r| local(*r)));
            let keep = quote!(self.#name.keep(#place, [#(#values),*]););
            match plan.keys[keys] {
                // What is computed for nothing else need not be computed.
                KeyKind::Integer => quote!(if #place != IntegerKeys::NOWHERE { #keep }),
                _ => keep,
            }
        }
        Operation::Find { to, keys, x, y } => {
            let (name, to) = (format_ident!("keys{keys}"), winner(to));
            let query = query_of(plan.keys[keys as usize], [x, y]);
            quote!(let #to = self.#name.find(#query);)
        }
        Operation::Read { to, winner: from, cache } => {
            let (name, from) = (format_ident!("values{cache}"), winner(from));
            let (locals, places) = locals_and_places(code.results(to));
            quote! {
                let row = self.#name.at(#from);
                let (#(#locals,)*) = (#(row[#places],)*);
            }
        }
    }
}

/// The locals of results, and the index of what each of them is.
fn locals_and_places(results: &[(Register, u32)]) -> (Vec<Ident>, Vec<usize>) {
    results.iter().map(|&(to, place)| (local(to), place as usize)).unzip()
}

fn table_row(plan: &Plan, to: &[(Register, u32)], x: Register, table: usize) -> TokenStream {
    let width = plan.tables[table].slots.len();
    // Results that nobody reads have no local.
    let read = |column| to.iter().find(|(_, place)| *place as usize == column);
    let locals = (0..width).map(|column| match read(column) {
        Some((to, _)) => local(*to).to_token_stream(),
        None => quote!(_),
    });
    match found_row(plan, x, table) {
        Some(row) => quote!(let beyond; let &[#(#locals),*] = #row;),
        None => {
            let (x, name) = (local(x), format_ident!("table{table}"));
            quote!(let [#(#locals),*] = self.#name.sums::<#width>(#x);)
        }
    }
}

/// An expression for the row of a table that a grid finds, if one does. What is not in the grid is put into `beyond`.
fn found_row(plan: &Plan, x: Register, table: usize) -> Option<TokenStream> {
    let grid = super::grid(plan.tables[table].grid()?);
    let (x, width) = (local(x), plan.tables[table].slots.len());
    let name = format_ident!("table{table}");
    Some(quote! {
        match (const { #grid }).index(#x).and_then(|row| self.#name.get(row)) {
            Some(row) => row,
            None => {
                beyond = self.data.table(#table).sums::<#width>(#x);
                &beyond
            }
        }
    })
}

/// A row of a table that is handed to the classes as it is, with those of its results that the common part reads.
pub(super) struct HandedRow {
    /// Its local variable.
    pub(super) name: Ident,
    /// The number of its columns.
    pub(super) width: usize,
    /// The results and their columns.
    pub(super) results: Vec<(Register, u32)>,
}

impl HandedRow {
    /// If the operation finds one.
    pub(super) fn of(plan: &Plan, code: &Code, operation: &Operation) -> Option<HandedRow> {
        let Operation::Table { table, .. } = *operation else { return None };
        let mut handed = code.handed_rows(plan).into_iter();
        let (_, to) = handed.find(|(handed, _)| *handed == table as usize)?;
        let name = format_ident!("row{table}");
        let width = plan.tables[table as usize].slots.len();
        Some(HandedRow { name, width, results: code.results(to).to_vec() })
    }

    /// The results that are read, as variables.
    pub(super) fn locals(&self, is_read: impl Fn(&Ident) -> bool) -> TokenStream {
        let read = self.results.iter().map(|&(to, column)| (local(to), column as usize));
        let (names, columns): (Vec<Ident>, Vec<usize>) =
            read.filter(|(name, _)| is_read(name)).unzip();
        let row = &self.name;
        quote!(#(let #names = #row[#columns];)*)
    }
}

/// A statement of the common part.
pub(super) fn common_statement(
    plan: &Plan,
    code: &Code,
    operation: &Operation,
    is_read: impl Fn(&Ident) -> bool,
) -> TokenStream {
    match (operation, HandedRow::of(plan, code, operation)) {
        (&Operation::Table { table, x, .. }, Some(row)) => {
            let (found, name, locals) =
                (found_row(plan, x, table as usize), &row.name, row.locals(is_read));
            quote!(let beyond; let #name = #found; #locals)
        }
        _ => statement(plan, code, operation),
    }
}

/// A key: integers are added and multiplied as numbers.
fn key_of(kind: KeyKind, key: [Register; 2]) -> TokenStream {
    let [x, y] = key.map(local);
    match kind {
        KeyKind::Greatest => quote!(#y),
        KeyKind::Integer => quote!([#x, #y]),
        _ => quote!([coordinate(#x), coordinate(#y)]),
    }
}

/// A query. A query for integer keys has no second coordinate.
fn query_of(kind: KeyKind, query: [Register; 2]) -> TokenStream {
    let x = local(query[0]);
    match kind {
        KeyKind::Greatest => TokenStream::new(),
        KeyKind::Integer => quote!(#x),
        _ => key_of(kind, query),
    }
}

/// The place where the values of this position are stored.
pub(super) fn place(keys: usize) -> Ident {
    format_ident!("place{keys}")
}

/// The place of the values that a search found.
pub(super) fn winner(winner: Winner) -> Ident {
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

/// The terms of a sum whose order counts.
fn in_order(terms: &[(Register, f64)]) -> Vec<TokenStream> {
    terms.iter().map(|&(from, weight)| term(from, weight)).collect()
}

/// The sum of terms as a balanced tree, so that additions need not wait for each other.
fn sum(terms: &[(Register, f64)], offset: f64) -> TokenStream {
    let mut terms = in_order(terms);
    if offset != 0.0 || terms.is_empty() {
        terms.push(number(offset));
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

fn ring(
    period: usize,
    code: &Code,
    values: &[Register],
    asked: &[RingQuery],
    ring: u32,
) -> TokenStream {
    let name = format_ident!("ring{ring}");
    let values = values.iter().map(|value| local(*value));
    let queries = asked.iter().map(|query| {
        let RingQuery { ago, early, found } = query;
        let (locals, places) = locals_and_places(code.results(*found));
        if let Some(distance) = distance(query) {
            return quote! {
                let row = self.#name[(self.position.saturating_sub(#distance) % #period as u64) as usize];
                let (#(#locals,)*) = (#(row[#places],)*);
            };
        }
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

/// How many positions ago a query always reads, or the first position where there are not so many.
fn distance(RingQuery { ago, early, .. }: &RingQuery) -> Option<u64> {
    let &[distance, ref others @ ..] = ago.as_slice() else { return None };
    let is_constant = others.iter().all(|other| *other == distance);
    let mut early = early.iter().enumerate();
    let is_cut = early.all(|(position, ago)| *ago == distance.min(position));
    (is_constant && is_cut).then_some(distance as u64)
}
