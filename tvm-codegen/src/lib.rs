//! Straight-line Rust from the code of a plan. Every register is a local variable, every weight a literal, and
//! every cache has the kind that its head needs. The input is a plan and nothing else. The generated
//! code has the digest of the matrices and does not run with others. The embedding and the tables, which are too many
//! numbers for literals, are read from the `KernelData` of the same plan.

mod classes;
mod operation;
mod output;

use classes::Bodies;
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use tvm_runtime::patterns::Grid;
use tvm_runtime::plan::{Code, Column, KeyKind, Plan, Register};

/// The source of a module with a function `kernel`: from the bytes of the plan's `tvm_runtime::engine::KernelData` to
/// a `tvm_runtime::engine::GeneratedKernel`.
pub fn source(plan: &Plan) -> String {
    let file = syn::parse2(kernel(plan)).expect("what is quoted here is Rust");
    prettyplease::unparse(&file)
}

fn kernel(plan: &Plan) -> TokenStream {
    let digest = Literal::u128_suffixed(plan.digest.0);
    let (declarations, beginnings) = memories(plan);
    let inputs = inputs(plan);
    let Bodies { feed, read, classes } = Bodies::new(plan, &Code::of(plan));
    let lines = output::lines(&plan.output);
    let keys = (0..plan.keys.len()).map(|index| format_ident!("keys{index}"));
    let values = (0..plan.values.len()).map(|index| format_ident!("values{index}"));
    let caches = keys.chain(values);
    quote! {
        use tvm_runtime::Token;
        use tvm_runtime::attention::{GreatestKey, Hull, IntegerKeys, Keys, Place, Values, coordinate};
        use tvm_runtime::engine::{Engine, GeneratedKernel, KernelData, KernelTable, Refusal, Watch};
        use tvm_runtime::patterns::{BiasedTotal, Grid, Steps, chain_sum, scored, winner};
        use tvm_runtime::plan::Digest;

        struct Kernel<'data> {
            data: &'data KernelData,
            position: u64,
            next: Token,
            watch: Watch,
            #(#declarations,)*
        }

        impl Engine for Kernel<'_> {
            fn feed(&mut self, token: Token) {
                self.watch.position(self.position);
                #inputs
                #feed
                self.position += 1;
            }

            fn read(&mut self, token: Token) {
                self.watch.position(self.position);
                #inputs
                #read
                self.position += 1;
            }

            fn predict(&mut self) -> Token {
                self.watch.token(self.next)
            }

            fn refusal(&self) -> Option<Refusal> {
                self.watch.refusal()
            }

            fn memory(&self) -> usize {
                size_of::<Self>() #(+ self.#caches.memory())*
            }
        }

        #classes

        #lines

        fn new(data: &KernelData) -> Box<dyn Engine + '_> {
            Box::new(Kernel {
                data,
                position: 0,
                next: Token::NONE,
                watch: Watch::default(),
                #(#beginnings,)*
            })
        }

        /// The code and its data, with the digest of the matrices that both were made from.
        pub const fn kernel(data: &'static [u8]) -> GeneratedKernel {
            GeneratedKernel { digest: Digest(#digest), data, new }
        }
    }
}

/// The fields of the caches and of the data, and their initial values.
fn memories(plan: &Plan) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let (mut declarations, mut beginnings) = (Vec::new(), Vec::new());
    for (index, kind) in plan.keys.iter().enumerate() {
        let name = format_ident!("keys{index}");
        let (kind, beginning) = match kind {
            KeyKind::Greatest => (quote!(GreatestKey), quote!(GreatestKey::default())),
            KeyKind::Integer => (quote!(IntegerKeys), quote!(IntegerKeys::default())),
            KeyKind::LookingUp => (quote!(Hull), quote!(Hull::looking_up())),
            KeyKind::General => (quote!(Hull), quote!(Hull::default())),
        };
        declarations.push(quote!(#name: #kind));
        beginnings.push(quote!(#name: #beginning));
    }
    for (index, cache) in plan.values.iter().enumerate() {
        let (name, width) = (format_ident!("values{index}"), cache.width);
        declarations.push(quote!(#name: Values<#width>));
        beginnings.push(quote!(#name: Values::default()));
    }
    for (index, table) in plan.tables.iter().enumerate() {
        let (name, width) = (format_ident!("table{index}"), table.slots.len());
        let (kind, beginning) = match table.grid() {
            Some(_) => (quote!(&'data [[f64; #width]]), quote!(data.table(#index).rows())),
            None => (quote!(&'data KernelTable), quote!(data.table(#index))),
        };
        declarations.push(quote!(#name: #kind));
        beginnings.push(quote!(#name: #beginning));
    }
    for (index, pattern) in plan.output.patterns.iter().enumerate() {
        if pattern.lines.grid.is_none() {
            let name = output::breakpoints(index);
            declarations.push(quote!(#name: &'data Steps));
            beginnings.push(quote!(#name: data.breakpoints(#index)));
        }
    }
    let inputs = [(&plan.inputs.token, "embedding"), (&plan.inputs.periodic, "periodic")];
    for (inputs, name) in inputs.into_iter().filter(|(inputs, _)| !inputs.is_empty()) {
        let (name, width) = (format_ident!("{name}"), inputs.len());
        declarations.push(quote!(#name: &'data [[f64; #width]]));
        beginnings.push(quote!(#name: data.#name()));
    }
    let period = plan.period;
    for (index, &width) in plan.rings.iter().enumerate() {
        let name = format_ident!("ring{index}");
        declarations.push(quote!(#name: [[f64; #width]; #period]));
        beginnings.push(quote!(#name: [[0.0; #width]; #period]));
    }
    for index in 0..plan.sums {
        let name = format_ident!("sum{index}");
        declarations.push(quote!(#name: f64));
        beginnings.push(quote!(#name: 0.0));
    }
    (declarations, beginnings)
}

fn inputs(plan: &Plan) -> TokenStream {
    let period = plan.period;
    let token = row(&plan.inputs.token, quote!(embedding), quote!(token.0 as usize));
    let periodic = row(&plan.inputs.periodic, quote!(periodic), quote!(residue));
    let position = plan.inputs.position.map(|to| {
        let to = local(to);
        quote!(let #to = self.position as f64;)
    });
    let residue = needs_residue(plan)
        .then(|| quote!(let residue = (self.position % #period as u64) as usize;));
    quote!(#residue #token #periodic #position)
}

fn needs_residue(plan: &Plan) -> bool {
    !plan.rings.is_empty() || !plan.inputs.periodic.is_empty()
}

/// Locals from a row of the inputs.
fn row(inputs: &[(Register, Column)], rows: TokenStream, row: TokenStream) -> Option<TokenStream> {
    let locals = inputs.iter().map(|(to, _)| local(*to));
    (!inputs.is_empty()).then(|| quote!(let [#(#locals),*] = self.#rows[#row];))
}

/// The local variable that is a register.
fn local(register: Register) -> proc_macro2::Ident {
    format_ident!("r{}", register.0)
}

/// A grid as a literal.
fn grid(Grid { first, span, shift, per_unit }: Grid) -> TokenStream {
    let [first, span, shift, per_unit] = [first, span, shift, per_unit].map(number);
    quote!(Grid { first: #first, span: #span, shift: #shift, per_unit: #per_unit })
}

/// A number as a literal.
fn number(number: f64) -> TokenStream {
    let literal = Literal::f64_suffixed(number.abs());
    if number < 0.0 { quote!(-#literal) } else { quote!(#literal) }
}
