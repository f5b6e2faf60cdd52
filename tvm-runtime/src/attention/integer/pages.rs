//! A map from integers to places, in pages of neighbouring integers.

use std::collections::BTreeSet;

use crate::attention::{Place, bytes_of};

/// The number of keys in a page: few, since each call has its variables at keys of its own, most of which are not used.
/// A bit of a `u64` stands for each.
pub(super) const PAGE: usize = u64::BITS as usize;

/// The least key that can be in a page.
pub(super) const LEAST: i64 = -(PAGE as i64);

/// The greatest key that can be in a page, plus one.
const END: i64 = 1 << 26;

/// Added to an integer below `2^51`, it leaves the integer in the low bits of the sum.
pub(super) const MAGIC: f64 = 1.5 * (1_u64 << 52) as f64;

/// The index of a key among those of all pages. A key that is too great or too small gets an index that is
/// in no page.
#[inline(always)]
pub(super) fn index(k: f64) -> usize {
    let bits = (k + MAGIC).to_bits().wrapping_sub(MAGIC.to_bits());
    // Where a usize has 32 bits, a great number must not be cut to a small one.
    bits.wrapping_sub(LEAST as u64).min(usize::MAX as u64) as usize
}

/// Can the key be in a page?
pub(super) fn has_index(k: f64) -> bool {
    k.fract() == 0.0 && k >= LEAST as f64 && k < END as f64
}

/// The keys that are stored, and their places. The places of a page are consecutive. Places below `PAGE`
/// are never used: they stand for all missing pages.
#[derive(Debug, Clone, Default)]
pub(super) struct Pages {
    /// The first place of every page; 0 for a page that is missing.
    first: Vec<u32>,
    /// For every page a bit for every key that is stored.
    stored: Vec<u64>,
    /// The pages that exist.
    pages: BTreeSet<usize>,
}

/// A copy that takes no memory for pages that are missing.
#[derive(Debug, Clone)]
pub(super) struct PackedPages {
    /// How many pages there is room for.
    room: usize,
    /// The pages that exist: the number of each, its first place, and a bit for every key that is stored.
    pages: Vec<(usize, u32, u64)>,
}

impl PackedPages {
    /// The approximate size in bytes.
    pub(super) fn bytes(&self) -> usize {
        bytes_of(&self.pages)
    }

    pub(super) fn unpack(&self) -> Pages {
        let (mut first, mut stored) = (vec![0; self.room], vec![0; self.room]);
        for &(page, place, bits) in &self.pages {
            (first[page], stored[page]) = (place, bits);
        }
        let pages = self.pages.iter().map(|(page, ..)| *page).collect();
        Pages { first, stored, pages }
    }
}

impl Pages {
    pub(super) fn pack(&self) -> PackedPages {
        let page = |&page: &usize| (page, self.first[page], self.stored[page]);
        PackedPages { room: self.first.len(), pages: self.pages.iter().map(page).collect() }
    }

    /// The approximate size in bytes.
    pub(super) fn bytes(&self) -> usize {
        bytes_of(&self.first) + bytes_of(&self.stored) + self.pages.len() * size_of::<usize>()
    }

    /// The first place of every page.
    pub(super) fn first(&self) -> &[u32] {
        &self.first
    }

    /// The place of a key, which need not be stored.
    #[inline(always)]
    pub(super) fn place(&self, index: usize) -> Option<usize> {
        Some(*self.first.get(index / PAGE)? as usize + index % PAGE)
    }

    pub(super) fn has_page(&self, index: usize) -> bool {
        self.first.get(index / PAGE).is_some_and(|first| *first != 0)
    }

    /// Makes a page of places.
    pub(super) fn add(&mut self, index: usize, first: Place) {
        let page = index / PAGE;
        if self.first.len() <= page {
            self.grow((page + 1).max(2 * self.first.len()));
        }
        self.first[page] = first.0;
        self.pages.insert(page);
    }

    /// Makes room for so many pages. Zeros that nothing was written over take no memory, so only pages that exist are
    /// copied.
    fn grow(&mut self, pages: usize) {
        let (mut first, mut stored) = (vec![0; pages], vec![0; pages]);
        for &page in &self.pages {
            (first[page], stored[page]) = (self.first[page], self.stored[page]);
        }
        (self.first, self.stored) = (first, stored);
    }

    /// Marks a key of a page that exists as stored.
    pub(super) fn mark(&mut self, index: usize) {
        if let Some(stored) = self.stored.get_mut(index / PAGE) {
            *stored |= 1 << (index % PAGE);
        }
    }

    /// All stored keys with their places.
    pub(super) fn all(&self) -> impl Iterator<Item = (i64, Place)> + '_ {
        let stored = self.pages.iter().flat_map(|page| {
            let is_there = |index: &usize| self.stored[*page] >> index & 1 == 1;
            (0..PAGE).filter(is_there).map(move |index| page * PAGE + index)
        });
        stored.map(|index| self.key(index))
    }

    fn key(&self, index: usize) -> (i64, Place) {
        let place = self.first[index / PAGE] + (index % PAGE) as u32;
        (index as i64 + LEAST, Place(place))
    }

    /// The greatest stored key that is not greater than this one.
    pub(super) fn last_up_to(&self, k: i64) -> Option<(i64, Place)> {
        let index = usize::try_from(k.min(END - 1).checked_sub(LEAST)?).ok()?;
        let mut pages = self.pages.range(..=index / PAGE).rev();
        pages.find_map(|&page| {
            let last = if page == index / PAGE { index % PAGE } else { PAGE - 1 };
            let up_to = self.stored[page] & (u64::MAX >> (PAGE - 1 - last));
            Some(self.key(page * PAGE + up_to.checked_ilog2()? as usize))
        })
    }

    /// The least stored key that is not less than this one.
    pub(super) fn first_from(&self, k: i64) -> Option<(i64, Place)> {
        let index = usize::try_from(k.max(LEAST) - LEAST).ok()?;
        let mut pages = self.pages.range(index / PAGE..);
        pages.find_map(|&page| {
            let first = if page == index / PAGE { index % PAGE } else { 0 };
            let from = self.stored[page] & (u64::MAX << first);
            (from != 0).then(|| self.key(page * PAGE + from.trailing_zeros() as usize))
        })
    }
}
