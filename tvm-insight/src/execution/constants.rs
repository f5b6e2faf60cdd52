//! Globals that hold the same constant in every run. The prologue of a program writes the constants that its instructions
//! read from globals, each by one `i32.const` for each word.
//!
//! A word counts as constant if a single instruction of the whole program writes it and that instruction is such an
//! `i32.const`. What is read there is that constant, since a variable is written before it is read.

use std::collections::HashMap;

use super::words::values;
use tvm_program::{InstructionSet, Place, Program, Space, Value, ValueType};

/// The words of globals that are constant.
#[derive(Debug, Default)]
pub(super) struct Constants(HashMap<u32, u32>);

impl Constants {
    /// Those of a program of this instruction set. There are none in a set without places, where a variable can be
    /// read before it is written.
    pub(super) fn of(program: &Program, set: &InstructionSet) -> Constants {
        if !set.has_places() {
            return Constants::default();
        }
        // The word that is written, unless more than one instruction writes there, or no constant.
        let mut written: HashMap<u32, Option<u32>> = HashMap::new();
        let mut write = |index: u32, word: Option<u32>| {
            written.entry(index).and_modify(|word| *word = None).or_insert(word);
        };
        for instruction in &program.instructions {
            let Some(mnemonic) = set.by_code(instruction.code) else { continue };
            if let Some((Space::Globals, words)) = mnemonic.writes {
                let indices = (0..).map(|word| instruction.immediate.wrapping_add(word));
                indices.take(words.into()).for_each(|index| write(index, None));
            }
            if let Place::Global(first) = instruction.places.result {
                let constant = (mnemonic.name == "i32.const").then_some(instruction.immediate);
                let indices =
                    (0..mnemonic.result_words()).map(|word| u32::from(first) + u32::from(word));
                indices.for_each(|index| write(index, constant));
            }
        }
        Constants(written.into_iter().filter_map(|(index, word)| Some((index, word?))).collect())
    }

    /// The constant of a type that begins with this word of the globals, if all of its words are constant.
    pub(super) fn value(&self, of: ValueType, first: u16) -> Option<Value> {
        let indices = (0..of.words()).map(|word| u32::from(first) + u32::from(word));
        let words: Option<Vec<u32>> = indices.map(|index| self.0.get(&index).copied()).collect();
        values(&[of], &words?).pop()
    }
}
