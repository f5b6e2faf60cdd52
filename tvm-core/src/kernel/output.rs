//! The next token: the greatest of a line of every family and of the single tokens.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use tvm_runtime::plan::{OutputFamily, Plan};

use super::local;

pub(super) fn output(plan: &Plan) -> TokenStream {
    let mut singles = plan.output.singles.clone();
    singles.sort_by_key(|(token, _)| *token);
    let singles: Vec<TokenStream> = singles
        .into_iter()
        .map(|(token, score)| {
            let (token, score) = (Literal::u32_suffixed(token.0), local(score));
            quote!((#score, #token))
        })
        .collect();
    let families =
        plan.output.families.iter().enumerate().map(|(index, family)| candidate(index, family));
    // Single tokens are in order, so that of equal scores the left one wins.
    let candidates: Vec<TokenStream> =
        (!singles.is_empty()).then(|| tournament(&singles)).into_iter().chain(families).collect();
    let winner = candidates.into_iter().reduce(|a, b| quote!(winner(#a, #b)));
    winner.map_or(quote!(Token(u32::MAX)), |winner| quote!(Token(#winner.1)))
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

/// The best token of a family, with its score.
fn candidate(index: usize, family: &OutputFamily) -> TokenStream {
    let (rest, r) = (local(family.rest), local(family.r));
    if let Some(grid) = family.lines.grid {
        let (grid, number) = (super::grid(grid), family.lines.lines.len());
        let lines = family.lines.lines.iter().map(|line| {
            let [slope, offset] = [line.slope, line.offset].map(super::number);
            let token = Literal::u32_suffixed(line.token.0);
            quote!((#slope, #offset, #token))
        });
        return quote! {{
            static LINES: [(f64, f64, u32); #number] = [#(#lines),*];
            const GRID: Grid = #grid;
            let (slope, offset, token) = LINES[GRID.index_of_integer(#r).min(#number - 1)];
            (#rest + (slope * #r + offset), token)
        }};
    }
    quote! {{
        let lines: &[Line] = self.plan.output.families[#index].lines.candidates(#r);
        let mut best = (f64::NEG_INFINITY, u32::MAX);
        for line in lines {
            best = winner(best, (#rest + (line.slope * #r + line.offset), line.token.0));
        }
        best
    }}
}
