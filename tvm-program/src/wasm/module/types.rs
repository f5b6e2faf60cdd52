//! The types of values as wasmparser gives them, and function types in text.

use std::fmt;

use wasmparser::{FuncType, ValType};

use crate::ValueType;

/// The type that wasmparser gives; none for vectors and references.
pub(crate) fn number_type(found: ValType) -> Option<ValueType> {
    match found {
        ValType::I32 => Some(ValueType::I32),
        ValType::I64 => Some(ValueType::I64),
        ValType::F32 => Some(ValueType::F32),
        ValType::F64 => Some(ValueType::F64),
        _ => None,
    }
}

/// The words that values of these types take together.
pub(crate) fn words(types: &[ValueType]) -> u32 {
    types.iter().map(|value_type| u32::from(value_type.words())).sum()
}

/// Parameters or results that are written out.
const SHOWN_TYPES: usize = 20;

/// A function type as the text format writes it, shortly: `(i32 i32) -> (i32)`.
pub(crate) struct SignatureText<'f>(pub(crate) &'f FuncType);

impl fmt::Display for SignatureText<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |types: &[ValType]| {
            let shown = types.iter().take(SHOWN_TYPES).map(ToString::to_string);
            let rest = types.len().saturating_sub(SHOWN_TYPES);
            let rest = (rest > 0).then(|| format!("and {rest} more"));
            shown.chain(rest).collect::<Vec<_>>().join(" ")
        };
        write!(formatter, "({}) -> ({})", list(self.0.params()), list(self.0.results()))
    }
}
