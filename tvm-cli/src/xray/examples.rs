//! The programs of the catalogue, which a site has in it. Their modules were compiled before, since a page has no clang.

include!(concat!(env!("OUT_DIR"), "/examples.rs"));

/// A program of the catalogue.
pub(super) struct Example {
    /// Its name.
    pub(super) name: &'static str,
    /// A line about it.
    pub(super) about: &'static str,
    /// Its input; empty if it reads none.
    pub(super) input: &'static str,
    /// Its source in C.
    pub(super) source: &'static str,
    /// The module that it was compiled to.
    pub(super) module: &'static [u8],
}
