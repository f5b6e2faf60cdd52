//! The Rust source that embeds a model and its kernel.

use std::path::{Path, PathBuf};

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use tvm_toolchain::catalogue::CatalogueEntry;

/// Where a kernel is.
pub(crate) struct KernelFiles {
    /// Its source.
    pub(crate) code: PathBuf,
    /// What the code reads.
    pub(crate) data: PathBuf,
}

/// `MODEL` and `KERNEL`.
pub(crate) fn universal(name: &str, model: &Path, kernel: &KernelFiles) -> TokenStream {
    let about = format!("The universal model of the `{name}` instruction set, as a file.");
    let (kernel, model) = (module(kernel), bytes(model));
    quote! {
        #[doc = #about]
        pub static MODEL: &[u8] = #model;

        pub use kernel::KERNEL;

        #kernel
    }
}

/// `PROGRAM`.
pub(crate) fn program(entry: &CatalogueEntry, model: &Path, kernel: &KernelFiles) -> TokenStream {
    let CatalogueEntry { name, about, input, rule, .. } = entry;
    let input = Literal::byte_string(input.as_bytes());
    let (kernel, model) = (module(kernel), bytes(model));
    let length = optional(rule.length);
    let alphabet = optional(rule.alphabet.as_ref());
    quote! {
        #[doc = #about]
        pub static PROGRAM: ::tvm_host::executable::Embedded<'static> = ::tvm_host::executable::Embedded {
            name: #name,
            about: #about,
            model: #model,
            kernel: Some(kernel::KERNEL),
            default_input: #input,
            input_length: #length,
            input_alphabet: #alphabet,
            has_host: false,
        };

        #kernel
    }
}

/// A file, aligned for the casts of a model.
fn bytes(path: &Path) -> TokenStream {
    let path = path.to_string_lossy();
    quote!(::include_bytes_aligned::include_bytes_aligned!(8, #path))
}

fn module(kernel: &KernelFiles) -> TokenStream {
    let [code, data] = [&kernel.code, &kernel.data].map(|path| path.to_string_lossy());
    quote! {
        /// Code that was generated from the model.
        #[allow(dead_code, unused_imports, unused_variables, unused_parens, clippy::all)]
        pub mod kernel {
            include!(#code);

            /// The code with its data.
            pub static KERNEL: GeneratedKernel = kernel(include_bytes!(#data));
        }
    }
}

fn optional(value: Option<impl quote::ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}
