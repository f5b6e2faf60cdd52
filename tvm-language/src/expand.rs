//! Expressions as calls of the graph builder. Arguments are bound before the call, so that the
//! builder is borrowed once at a time.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Error, Ident};

use crate::expression::{Argument, Expression, Lookup, LookupKey, Operator, Relation};
use crate::resolve::{Meaning, Names, is_constant};

/// Where an expression is expanded.
pub(crate) struct Site<'names> {
    /// What names mean.
    pub(crate) names: &'names Names,
    /// An expression for the `&mut Graph`.
    pub(crate) graph: TokenStream,
}

/// A variable of the expansion that the names of a body neither see nor hide.
pub(crate) fn hidden(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

impl Site<'_> {
    /// An expression of type `Form`.
    pub(crate) fn form(&self, expression: &Expression) -> TokenStream {
        if is_constant(expression) {
            let constant = self.constant(expression);
            return quote!(::tvm_core::graph::Form::constant(#constant));
        }
        match expression {
            Expression::Name { name, attribute } => self.name(name, attribute.as_ref()),
            Expression::Stored { name, arguments, attribute } => {
                self.machine(self.names.stored(name, arguments, attribute.as_ref()))
            }
            Expression::Call { function, arguments, attribute }
                if self.names.is_circuit(function, arguments) =>
            {
                self.machine(self.names.circuit(function, arguments, attribute.as_ref()))
            }
            Expression::Negated(inner) => {
                let inner = self.form(inner);
                quote!((-#inner))
            }
            Expression::Not(inner) => {
                let inner = self.form(inner);
                quote!((::tvm_core::graph::Form::constant(1) - #inner))
            }
            Expression::Binary { left, operator, right } => self.binary(left, *operator, right),
            Expression::Step { left, relation, right } => self.step(left, *relation, right),
            Expression::Call { function, arguments, .. } => self.call(function, arguments),
            Expression::Lookup(lookup) => {
                let found = self.lookup(lookup);
                quote!(#found.remove(0))
            }
            Expression::Constant(_) => unreachable!("constants are expanded above"),
            Expression::If(_) => unreachable!("an `if` is statements by now, or an error"),
        }
    }

    /// An expression of type `i64`.
    fn constant(&self, expression: &Expression) -> TokenStream {
        match expression {
            Expression::Constant(constant) => constant.to_token_stream(),
            Expression::Negated(inner) => {
                let inner = self.constant(inner);
                quote!((-#inner))
            }
            Expression::Not(inner) => {
                let inner = self.constant(inner);
                quote!((1 - #inner))
            }
            Expression::Binary { left, operator, right } => {
                let (left, right) = (self.constant(left), self.constant(right));
                match operator {
                    Operator::Plus => quote!((#left + #right)),
                    Operator::Minus => quote!((#left - #right)),
                    Operator::Times => quote!((#left * #right)),
                }
            }
            _ => unreachable!("only constants are expanded as such"),
        }
    }

    fn name(&self, name: &Ident, attribute: Option<&Ident>) -> TokenStream {
        match self.names.meaning(name, attribute) {
            Ok(Meaning::Form) => quote!(#name.clone()),
            Ok(Meaning::Field) => quote!(#name.#attribute.clone()),
            other => self.machine(other),
        }
    }

    /// A part of the machine or of an operand.
    fn machine(&self, meaning: Result<Meaning, Error>) -> TokenStream {
        match meaning {
            Ok(Meaning::Operand(place, attribute)) => {
                let (scope, attribute) = (hidden("scope"), format_ident!("{attribute}"));
                quote!(#scope.operand(#place, ::tvm_core::machine::Attribute::#attribute))
            }
            Ok(Meaning::Context(context)) => self.context(context, None),
            Ok(Meaning::Memory(context, bytes)) => self.context(context, Some(bytes)),
            _ => unreachable!("names are checked before they are expanded"),
        }
    }

    /// A part of the machine by its variant, which may say how many bytes it is of.
    pub(crate) fn context(&self, variant: &str, bytes: Option<i64>) -> TokenStream {
        let (scope, variant) = (hidden("scope"), format_ident!("{variant}"));
        let bytes = bytes.map(|bytes| {
            let bytes = Literal::i64_unsuffixed(bytes);
            quote!((#bytes))
        });
        quote!(#scope.context(::tvm_core::machine::Context::#variant #bytes))
    }

    fn binary(&self, left: &Expression, operator: Operator, right: &Expression) -> TokenStream {
        match operator {
            Operator::Plus | Operator::Minus => {
                let (left, right) = (self.form(left), self.form(right));
                let operator = if operator == Operator::Plus { quote!(+) } else { quote!(-) };
                quote!((#left #operator #right))
            }
            Operator::Times => {
                let (factor, form) = if is_constant(left) { (left, right) } else { (right, left) };
                let (form, factor) = (self.form(form), self.constant(factor));
                quote!((#form * #factor))
            }
        }
    }

    fn step(&self, left: &Expression, relation: Relation, right: &Expression) -> TokenStream {
        let difference = self.difference(left, relation, right);
        let graph = &self.graph;
        quote!({ let difference = #difference; #graph.step(difference) })
    }

    /// What is at least 0 where the relation holds, or equal to 0.
    pub(crate) fn difference(
        &self,
        left: &Expression,
        relation: Relation,
        right: &Expression,
    ) -> TokenStream {
        let (left, right) = (self.form(left), self.form(right));
        let one = quote!(::tvm_core::graph::Form::constant(1));
        match relation {
            Relation::AtLeast | Relation::Equal | Relation::Different => quote!(#left - #right),
            Relation::Greater => quote!(#left - #right - #one),
            Relation::AtMost => quote!(#right - #left),
            Relation::Less => quote!(#right - #left - #one),
        }
    }

    fn call(&self, function: &Ident, arguments: &[Argument]) -> TokenStream {
        let graph = &self.graph;
        let form = |at: usize| match &arguments[at] {
            Argument::Form(form) => self.form(form),
            Argument::Range(..) => unreachable!("arguments are checked before they are expanded"),
        };
        let raw = |at: usize| match &arguments[at] {
            Argument::Form(Expression::Name { name, .. }) => name.to_token_stream(),
            Argument::Form(constant) => self.constant(constant),
            Argument::Range(from, to) => quote!((#from)..(#to)),
        };
        let first = form(0);
        match function.to_string().as_str() {
            "equal" => {
                let second = form(1);
                quote!({ let difference = #first - #second; #graph.equal(difference) })
            }
            "reglu" | "product" => {
                let second = form(1);
                quote!({ let (first, second) = (#first, #second); #graph.#function(first, second) })
            }
            "recent" => {
                let distance = raw(1);
                quote!({ let form = #first; #graph.recent(form, #distance) })
            }
            "table" => {
                let (range, table) = (raw(1), raw(2));
                quote!({ let form = #first; #graph.table(form, #range, &#table) })
            }
            "count" => {
                let (unit, number) = (raw(1), raw(2));
                quote!({ let form = #first; #graph.count(form, #unit, #number) })
            }
            "ratio" => {
                let (unit, number) = (form(1), raw(2));
                quote!({ let (form, unit) = (#first, #unit); #graph.ratio(form, unit, #number) })
            }
            "slot" => quote!({ let form = #first; #graph.persist(form) }),
            _ => quote!({ let form = #first; #graph.#function(form) }),
        }
    }

    /// An expression of type `Vec<Form>`.
    pub(crate) fn lookup(&self, lookup: &Lookup) -> TokenStream {
        let values = lookup.values.iter().map(|value| self.form(value));
        let key = match &lookup.key {
            LookupKey::Integer { key, on, query } => {
                let (key, query) = (self.form(key), self.form(query));
                let on = match on {
                    Some(on) => {
                        let on = self.form(on);
                        quote!(::core::option::Option::Some(#on))
                    }
                    None => quote!(::core::option::Option::None),
                };
                quote!(::tvm_core::graph::Key::Integer { key: #key, on: #on, query: #query })
            }
            LookupKey::Plain { key: [k0, k1], query: [q0, q1] } => {
                let [k0, k1, q0, q1] = [k0, k1, q0, q1].map(|form| self.form(form));
                quote!(::tvm_core::graph::Key::Plain { key: [#k0, #k1], query: [#q0, #q1] })
            }
        };
        let graph = &self.graph;
        quote!({ let key = #key; let values = ::std::vec![#(#values),*]; #graph.lookup(key, values) })
    }
}
