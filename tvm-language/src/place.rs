//! Places in the source. Spans cannot be joined on stable Rust, so a place keeps both of its ends.

use std::fmt::Display;

use proc_macro2::Span;
use quote::quote_spanned;
use syn::Error;

/// From the beginning of one token to the end of another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    first: Span,
    last: Span,
}

impl Place {
    /// Where it begins.
    pub(crate) fn start(self) -> Span {
        self.first
    }

    /// Both of these places and what is between them.
    pub(crate) fn to(self, end: Place) -> Place {
        Place { first: self.first, last: end.last }
    }

    /// An error that underlines the place as a whole.
    pub(crate) fn error(self, message: impl Display) -> Error {
        let mut ends = quote_spanned!(self.first=> _);
        ends.extend(quote_spanned!(self.last=> _));
        Error::new_spanned(ends, message)
    }
}

impl From<Span> for Place {
    fn from(span: Span) -> Place {
        Place { first: span, last: span }
    }
}
