//! What the frequent paths of [`IntegerKeys`] read and write, for machine code that follows them. Everything
//! else goes through [`IntegerKeys::insert`] and [`IntegerKeys::find`].
//!
//! What machine code relies on: `first` has `pages` entries, and every entry is the first of [`PAGE`] places for
//! each of which `stamps` has an entry. That stays so until one of the two functions is called.

use super::{GREATEST, IntegerKeys, Outer, Place, pages};

/// Where the frequent paths find their data.
#[derive(Debug, Clone, Copy)]
pub struct FastPaths {
    /// For every page its first place.
    pub first: *const u32,
    /// The number of pages.
    pub pages: usize,
    /// For every place one more than its latest position; 0 if there is none.
    pub stamps: *mut u64,
    /// Chords: a key `(2k, y)` is below one if `from <= k <= to` and `y < slope * k + intercept`. In this order.
    pub chords: [[f64; 4]; 3],
    /// Keys below the parabola that are frequent; the second may be the first once more.
    pub outer: [OuterPath; 2],
}

/// A key below the parabola that has a place.
#[derive(Debug, Clone, Copy)]
pub struct OuterPath {
    /// `(k, y)` of a key `(2k, y)`; no numbers where there is none.
    pub point: [f64; 2],
    /// Its place.
    pub place: Place,
    /// One more than its latest position.
    pub stamp: *mut u64,
}

impl IntegerKeys {
    /// The number of keys in a page: a power of two.
    pub const PAGE: u64 = pages::PAGE as u64;

    /// Added to a key in f64, it leaves the index of the key in the bits of the sum, above
    /// [`FIRST_INDEX`](IntegerKeys::FIRST_INDEX).
    pub const MAGIC: f64 = pages::MAGIC;

    /// What is taken from the bits, wrapping, to get the index.
    pub const FIRST_INDEX: u64 = pages::MAGIC.to_bits().wrapping_add(pages::LEAST as u64);

    /// The greatest magnitude of a coordinate; what is greater is cut.
    pub const GREATEST: f64 = GREATEST;

    /// Where the frequent paths find their data.
    pub fn fast_paths(&mut self) -> FastPaths {
        FastPaths {
            first: self.pages.first().as_ptr(),
            pages: self.pages.first().len(),
            stamps: self.stamps.as_mut_ptr(),
            chords: self.chords.numbers(),
            outer: self.outer.each_mut().map(|outer| match outer {
                Some(Outer { point, stamp, place }) => {
                    OuterPath { point: *point, place: *place, stamp }
                }
                None => {
                    let point = [f64::NAN; 2];
                    OuterPath { point, place: IntegerKeys::NOWHERE, stamp: std::ptr::null_mut() }
                }
            }),
        }
    }

    /// How often what [`fast_paths`](IntegerKeys::fast_paths) gives has changed.
    pub fn changes(&self) -> u64 {
        self.changes
    }
}
