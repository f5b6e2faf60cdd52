//! From a source file to a program: clang and the header that C programs include, prebuilt modules, and
//! the catalogue of the programs in `programs/`.

pub mod catalogue;
pub mod clang;
pub mod prebuilt;
mod source;

pub use source::{
    Loaded, Source, SourceError, compile_file, compile_source, portable, without_clang,
};
