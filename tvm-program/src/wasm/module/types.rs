//! The types of values as wasmparser gives them, and function types in text.

use std::fmt;

use wasmparser::{AbstractHeapType, FuncType, HeapType, RefType, ValType};

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

/// The type of the word or words that a value is: a number, or a reference, which is two words where it is to an
/// exception, else one. What no instruction of the machine makes, such as an object, is never referred to: such a
/// reference is null. None for vectors.
pub(crate) fn value_type(found: ValType) -> Option<ValueType> {
    match found {
        ValType::Ref(reference) if is_word(reference) => Some(ValueType::I32),
        other if is_exception_reference(other) => Some(ValueType::I64),
        other => number_type(other),
    }
}

/// Is it a reference to an exception?
pub(crate) fn is_exception_reference(found: ValType) -> bool {
    let ValType::Ref(reference) = found else { return false };
    let HeapType::Abstract { shared: false, ty } = reference.heap_type() else { return false };
    matches!(ty, AbstractHeapType::Exn | AbstractHeapType::NoExn)
}

/// The type as which a host gives and takes a value: a reference to something of its own is a word. None for
/// vectors and other references.
pub(crate) fn host_type(found: ValType) -> Option<ValueType> {
    match found {
        ValType::EXTERNREF => Some(ValueType::I32),
        other => number_type(other),
    }
}

fn is_word(reference: RefType) -> bool {
    use AbstractHeapType::{Cont, Exn, NoCont, NoExn};
    match reference.heap_type() {
        HeapType::Abstract { shared, ty } => !shared && !matches!(ty, Exn | NoExn | Cont | NoCont),
        HeapType::Concrete(_) | HeapType::Exact(_) => true,
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
