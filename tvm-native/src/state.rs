//! The state of a plan with the words by which machine code reaches it.

use std::sync::Arc;

use tvm_runtime::attention::{FastPaths, GreatestKey, OuterPath, Place};
use tvm_runtime::engine::{PlanState, Refusal};
use tvm_runtime::patterns::chain_sum;
use tvm_runtime::plan::Plan;

use crate::Routine;
use crate::blocks::Blocks;
use crate::layout::{Function, RUNNING_SUM, key_word, word};
use crate::machine::{self, Entry};

/// A state and the words for it.
pub(crate) struct Machine<'plan> {
    pub(crate) plan: &'plan Plan,
    pub(crate) blocks: Arc<Blocks>,
    pub(crate) state: PlanState,
    /// For every cache of keys: how often it had changed when its words were set.
    changes: Vec<u64>,
    /// For every cache of keys: so many places have rows.
    rows: Vec<u32>,
    /// For every class where its machine code begins, or 0: when a token is predicted, and when it is not.
    classes: [Vec<u64>; 2],
    /// For every table the last row that is no row of its grid, or that the interpreter has found.
    beyond: Vec<Vec<f64>>,
    pub(crate) words: Vec<u64>,
}

fn address<T>(list: *const T) -> u64 {
    list.expose_provenance() as u64
}

impl<'plan> Machine<'plan> {
    /// Nothing was read.
    pub(crate) fn new(plan: &'plan Plan, blocks: Arc<Blocks>) -> Self {
        let words = vec![0; blocks.layout.length()];
        let (changes, rows) = (vec![u64::MAX; plan.keys.len()], vec![0; plan.keys.len()]);
        let state = PlanState::new(plan);
        let classes = [(); 2].map(|()| vec![0; blocks.code.classes.len()]);
        let beyond = plan.tables.iter().map(|table| vec![0.0; table.slots.len()]).collect();
        let mut machine = Machine { plan, blocks, state, changes, rows, classes, beyond, words };
        machine.set_fixed();
        machine.set_greatest();
        machine.set_moved();
        machine
    }

    fn set(&mut self, word: u32, value: u64) {
        self.words[word as usize] = value;
    }

    /// The words that stay as they are.
    fn set_fixed(&mut self) {
        let state = &mut self.state;
        let fixed = [
            (word::REGISTERS, address(state.registers_mut().as_mut_ptr())),
            (word::WINNERS, address(state.winners_mut().as_mut_ptr())),
            (word::PLACES, address(state.places_mut().as_mut_ptr())),
            (word::SUMS, address(state.sums_mut().as_mut_ptr())),
            (word::EMBEDDING, address(self.plan.embedding.as_ptr())),
            (word::PERIODIC, address(self.plan.periodic.as_ptr())),
            (word::CONSTANTS, address(self.blocks.layout.constants().as_ptr())),
        ];
        fixed.into_iter().for_each(|(word, value)| self.set(word, value));
        for (index, function) in Function::ALL.into_iter().enumerate() {
            self.set(word::FUNCTIONS + index as u32, machine::address(function));
        }
        for ring in 0..self.plan.rings.len() {
            let ring_address = address(self.state.ring_mut(ring).as_mut_ptr());
            self.set(self.blocks.layout.ring(ring), ring_address);
        }
        for (index, table) in self.plan.tables.iter().enumerate() {
            let rows = table.tabulated().map_or(0, |rows| address(rows.as_ptr()));
            self.set(self.blocks.layout.table(index), rows);
        }
    }

    /// The words of caches that remember one key. They have no more than two places.
    fn set_greatest(&mut self) {
        for keys in 0..self.plan.keys.len() {
            let Some(greatest) = self.state.greatest_key_mut(keys) else { continue };
            let greatest = address(greatest);
            self.set(self.blocks.layout.keys(keys) + key_word::GREATEST, greatest);
            self.make_rows(keys, GreatestKey::WINNER.max(GreatestKey::NOWHERE));
        }
    }

    /// The word of the routine that calls functions, when it is translated.
    pub(crate) fn set_call(&mut self) {
        let call = self.blocks.entry(Routine::Call);
        self.set(word::CALL, call.as_ref().map_or(0, Entry::address));
    }

    /// Where the machine code of a class begins, when it is translated.
    pub(crate) fn set_class(&mut self, class: usize, entry: &Entry) {
        self.classes[0][class] = entry.address();
        for (of, address) in self.classes[1].iter_mut().enumerate() {
            if self.blocks.code.for_reading(of) == class {
                *address = entry.address();
            }
        }
    }

    /// Makes ready for the machine code of the next token, after which one is predicted or not.
    #[inline]
    pub(crate) fn set_token(&mut self, phase: u64, is_predicted: bool) {
        let classes = address(self.classes[usize::from(!is_predicted)].as_ptr());
        self.words[word::POSITION as usize] = self.state.position();
        self.words[word::PHASE as usize] = phase;
        self.words[word::CLASSES as usize] = classes;
    }

    /// The rows that the common part hands to the classes, after it was interpreted.
    pub(crate) fn set_rows(&mut self) {
        let blocks = self.blocks.clone();
        for (table, results) in blocks.code.handed_rows(self.plan) {
            for &(register, column) in blocks.code.results(results) {
                self.beyond[table][column as usize] = self.state.get(register);
            }
            let row = address(self.beyond[table].as_ptr());
            self.set(blocks.layout.found_row(table), row);
        }
    }

    /// The words of lists that may have been moved, after a block was interpreted.
    pub(crate) fn set_moved(&mut self) {
        for keys in 0..self.plan.keys.len() {
            self.set_keys(keys);
            let place = self.state.places_mut()[keys];
            self.make_rows(keys, place);
        }
    }

    fn set_keys(&mut self, keys: usize) {
        let Some(cache) = self.state.integer_keys_mut(keys) else { return };
        if std::mem::replace(&mut self.changes[keys], cache.changes()) == cache.changes() {
            return;
        }
        let FastPaths { first, pages, stamps, chords, outer } = cache.fast_paths();
        let word = self.blocks.layout.keys(keys);
        self.set(word + key_word::FIRST, address(first));
        self.set(word + key_word::PAGES, pages as u64);
        self.set(word + key_word::STAMPS, address(stamps));
        for (number, index) in chords.as_flattened().iter().zip(key_word::CHORDS..) {
            self.set(word + index, number.to_bits());
        }
        for (OuterPath { point: [k, y], place, stamp }, index) in outer.into_iter().zip([0, 4]) {
            let words = [k.to_bits(), y.to_bits(), place.0.into(), address(stamp)];
            for (value, index) in words.into_iter().zip(key_word::OUTER + index..) {
                self.set(word + index, value);
            }
        }
    }

    /// A place has a row in every cache of values that goes with the keys: machine code need not look.
    fn make_rows(&mut self, keys: usize, place: Place) {
        if place.0 < self.rows[keys] {
            return;
        }
        self.rows[keys] = place.0 + 1;
        for (cache, values) in self.plan.values.iter().enumerate() {
            if values.keys == keys {
                self.state.row_mut(cache, place);
                let values = address(self.state.values_mut(cache).as_mut_ptr());
                self.set(self.blocks.layout.values(cache), values);
            }
        }
    }

    pub(crate) fn insert(&mut self, keys: usize, key: [f64; 2]) {
        let place = self.state.insert(keys, key);
        self.set_keys(keys);
        self.make_rows(keys, place);
        self.set(word::RESULT, place.0.into());
    }

    pub(crate) fn find(&mut self, keys: usize, query: [f64; 2]) {
        let place = self.state.find(keys, query);
        self.set(word::RESULT, place.0.into());
    }

    pub(crate) fn row(&mut self, table: usize, x: f64) {
        self.beyond[table].copy_from_slice(self.state.row(self.plan, table, x));
        self.set(word::RESULT, address(self.beyond[table].as_ptr()));
    }

    pub(crate) fn chain(&mut self, first: f64, step: f64, length: f64) {
        self.set(word::RESULT, chain_sum(first, step, length).to_bits());
    }

    pub(crate) fn pattern(&mut self, pattern: usize, rest: f64, r: f64) {
        let (token, score) = self.plan.output.patterns[pattern].best(rest, r);
        self.set(word::RESULT, token.0.into());
        self.set(word::SCORE, score.to_bits());
    }

    pub(crate) fn refuse(&mut self, reason: u64) {
        let refusal = if reason == RUNNING_SUM { Refusal::RunningSum } else { Refusal::Integer };
        self.state.watch().refuse(refusal);
    }
}
