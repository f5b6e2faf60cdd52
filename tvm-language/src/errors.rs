//! Collected errors. A declaration is checked once for every opcode that it stands for, and a
//! function wherever it is used: the same error at the same place is kept once.

use proc_macro2::TokenStream;
use syn::Error;

/// Errors in the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    errors: Vec<Error>,
    found: usize,
    seen: Vec<(String, String)>,
}

impl Errors {
    /// No errors yet.
    pub(crate) fn new() -> Errors {
        Errors::default()
    }

    /// Adds one, unless it is known.
    pub(crate) fn push(&mut self, error: Error) {
        self.found += 1;
        // Spans have no equality, but are written down differently where they differ.
        let key = (error.to_string(), format!("{:?}", error.span()));
        if !self.seen.contains(&key) {
            self.seen.push(key);
            self.errors.push(error);
        }
    }

    /// Are there none?
    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// How many were found so far, known ones included.
    pub(crate) fn found(&self) -> usize {
        self.found
    }

    /// As `compile_error!`s.
    pub(crate) fn expansion(&self) -> TokenStream {
        self.errors.iter().map(Error::to_compile_error).collect()
    }

    /// Their texts.
    #[cfg(test)]
    pub(crate) fn messages(&self) -> Vec<String> {
        self.errors.iter().map(Error::to_string).collect()
    }
}
