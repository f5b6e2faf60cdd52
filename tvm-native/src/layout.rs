//! What machine code finds where. Its only argument beside the token is the address of some words of 64 bits:
//! numbers, and addresses of what a [`PlanState`](tvm_runtime::engine::PlanState) holds. A [`Layout`] says which
//! word is what, for one plan. It depends on the plan alone, so code that was translated for a plan can be
//! stored and run with the same plan elsewhere: nothing in the code is an address.

use std::collections::BTreeMap;

use tvm_runtime::patterns::Line;
use tvm_runtime::plan::code::RingQuery;
use tvm_runtime::plan::{Code, Operation, Plan};

/// The words that every plan has, by their index.
pub mod word {
    /// The number of the position.
    pub const POSITION: u32 = 0;
    /// The position modulo the period for the first period, after that the period more.
    pub const PHASE: u32 = 1;
    /// Registers, f64.
    pub const REGISTERS: u32 = 2;
    /// Winners, u32.
    pub const WINNERS: u32 = 3;
    /// For every cache of keys the place of this position, u32.
    pub const PLACES: u32 = 4;
    /// Running sums, f64.
    pub const SUMS: u32 = 5;
    /// The rows of the embedding that are read, f64.
    pub const EMBEDDING: u32 = 6;
    /// The rows of what is periodic, f64.
    pub const PERIODIC: u32 = 7;
    /// [`Layout::constants`](super::Layout::constants).
    pub const CONSTANTS: u32 = 8;
    /// What a function of the runtime returns: a number, an address, or the bits of an f64.
    pub const RESULT: u32 = 9;
    /// The score that goes with a token in `RESULT`, f64.
    pub const SCORE: u32 = 10;
    /// The routine through which functions of the runtime are called.
    pub const CALL: u32 = 11;
    /// Whose words these are. Not for machine code.
    pub(crate) const OWNER: u32 = 12;
    /// The address of a list: for every class where its machine code begins, u64; 0 where it is interpreted.
    pub const CLASSES: u32 = 13;
    /// The functions of the runtime, in the order of [`Function`](super::Function).
    pub const FUNCTIONS: u32 = 14;
    /// The words that depend on the plan begin here.
    pub(super) const END: u32 = FUNCTIONS + super::Function::ALL.len() as u32;
}

/// Functions of the runtime. All have the arguments `(words, argument, x, y)` with two f64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// Stores the key `(x, y)` in the cache `argument`. Returns its place, for which there is a row in every
    /// cache of values then.
    Insert,
    /// Searches the query `(x, y)` in the cache `argument`. Returns the place of the winner.
    Find,
    /// Finds the row of the table `argument` for `x`. Returns its address.
    Row,
    /// The sum of a chain of `argument` neurons, `x` the first gate and `y` the distance. Returns an f64.
    Chain,
    /// The best token of the pattern `argument` for the rest `x` and `r = y`. Returns it and its score.
    Pattern,
    /// No more tokens are predicted, for the reason `argument`.
    Refuse,
}

impl Function {
    /// All of them.
    pub const ALL: [Function; 6] = [
        Function::Insert,
        Function::Find,
        Function::Row,
        Function::Chain,
        Function::Pattern,
        Function::Refuse,
    ];
}

/// What the common part adds to a class that it returns because no machine code is there for it. No token is as great.
pub const INTERPRETED: u64 = 1 << 32;

/// What [`Function::Refuse`] can be given: an integer is too large.
pub const INTEGER: u64 = 0;

/// What [`Function::Refuse`] can be given: a running sum is too large.
pub const RUNNING_SUM: u64 = 1;

/// The words of a cache of keys, from its first. For integer keys:
pub mod key_word {
    /// The first places of pages, u32.
    pub const FIRST: u32 = 0;
    /// The number of pages.
    pub const PAGES: u32 = 1;
    /// The stamps of places, u64.
    pub const STAMPS: u32 = 2;
    /// Three chords of four f64.
    pub const CHORDS: u32 = 3;
    /// Two outer keys, each two f64, the place, and the address of the stamp.
    pub const OUTER: u32 = 15;
    /// For a cache that remembers the greatest key alone: where that is, f64.
    pub const GREATEST: u32 = 0;
    /// The number of words.
    pub const LENGTH: u32 = 23;
}

/// A query of a ring, and how many bytes a row has.
type Query = (Vec<usize>, Vec<usize>, usize);

/// What machine code for a plan finds where.
#[derive(Debug, Clone)]
pub struct Layout {
    keys: u32,
    values: u32,
    rings: u32,
    tables: u32,
    rows: u32,
    length: u32,
    queries: BTreeMap<Query, u32>,
    lines: Vec<u32>,
    arms: u32,
    constants: Vec<u64>,
}

impl Layout {
    /// The layout for a plan.
    pub fn new(plan: &Plan, code: &Code) -> Layout {
        let mut layout = Layout::of_constants(plan, Vec::new());
        layout.add_queries(plan, code);
        layout.add_lines(plan);
        layout.add_arms(code);
        layout
    }

    /// The layout for a plan whose code is translated: with the constants of [`Layout::new`].
    pub(crate) fn of_constants(plan: &Plan, constants: Vec<u64>) -> Layout {
        let count = |list: usize, words: u32| list as u32 * words;
        let keys = word::END;
        let values = keys + count(plan.keys.len(), key_word::LENGTH);
        let rings = values + count(plan.values.len(), 1);
        let tables = rings + count(plan.rings.len(), 1);
        let rows = tables + count(plan.tables.len(), 1);
        let length = rows + count(plan.tables.len(), 1);
        let (queries, lines) = (BTreeMap::new(), Vec::new());
        Layout { keys, values, rings, tables, rows, length, queries, lines, arms: 0, constants }
    }

    /// The number of words.
    pub fn length(&self) -> usize {
        self.length as usize
    }

    /// The first word of a cache of keys.
    pub fn keys(&self, keys: usize) -> u32 {
        self.keys + keys as u32 * key_word::LENGTH
    }

    /// The word that has the address of a cache of values, f64: a row for every place of its cache of keys.
    pub fn values(&self, cache: usize) -> u32 {
        self.values + cache as u32
    }

    /// The word that has the address of a ring, f64.
    pub fn ring(&self, ring: usize) -> u32 {
        self.rings + ring as u32
    }

    /// The word that has the address of a table's tabulated sums, f64.
    pub fn table(&self, table: usize) -> u32 {
        self.tables + table as u32
    }

    /// The word that has the address of the row that the common part has found in a table, f64, where
    /// [`Code::handed_rows`] lists the table.
    pub fn found_row(&self, table: usize) -> u32 {
        self.rows + table as u32
    }

    /// Words that never change.
    pub fn constants(&self) -> &[u64] {
        &self.constants
    }

    /// Where the constants have, for every phase, how many bytes after the beginning of a ring a query reads.
    pub fn query(&self, query: &RingQuery, width: usize) -> u32 {
        self.queries[&(query.ago.clone(), query.early.clone(), width)]
    }

    /// Where the constants have the winners of a pattern's grid: slope and offset as f64, and the token, for each.
    pub fn lines(&self, pattern: usize) -> u32 {
        self.lines[pattern]
    }

    /// Where the constants have the arm for every row and stage.
    pub fn arms(&self) -> u32 {
        self.arms
    }

    fn add_arms(&mut self, code: &Code) {
        self.arms = self.constants.len() as u32;
        let arms = code.selector.iter().flat_map(|selector| &selector.arms);
        self.constants.extend(arms.map(|arm| u64::from(*arm)));
    }

    fn add_queries(&mut self, plan: &Plan, code: &Code) {
        let blocks = code.classes.iter().map(|class| class.block).chain([code.common]);
        for operation in blocks.flat_map(|block| code.operations(block)) {
            let Operation::Ring { ring, asked, .. } = *operation else { continue };
            let (width, period) = (plan.rings[ring as usize], plan.period);
            for RingQuery { ago, early, .. } in code.queries(asked) {
                let key = (ago.clone(), early.clone(), width);
                if self.queries.contains_key(&key) {
                    continue;
                }
                self.queries.insert(key, self.constants.len() as u32);
                let phases = early.iter().chain(ago).enumerate();
                let row = |(phase, ago): (usize, &usize)| (phase % period + period - ago) % period;
                let bytes = phases.map(|phase| (row(phase) * width * size_of::<f64>()) as u64);
                self.constants.extend(bytes);
            }
        }
    }

    fn add_lines(&mut self, plan: &Plan) {
        for pattern in &plan.output.patterns {
            self.lines.push(self.constants.len() as u32);
            let words = |line: &Line| {
                [line.slope.to_bits(), line.offset.to_bits(), u64::from(line.token.0)]
            };
            self.constants.extend(pattern.lines.winners.iter().flat_map(words));
        }
    }
}
