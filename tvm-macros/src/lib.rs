//! `graph!` and `opcode!`: the language in which the machine is written.
//!
//! Both are thin: the language is in ordinary modules that tests can call. Text is parsed
//! (`expression`, `graph`, `opcode`), its names are resolved and its linearity is checked
//! (`resolve`), and it is expanded to calls of a graph builder (`expand`). Errors are collected
//! with their places, and the expansion stays well-formed, so that one mistake gives one message.

mod expand;
mod expression;
mod graph;
mod opcode;
mod place;
mod resolve;
#[cfg(test)]
mod snapshots;
mod vocabulary;

use proc_macro::TokenStream;

/// Declares functions that add nodes to a graph.
///
/// ```text
/// graph! {
///     /// What the function computes.
///     pub fn name(form, columns: &Columns) -> Output {
///         let part = step(form >= columns.limit);
///         /// What the field is.
///         field = persist(2 * part + form);
///     }
/// }
/// ```
///
/// A parameter without a type is a linear form; one with a type is a reference to a struct of
/// forms. The output struct has a field for every assignment.
#[proc_macro]
pub fn graph(input: TokenStream) -> TokenStream {
    graph::expand(input.into()).into()
}

/// Declares a family of opcodes.
///
/// ```text
/// opcode! {
///     /// What the family has in common.
///     pub FAMILY {
///         /// What the opcode does.
///         i32.add = 0x6a : [a b] -> [sum] {
///             let total = a.byte + b.byte + carry;
///             let over = step(total >= 256);
///             sum.byte = total - 256 * over;
///             sum.carry = over;
///         }
///     }
/// }
/// ```
#[proc_macro]
pub fn opcode(input: TokenStream) -> TokenStream {
    opcode::expand(input.into()).into()
}
