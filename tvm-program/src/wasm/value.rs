//! The types of values as wasmparser gives them, and calls of exported functions with values.

use wasmparser::ValType;

pub use crate::{Value, ValueType};

impl ValueType {
    /// The type that wasmparser gives; none for floating point, vectors and references.
    pub(super) fn of(found: ValType) -> Option<Self> {
        match found {
            ValType::I32 => Some(ValueType::I32),
            ValType::I64 => Some(ValueType::I64),
            _ => None,
        }
    }
}

/// The words that values of these types take together.
pub(super) fn words(types: &[ValueType]) -> u32 {
    types.iter().map(|value_type| u32::from(value_type.words())).sum()
}

/// A call of an exported function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// The name under which it is exported.
    pub function: String,
    /// What it is called with.
    pub arguments: Vec<Value>,
}
