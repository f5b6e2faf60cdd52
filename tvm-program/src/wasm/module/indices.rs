//! The numbers by which a module names what it has.

/// The index of a function in its module, imported ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FunctionIndex(pub(crate) u32);

/// The index of a table in its module, imported ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TableIndex(pub(crate) u32);

/// The index of a type in its module. Equal types have several; the first one stands for them where
/// types are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TypeIndex(pub(crate) u32);
