//! The types of values, and the type parameter of a declaration that stands for several opcodes.

/// The name of the type parameter: of `i32.add` it is `i32`, of `i64.add` it is `i64`.
pub(crate) const PARAMETER: &str = "T";

/// A value type of WebAssembly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueType {
    I32,
    I64,
    F32,
    F64,
}

impl ValueType {
    /// All of them.
    pub(crate) const ALL: [ValueType; 4] =
        [ValueType::I32, ValueType::I64, ValueType::F32, ValueType::F64];

    /// The type with this name.
    pub(crate) fn named(name: &str) -> Option<ValueType> {
        ValueType::ALL.into_iter().find(|one| one.name() == name)
    }

    /// Its name in the text format.
    pub(crate) fn name(self) -> &'static str {
        match self {
            ValueType::I32 => "i32",
            ValueType::I64 => "i64",
            ValueType::F32 => "f32",
            ValueType::F64 => "f64",
        }
    }

    /// The variant of `ValueType` in the machine.
    pub(crate) fn variant(self) -> &'static str {
        match self {
            ValueType::I32 => "I32",
            ValueType::I64 => "I64",
            ValueType::F32 => "F32",
            ValueType::F64 => "F64",
        }
    }

    /// How many words of 32 bits a value takes.
    pub(crate) fn words(self) -> i64 {
        match self {
            ValueType::I32 | ValueType::F32 => 1,
            ValueType::I64 | ValueType::F64 => 2,
        }
    }

    /// How many bytes a value takes.
    pub(crate) fn bytes(self) -> i64 {
        4 * self.words()
    }

    /// Is it a type of integers?
    pub(crate) fn is_integer(self) -> bool {
        matches!(self, ValueType::I32 | ValueType::I64)
    }
}
