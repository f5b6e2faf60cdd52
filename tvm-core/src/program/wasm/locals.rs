//! Which of the machine's locals, one word each, the locals of a function are: in order, an i64
//! taking two words. Behind them lie scratch words of the front end's own.

use super::value::{ValueType, words};

/// The locals that a call depth has room for; a function with more takes several depths.
const WORDS_PER_WINDOW: u32 = 64;

/// The scratch word that keeps a single word while operands below it are dropped.
const KEPT_WORD: u32 = 0;
/// The scratch word that keeps the index of a `br_table`.
const TABLE_INDEX: u32 = 1;
/// The first of the scratch words that keep several words.
const KEPT_WORDS: u32 = 2;

/// A local: its first word and its type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Local {
    pub(super) word: u32,
    pub(super) value_type: ValueType,
}

/// The locals of a function.
#[derive(Debug, Default)]
pub(super) struct Locals {
    places: Vec<Local>,
    words: u32,
    scratch: u32,
}

impl Locals {
    /// Adds a local.
    pub(super) fn declare(&mut self, value_type: ValueType) {
        self.places.push(Local { word: self.words, value_type });
        self.words += words(&[value_type]);
    }

    /// The local with this index.
    pub(super) fn get(&self, index: u32) -> Local {
        self.places[index as usize]
    }

    /// All locals so far, in order.
    pub(super) fn all(&self) -> &[Local] {
        &self.places
    }

    /// The scratch word of a table's index.
    pub(super) fn table_index(&mut self) -> u32 {
        self.scratch(TABLE_INDEX, 1)
    }

    /// The places of values that are kept while operands below them are dropped.
    pub(super) fn kept(&mut self, types: &[ValueType]) -> Vec<Local> {
        let mut which = match types {
            [ValueType::I32] => KEPT_WORD,
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
    pub(super) fn windows(&self) -> u32 {
        (self.words + self.scratch).div_ceil(WORDS_PER_WINDOW).max(1)
    }
}
