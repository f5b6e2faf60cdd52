//! `graph!` and `opcode!`: the language in which the machine is written. The language itself is
//! `tvm-language`, an ordinary library; a crate of procedural macros can export nothing else.

use proc_macro::TokenStream;

/// Declares functions that add nodes to a graph.
///
/// ```text
/// graph! {
///     /// What the function computes.
///     pub fn name(form, columns: &Columns) -> Output {
///         let part = step(form >= columns.limit);
///         /// What the field is.
///         field = slot(2 * part + form);
///     }
/// }
/// ```
///
/// A parameter without a type is a linear form; one with a type is a reference to a struct of
/// forms. The output struct has a field for every assignment.
#[proc_macro]
pub fn graph(input: TokenStream) -> TokenStream {
    tvm_language::graph(input.into()).into()
}

/// Declares a family of opcodes.
///
/// ```text
/// opcode! {
///     /// What the family has in common.
///     pub FAMILY {
///         /// What the opcodes do.
///         i32.add = 0x6a, i64.add = 0x7c : [a: T b: T] -> [sum: T] {
///             let total = a.byte + b.byte + carry;
///             sum.byte = if total >= 256 { total - 256 } else { total };
///             sum.carry = 1 when total >= 256;
///         }
///     }
/// }
/// ```
///
/// `docs/add-an-opcode.md` has the whole language.
#[proc_macro]
pub fn opcode(input: TokenStream) -> TokenStream {
    tvm_language::opcode(input.into()).into()
}
