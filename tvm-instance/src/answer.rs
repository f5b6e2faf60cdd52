//! What a host answers, as the words and sections that the program awaits one after the other.

use tvm_interface::{DONE, FIRST_EXPORT, SECTION, Value};

/// A word, or bytes for memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The bytes of a value, 4 or 8.
    Value(Vec<u8>),
    /// Bytes for memory.
    Section(Vec<u8>),
}

impl Answer {
    fn word(word: u32) -> Answer {
        Answer::Value(word.to_le_bytes().to_vec())
    }

    fn values(values: &[Value]) -> impl Iterator<Item = Answer> {
        values.iter().map(|value| Answer::Value(value.to_bytes()))
    }

    /// What is to be written to memory.
    pub(crate) fn sections(written: Vec<(u32, Vec<u8>)>) -> impl Iterator<Item = Answer> {
        written.into_iter().flat_map(|(address, bytes)| {
            [Answer::word(SECTION), Answer::word(address), Answer::Section(bytes)]
        })
    }

    /// The end of the answers, and the results of the import that was called.
    pub(crate) fn results(results: &[Value]) -> impl Iterator<Item = Answer> {
        std::iter::once(Answer::word(DONE)).chain(Answer::values(results))
    }

    /// The call of an export.
    pub(crate) fn call(export: u32, arguments: &[Value]) -> impl Iterator<Item = Answer> {
        std::iter::once(Answer::word(FIRST_EXPORT + export)).chain(Answer::values(arguments))
    }
}
