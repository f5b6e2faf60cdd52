//! What the registers of a plan can hold, at any position of any sequence.
//!
//! A plan may add the terms of a sum in an order of its own only where no order rounds. The rule, used
//! everywhere: integers `x_i` with integer weights `w_i` give the same sum in every order, exactly, when
//!
//! ```text
//! sum over i of max (w_i x_i, 0)  <  2^53    and    sum over i of min (w_i x_i, 0)  >  -2^53
//! ```
//!
//! since every sum of some of the terms lies between the two, and is then an integer that f64 holds
//! (`Interval::of_partial_sums`). The signs matter: a key near `-2^52` that is overwritten is added once and taken
//! away once, and the two together stay within `2^53`.
//!
//! What a half-layer writes to a slot is added up before the slot's old value is added, so two bounds suffice there: one
//! of all partial sums of the change, and one of what the slot holds afterwards. The second may use that
//! the change takes the old value away (`Derivation::adds_exactly`).
//!
//! The bounds of `x_i` come from the weights alone. A layer reads only what earlier layers computed, so one pass over
//! the steps suffices:
//!
//! - a column of the embedding lies between its least and its greatest entry;
//! - a position is less than [`POSITIONS`];
//! - what a head finds was kept at some position, so it lies where that register lies;
//! - sums and products of intervals are intervals, with ends that are rounded outwards;
//! - registers that come from one row of a table are looked at row by row (`rows`);
//! - neurons that let through the same and whose gates differ by constants are one function of the
//!   gate, whose range is known exactly, also together with a multiple of the gate (`Bounds::of_form`); so are the
//!   results of a short table;
//! - running sums are at most [`LARGEST_SUM`]. That is not proven but watched: an engine looks at every
//!   sum, and refuses to go on when one is larger.
//!
//! What grows with the position or with running sums, such as the square of a key, may be too large for
//! all of its bounds. Such an integer is watched too ([`Step::Watch`](super::Step)): a sum of two exact
//! integers that f64 rounds to less than `2^53` was not rounded. What depends on nothing that grows is never
//! watched. Such a sum is added in the order of the definition, and whoever reads it too.
//!
//! So three things are assumed of a sequence: its length, the size of running sums, and that of watched
//! integers. Engines check all three at every token ([`Refusal`](crate::engine::Refusal)).

mod interval;
mod registers;
mod rows;

pub(crate) use interval::Interval;
pub(crate) use registers::Bounds;

/// Integers below this are exact in f64.
pub(crate) const EXACT: f64 = (1_u64 << 53) as f64;

/// The greatest running sum. The depth of a stack in bytes, an address of a frame and a cursor are less.
pub const LARGEST_SUM: f64 = (1_u64 << 26) as f64;

/// The greatest integer that grows, in a slot that rows read with a weight above [`LARGE_WEIGHT`]: columns of
/// bytes of a product of 64 bits reach `2^43`, and a multiple by 500 is still exact. Keys and their squares,
/// which may be larger, are read as they are.
pub const LARGEST_MULTIPLIED: f64 = (3_u64 << 42) as f64;

/// The greatest number of positions since what a head found, in a slot that says how far neurons are open which let
/// through more than a constant: the index of a byte, times the bytes. One such limit takes the place of one for every
/// product.
pub const LARGEST_AGE: f64 = (1_u64 << 26) as f64;

/// The greatest weight with which a row may read an integer near [`WATCHED`].
pub const LARGE_WEIGHT: f64 = 2.0;

/// The greatest magnitude of an integer that is watched lest it was rounded. Less than `2^53` by so much that other terms may be added.
pub const WATCHED: f64 = EXACT - (1_u64 << 48) as f64;

/// What is known to be at most this is not watched: a watched integer and what is added to it where a slot is written.
pub(crate) const UNWATCHED: f64 = EXACT - (1_u64 << 47) as f64;

/// No sequence is longer: an engine that counts on bounds refuses the token at this position. A machine
/// reads as much in seven hours at five million tokens a second.
pub const POSITIONS: u64 = 1 << 37;
