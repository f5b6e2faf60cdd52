//! Where the locals of a function lie among the machine's locals, which are words: in order, an i64
//! in two words. After them come scratch words of the front end.

use crate::ValueType;
use crate::limits::WINDOW_WORDS;
use crate::wasm::module::words;

/// The scratch word that keeps a single word while operands below it are dropped.
const KEPT_WORD: u32 = 0;
/// The scratch word that keeps the index of a `br_table`.
const TABLE_INDEX: u32 = 1;
/// The first of the scratch words that keep several words.
const KEPT_WORDS: u32 = 2;

/// A local: its first word and its type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Local {
    pub(crate) word: u32,
    pub(crate) value_type: ValueType,
}

/// Neighbours of one type.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// The index of the first.
    first: u32,
    local: Local,
}

/// The locals of a function. A few bytes can declare 50,000, so neighbours of one type are one entry.
#[derive(Debug, Default)]
pub(crate) struct Locals {
    runs: Vec<Run>,
    number: u32,
    words: u32,
    scratch: u32,
}

impl Locals {
    /// Adds some locals of a type.
    pub(crate) fn declare(&mut self, number: u32, value_type: ValueType) {
        if self.runs.last().is_none_or(|run| run.local.value_type != value_type) {
            let local = Local { word: self.words, value_type };
            self.runs.push(Run { first: self.number, local });
        }
        self.number += number;
        self.words += number * words(&[value_type]);
    }

    /// Reserves words that are no local of the function. Gives the first.
    pub(crate) fn reserve(&mut self, words: u32) -> u32 {
        let first = self.words;
        self.words += words;
        first
    }

    /// How many there are.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// The local with this index.
    pub(crate) fn get(&self, index: u32) -> Local {
        let behind = self.runs.partition_point(|run| run.first <= index);
        let Run { first, local: Local { word, value_type } } = self.runs[behind - 1];
        Local { word: word + (index - first) * words(&[value_type]), value_type }
    }

    /// The scratch word of a table's index.
    pub(crate) fn table_index(&mut self) -> u32 {
        self.scratch(TABLE_INDEX, 1)
    }

    /// The places of values that are kept while operands below them are dropped.
    pub(crate) fn kept(&mut self, types: &[ValueType]) -> Vec<Local> {
        let mut which = match types {
            [one] if one.words() == 1 => KEPT_WORD,
            _ => KEPT_WORDS,
        };
        let mut places = Vec::new();
        for &value_type in types {
            let word = self.scratch(which, words(&[value_type]));
            places.push(Local { word, value_type });
            which += words(&[value_type]);
        }
        places
    }

    fn scratch(&mut self, which: u32, words: u32) -> u32 {
        self.scratch = self.scratch.max(which + words);
        self.words + which
    }

    /// How many call depths all of them take.
    pub(crate) fn windows(&self) -> u32 {
        (self.words + self.scratch).div_ceil(WINDOW_WORDS).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_lies_behind_the_words_of_those_before_it() {
        let mut locals = Locals::default();
        let mut words = Vec::new();
        for (number, value_type) in
            [(2, ValueType::I32), (0, ValueType::I64), (3, ValueType::I64), (1, ValueType::I32)]
        {
            locals.declare(number, value_type);
            words.extend(vec![value_type; number as usize]);
        }
        let mut word = 0;
        for (index, value_type) in (0..).zip(words) {
            let local = locals.get(index);
            assert_eq!((local.word, local.value_type), (word, value_type), "{index}");
            word += u32::from(value_type.words());
        }
        assert_eq!((locals.number(), locals.windows()), (6, 1));
    }
}
