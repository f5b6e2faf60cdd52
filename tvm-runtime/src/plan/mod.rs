//! The forward pass as a small dataflow program, derived from a model's matrices alone.
//!
//! A slot of the residual stream is rewritten many times, and most of what a half-layer does is to
//! move values about. Here every value that arises has a [`Register`] of its own, a slot is a linear
//! form over registers, and moving is free: a head that reads its own position and a neuron that is
//! always open disappear into the forms that read them. What is left is what computes: sums,
//! products of an open gate, patterns, and memories of the kind that each head needs.
//!
//! The plan gives the tokens of the dense definition. State is integers below `2^53`, so that sums
//! may be added in any order. What may be a fraction (what a mean head gives, or fractional weights)
//! is followed through the stream, and everything that reads it is added in the order of the
//! definition ([`Step::Ordered`]), unless it is known what rounding leaves ([`Step::Total`]).

pub mod bounds;
mod branch;
mod by_register;
pub mod code;
mod derive;
mod display;
mod exactness;
mod form;
mod frame;
mod heads;
mod kept;
mod live;

pub use bounds::{POSITIONS, WATCHED};
pub use branch::{Arm, Arms, Branches, Selector, Stage, Stages};
pub use code::{Block, Class, Code, Operation, Span};
pub(crate) use derive::Derivation;
pub use exactness::{Exactness, HeadExactness, LayerExactness, Limit};
pub use form::Form;
pub use heads::{HeadKind, head_kinds};
pub use kept::Kept;
pub use tvm_weights::Digest;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::engine::Best;
use crate::patterns::{BiasedTotal, Chain, Lines, Table};
use tvm_weights::Token;

/// A value that arises once for every token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Register(pub u32);

/// One computation.
#[derive(Debug, Clone)]
pub enum Step {
    /// A linear form.
    Sum {
        /// The result.
        to: Register,
        /// What is added.
        form: Form,
    },
    /// A sum that is rounded after every term, in this order.
    Ordered {
        /// The result.
        to: Register,
        /// What is added.
        terms: Vec<(Register, f64)>,
    },
    /// A sum of integers in this order. The engine refuses to go on when a term or a partial sum is
    /// larger than [`WATCHED`], so that none was rounded.
    Watched {
        /// The result.
        to: Register,
        /// What is added.
        terms: Vec<(Register, f64)>,
    },
    /// `max(0, gate)`.
    Open {
        /// The result.
        to: Register,
        /// How far the neuron is open.
        gate: Register,
    },
    /// `max(0, gate) * value`.
    Product {
        /// The result.
        to: Register,
        /// How far the neuron is open.
        gate: Register,
        /// What it lets through.
        value: Register,
    },
    /// The sum of a chain of neurons.
    Chain {
        /// The result.
        to: Register,
        /// The first gate and the distance to the next.
        ends: [Register; 2],
        /// The chain.
        chain: Chain,
    },
    /// The engine refuses to go on when a register, an integer, is larger than it may be. [`Code`] has none where a
    /// watched sum looks at the register.
    Watch {
        /// What is looked at.
        register: Register,
        /// The greatest magnitude.
        most: f64,
    },
    /// A piecewise linear function, with a result for every slot that the pattern writes.
    Table {
        /// The results that are read, with their column.
        to: Vec<(Register, usize)>,
        /// The argument.
        x: Register,
        /// Which table of the plan.
        table: usize,
    },
    /// The mean over all positions.
    Mean {
        /// The result.
        to: Register,
        /// What is averaged.
        value: Register,
        /// Which running sum.
        sum: usize,
    },
    /// The sum over all positions, with a bias.
    Total {
        /// The result.
        to: Register,
        /// What is added up.
        value: Register,
        /// The bias.
        biased: BiasedTotal,
        /// Which running sum.
        sum: usize,
    },
    /// Values a fixed number of positions ago, by the position modulo the period.
    Ring {
        /// What is remembered.
        values: Vec<Register>,
        /// What is asked.
        asked: Vec<RingQuery>,
        /// Which ring.
        ring: usize,
    },
    /// The position's key is remembered.
    Key {
        /// The key.
        key: [Register; 2],
        /// Which cache of keys.
        keys: usize,
    },
    /// Values of the position are kept where its key says.
    Keep {
        /// The values.
        values: Vec<Register>,
        /// Which cache of values.
        cache: usize,
    },
    /// A key is searched.
    Find {
        /// Where the winner's values are.
        to: Winner,
        /// The direction; for [`KeyKind::Integer`] only the first coordinate counts.
        query: [Register; 2],
        /// Which cache of keys.
        keys: usize,
    },
    /// Values that were kept are read.
    Read {
        /// The results, with the index of the kept value.
        to: Vec<(Register, usize)>,
        /// Where.
        winner: Winner,
        /// Which cache of values.
        cache: usize,
    },
}

/// What a search found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Winner(pub u32);

/// A query of a [`Step::Ring`].
#[derive(Debug, Clone)]
pub struct RingQuery {
    /// How many positions ago, by the position modulo the period, when there are so many.
    pub ago: Vec<usize>,
    /// The same for the first positions.
    pub early: Vec<usize>,
    /// The results, with the index of the remembered value.
    pub found: Vec<(Register, usize)>,
}

/// What a cache of keys must be able to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// The first coordinate of every key is the same integer, and the second coordinate of every query is positive.
    Greatest,
    /// The second coordinate of every query is 1, so that keys may be integers in disguise.
    Integer,
    /// The second coordinate of every query is positive.
    LookingUp,
    /// Any direction.
    General,
}

/// A cache of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValueCache {
    /// The cache of keys that says where.
    pub keys: usize,
    /// Values a position.
    pub width: usize,
}

/// What the first registers hold, and where it is from.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// What differs from token to token.
    pub token: Vec<(Register, Column)>,
    /// What depends on the position modulo the period.
    pub periodic: Vec<(Register, Column)>,
    /// The number of the position, counted from 0.
    pub position: Option<Register>,
}

/// What an input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// A slot of the embedding.
    Slot(usize),
    /// Which row the token is, where it is fetched as an instruction: see [`Branches`].
    Class,
    /// 1 for first tokens, 0 for all others: see [`Stages`].
    First,
}

/// A pattern of tokens with its registers.
#[derive(Debug, Clone)]
pub struct OutputPattern {
    /// Which pattern of the plan it is.
    pub number: usize,
    /// The part of the score that is the same for all.
    pub rest: Register,
    /// The argument of the lines.
    pub r: Register,
    /// The lines.
    pub lines: Arc<Lines>,
}

/// How the next token is found.
#[derive(Debug, Clone, Default)]
pub struct Output {
    /// Tokens with their scores.
    pub singles: Vec<(Token, Register)>,
    /// Tokens whose scores are lines.
    pub patterns: Vec<OutputPattern>,
    /// What is looked at besides; empty but in a plan that [observes](Plan::observing).
    pub observed: Vec<Register>,
}

/// The whole program.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The digest of the matrices that it was derived from.
    pub digest: Digest,
    /// What is there before the first step.
    pub inputs: Inputs,
    /// `[vocabulary, token inputs]`, row by row.
    pub embedding: Vec<f64>,
    /// `[period, periodic inputs]`, row by row.
    pub periodic: Vec<f64>,
    /// The number of rows of `periodic`.
    pub period: usize,
    /// What is computed, each from what is before.
    pub steps: Vec<Step>,
    /// The tables that steps name.
    pub tables: Vec<Table>,
    /// The caches of keys that steps name.
    pub keys: Vec<KeyKind>,
    /// The caches of values.
    pub values: Vec<ValueCache>,
    /// For every ring, the number of values a position.
    pub rings: Vec<usize>,
    /// The number of running sums.
    pub sums: usize,
    /// How the next token is found.
    pub output: Output,
    /// The steps once more, by class, where there are classes.
    pub branches: Option<Branches>,
    /// The number of registers.
    pub registers: usize,
    /// The number of winners.
    pub winners: usize,
    /// What registers can hold.
    pub(crate) bounds: bounds::Bounds,
}

impl Plan {
    /// Is a register certainly a finite number?
    pub fn is_finite(&self, register: Register) -> bool {
        self.bounds.of_register(register).is_finite()
    }
}

impl OutputPattern {
    /// The token with the greatest score, and its score; [`Token::NONE`] when none is a number.
    #[inline]
    pub fn best(&self, rest: f64, r: f64) -> (Token, f64) {
        let mut best = Best::default();
        for line in self.lines.candidates(r) {
            best.challenge(line.token, rest + line.slope * r + line.offset);
        }
        (best.token(), best.score())
    }
}

impl Output {
    /// The registers that it reads.
    pub fn registers(&self) -> BTreeSet<Register> {
        let singles = self.singles.iter().map(|(_, score)| *score);
        let patterns = self.patterns.iter().flat_map(|pattern| [pattern.rest, pattern.r]);
        singles.chain(patterns).chain(self.observed.iter().copied()).collect()
    }
}

impl Step {
    /// The registers that hold its results.
    pub fn results(&self) -> Vec<Register> {
        match self {
            Step::Sum { to, .. }
            | Step::Ordered { to, .. }
            | Step::Watched { to, .. }
            | Step::Open { to, .. }
            | Step::Product { to, .. }
            | Step::Chain { to, .. }
            | Step::Mean { to, .. }
            | Step::Total { to, .. } => vec![*to],
            Step::Table { to, .. } | Step::Read { to, .. } => {
                to.iter().map(|(to, _)| *to).collect()
            }
            Step::Ring { asked, .. } => {
                asked.iter().flat_map(|query| &query.found).map(|(to, _)| *to).collect()
            }
            Step::Watch { .. } | Step::Key { .. } | Step::Keep { .. } | Step::Find { .. } => {
                Vec::new()
            }
        }
    }

    /// The registers that it reads.
    pub fn reads(&self) -> Vec<Register> {
        match self {
            Step::Sum { form, .. } => form.terms().iter().map(|(from, _)| *from).collect(),
            Step::Ordered { terms, .. } | Step::Watched { terms, .. } => {
                terms.iter().map(|(from, _)| *from).collect()
            }
            Step::Open { gate, .. } => vec![*gate],
            Step::Watch { register, .. } => vec![*register],
            Step::Product { gate, value, .. } => vec![*gate, *value],
            Step::Chain { ends, .. } => ends.to_vec(),
            Step::Table { x, .. } => vec![*x],
            Step::Mean { value, .. } | Step::Total { value, .. } => vec![*value],
            Step::Ring { values, .. } | Step::Keep { values, .. } => values.clone(),
            Step::Key { key, .. } => key.to_vec(),
            Step::Find { query, .. } => query.to_vec(),
            Step::Read { .. } => Vec::new(),
        }
    }
}
