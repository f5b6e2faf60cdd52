//! The next token: the greatest of a line of every pattern and of the single tokens.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use tvm_runtime::patterns::Lines;
use tvm_runtime::plan::{Output, OutputPattern, Plan};

use super::local;

pub(super) fn output(plan: &Plan, output: &Output) -> TokenStream {
    let mut singles = output.singles.clone();
    singles.sort_by_key(|(token, _)| *token);
    let singles: Vec<TokenStream> = singles
        .into_iter()
        .map(|(token, score)| {
            let (number, token) = (local(score), Literal::u32_suffixed(token.0));
            // What may be no number must not be compared with.
            match plan.is_finite(score) {
                true => quote!((#number, #token)),
                false => quote!(scored(#number, #token)),
            }
        })
        .collect();
    let patterns = output.patterns.iter().map(candidate);
    // Single tokens are in order, so that the left one wins if scores are equal.
    let candidates: Vec<TokenStream> =
        (!singles.is_empty()).then(|| tournament(&singles)).into_iter().chain(patterns).collect();
    let winner = candidates.into_iter().reduce(|a, b| quote!(winner(#a, #b)));
    winner.map_or(quote!(Token::NONE), |winner| quote!(Token(#winner.1)))
}

fn tournament(entrants: &[TokenStream]) -> TokenStream {
    match entrants {
        [entrant] => entrant.clone(),
        _ => {
            let (left, right) = entrants.split_at(entrants.len() / 2);
            let (left, right) = (tournament(left), tournament(right));
            quote!(winner(#left, #right))
        }
    }
}

/// The lines of every pattern that are looked at, with their tokens.
pub(super) fn lines(output: &Output) -> TokenStream {
    let lines = output.patterns.iter().enumerate().map(|(index, pattern)| {
        let Lines { grid, winners, lines, .. } = &*pattern.lines;
        let lines = if grid.is_some() { winners } else { lines };
        let (name, number) = (format_ident!("LINES{index}"), lines.len());
        let lines = lines.iter().map(|line| {
            let [slope, offset] = [line.slope, line.offset].map(super::number);
            let token = Literal::u32_suffixed(line.token.0);
            quote!((#slope, #offset, #token))
        });
        quote!(static #name: [(f64, f64, u32); #number] = [#(#lines),*];)
    });
    quote!(#(#lines)*)
}

/// The field with the breakpoints of a pattern whose lines no grid finds.
pub(super) fn breakpoints(pattern: usize) -> Ident {
    format_ident!("breakpoints{pattern}")
}

/// The best token of a pattern, with its score.
fn candidate(pattern: &OutputPattern) -> TokenStream {
    let index = pattern.number;
    let (rest, r) = (local(pattern.rest), local(pattern.r));
    if let Some(grid) = pattern.lines.grid {
        let (grid, lines) = (super::grid(grid), format_ident!("LINES{index}"));
        return quote! {{
            const GRID: Grid = #grid;
            let (slope, offset, token) = #lines[GRID.index_of_integer(#r).min(#lines.len() - 1)];
            (#rest + (slope * #r + offset), token)
        }};
    }
    let (name, breakpoints) = (format_ident!("LINES{index}"), breakpoints(index));
    quote! {{
        let near = self.#breakpoints.around(#r);
        let mut best = (f64::NEG_INFINITY, u32::MAX);
        for &(slope, offset, token) in &#name[near] {
            best = winner(best, (#rest + (slope * #r + offset), token));
        }
        best
    }}
}
