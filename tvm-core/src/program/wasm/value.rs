//! The values that programs compute with, and calls of exported functions with them.

use wasmparser::ValType;

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// A 32-bit integer: one word.
    I32,
    /// A 64-bit integer: two words, the lower one first.
    I64,
}

impl ValueType {
    /// How many words of 32 bits a value takes.
    pub(super) fn words(self) -> u32 {
        match self {
            ValueType::I32 => 1,
            ValueType::I64 => 2,
        }
    }

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
    types.iter().map(|value_type| value_type.words()).sum()
}

/// A value; the sign is in the eye of the beholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Value {
    /// A 32-bit integer.
    I32(u32),
    /// A 64-bit integer.
    I64(u64),
}

impl Value {
    /// Its type.
    pub fn value_type(self) -> ValueType {
        match self {
            Value::I32(_) => ValueType::I32,
            Value::I64(_) => ValueType::I64,
        }
    }
}

/// A call of an exported function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// The name under which it is exported.
    pub function: String,
    /// What it is called with.
    pub arguments: Vec<Value>,
}
