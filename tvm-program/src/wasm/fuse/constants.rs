//! Constants that instructions read from globals. The prologue writes each of them once; an instruction that pushes a
//! constant is five tokens each time. There are as many as there are places of globals; those that occur most often
//! come first.

use std::collections::{BTreeMap, BTreeSet};

use super::opcodes::Effects;
use crate::wasm::lower::{Step, words_of};
use crate::{PLACES_OF_GLOBALS, Place, Space};

/// The constants of a program.
#[derive(Debug, Default)]
pub(crate) struct Constants {
    /// The first word of each, by its bits and its number of words.
    words: BTreeMap<(u64, u8), u16>,
    /// Those that an instruction reads.
    used: BTreeSet<(u64, u8)>,
    /// The words of globals that the program reads as such.
    read: BTreeSet<u32>,
}

impl Constants {
    /// Gives places to the constants that these steps push.
    pub(crate) fn of<'steps>(
        steps: impl Iterator<Item = &'steps Step>,
        effects: &Effects<'_>,
    ) -> Constants {
        let mut counts: BTreeMap<(u64, u8), usize> = BTreeMap::new();
        let mut first = 0;
        let mut before = None;
        let mut read = BTreeSet::new();
        for step in steps {
            let Some(instruction) = Effects::instruction(step) else {
                before = None;
                continue;
            };
            let accessed = [effects.reads(instruction), effects.writes(instruction)];
            for one in accessed.into_iter().flatten().filter(|one| one.space == Space::Globals) {
                first = first.max(one.word + u32::from(one.words));
            }
            let global = effects.reads(instruction).filter(|one| one.space == Space::Globals);
            read.extend(global.into_iter().flat_map(|one| one.each_word()).map(|(_, word)| word));
            let constant = effects.constant(instruction);
            if let Some(constant) = constant {
                *counts.entry(constant).or_default() += 1;
            }
            if let (Some((low, 1)), Some((high, 1))) = (before, constant) {
                *counts.entry((pair(low, high), 2)).or_default() += 1;
            }
            before = constant;
        }
        Constants { words: placed(counts, first), used: BTreeSet::new(), read }
    }

    /// The place of a constant, which then counts as used.
    pub(crate) fn place(&mut self, constant: (u64, u8)) -> Option<Place> {
        let word = *self.words.get(&constant)?;
        self.used.insert(constant);
        Some(Place::Global(word))
    }

    /// The words of globals that are read and must be written before: the constants that are used, and those that begin
    /// as 0.
    pub(crate) fn words(&self) -> BTreeMap<u32, u32> {
        let constants = self.used.iter().flat_map(|&(bits, words)| {
            let first = u32::from(self.words[&(bits, words)]);
            (first..).zip(words_of(bits)).take(words.into())
        });
        self.read.iter().map(|word| (*word, 0)).chain(constants).collect()
    }
}

/// Two words as one number.
pub(crate) fn pair(low: u64, high: u64) -> u64 {
    high << 32 | low
}

/// The first word of every constant that has a place behind the globals of the program.
fn placed(counts: BTreeMap<(u64, u8), usize>, first: u32) -> BTreeMap<(u64, u8), u16> {
    let mut next = u16::try_from(first).unwrap_or(PLACES_OF_GLOBALS);
    let mut by_count: Vec<((u64, u8), usize)> = counts.into_iter().collect();
    by_count.sort_by_key(|(constant, count)| (std::cmp::Reverse(*count), *constant));
    let mut words = BTreeMap::new();
    for (constant, _) in by_count {
        let behind = next.saturating_add(u16::from(constant.1));
        if behind > PLACES_OF_GLOBALS {
            break;
        }
        words.insert(constant, next);
        next = behind;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(constants: &[((u64, u8), usize)], first: u32) -> Vec<((u64, u8), u16)> {
        let mut placed: Vec<_> =
            placed(constants.iter().copied().collect(), first).into_iter().collect();
        placed.sort_by_key(|(_, word)| *word);
        placed
    }

    #[test]
    fn constants_that_occur_often_come_first_behind_the_globals() {
        let constants = [((7, 1), 2), ((7, 2), 9), ((1, 1), 2), ((u64::MAX, 2), 3)];
        let expected = [((7, 2), 5), ((u64::MAX, 2), 7), ((1, 1), 9), ((7, 1), 10)];
        assert_eq!(places(&constants, 5), expected);
    }

    #[test]
    fn there_are_as_many_as_there_are_places() {
        let last = u32::from(PLACES_OF_GLOBALS) - 3;
        let constants = [((1, 1), 3), ((2, 2), 2), ((3, 1), 1)];
        let (one, two) = (((1, 1), last as u16), ((2, 2), last as u16 + 1));
        assert_eq!(places(&constants, last), [one, two]);
        assert_eq!(places(&constants, last + 1), [((1, 1), last as u16 + 1)]);
        for first in [last + 3, u32::from(u16::MAX), 1 << 20] {
            assert_eq!(places(&constants, first), []);
        }
    }

    #[test]
    fn the_words_of_a_constant_are_the_lower_one_first() {
        let number = pair(0x8765_4321, 0xfedc_ba98);
        assert_eq!(number, 0xfedc_ba98_8765_4321);
        let mut constants = Constants {
            words: placed(BTreeMap::from([((number, 2), 1), ((3, 1), 1)]), 4),
            read: BTreeSet::from([0, 2]),
            ..Constants::default()
        };
        assert_eq!(constants.place((number, 2)), Some(Place::Global(5)));
        assert_eq!(constants.place((number, 1)), None);
        // One that nothing reads is not written.
        let words = BTreeMap::from([(0, 0), (2, 0), (5, 0x8765_4321), (6, 0xfedc_ba98)]);
        assert_eq!(constants.words(), words);
    }
}
