//! A map from integers to places, in pages of neighbouring integers.

use std::collections::BTreeSet;
use std::mem;

use super::tables::Table;
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
    table: Table,
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
        let mut table = Table::new(self.room);
        for &(page, place, bits) in &self.pages {
            (table.first[page], table.stored[page]) = (place, bits);
        }
        let pages = self.pages.iter().map(|(page, ..)| *page).collect();
        Pages { table, pages }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        mem::take(&mut self.table).leave(&self.pages);
    }
}

impl Pages {
    pub(super) fn pack(&self) -> PackedPages {
        let page = |&page: &usize| (page, self.table.first[page], self.table.stored[page]);
        PackedPages { room: self.table.first.len(), pages: self.pages.iter().map(page).collect() }
    }

    /// The approximate size in bytes.
    pub(super) fn bytes(&self) -> usize {
        bytes_of(&self.table.first)
            + bytes_of(&self.table.stored)
            + self.pages.len() * size_of::<usize>()
    }

    /// The first place of every page.
    pub(super) fn first(&self) -> &[u32] {
        &self.table.first
    }

    /// The place of a key, which need not be stored.
    #[inline(always)]
    pub(super) fn place(&self, index: usize) -> Option<usize> {
        Some(*self.table.first.get(index / PAGE)? as usize + index % PAGE)
    }

    pub(super) fn has_page(&self, index: usize) -> bool {
        self.table.first.get(index / PAGE).is_some_and(|first| *first != 0)
    }

    /// Makes a page of places.
    pub(super) fn add(&mut self, index: usize, first: Place) {
        let page = index / PAGE;
        if self.table.first.len() <= page {
            self.grow((page + 1).max(2 * self.table.first.len()));
        }
        self.table.first[page] = first.0;
        self.pages.insert(page);
    }

    /// Makes room for so many pages. Zeros that nothing was written over take no memory, so only pages that exist are
    /// copied.
    fn grow(&mut self, pages: usize) {
        let mut table = Table::new(pages);
        for &page in &self.pages {
            (table.first[page], table.stored[page]) =
                (self.table.first[page], self.table.stored[page]);
        }
        mem::replace(&mut self.table, table).leave(&self.pages);
    }

    /// Marks a key of a page that exists as stored.
    pub(super) fn mark(&mut self, index: usize) {
        if let Some(stored) = self.table.stored.get_mut(index / PAGE) {
            *stored |= 1 << (index % PAGE);
        }
    }

    /// All stored keys with their places.
    pub(super) fn all(&self) -> impl Iterator<Item = (i64, Place)> + '_ {
        let stored = self.pages.iter().flat_map(|page| {
            let is_there = |index: &usize| self.table.stored[*page] >> index & 1 == 1;
            (0..PAGE).filter(is_there).map(move |index| page * PAGE + index)
        });
        stored.map(|index| self.key(index))
    }

    fn key(&self, index: usize) -> (i64, Place) {
        let place = self.table.first[index / PAGE] + (index % PAGE) as u32;
        (index as i64 + LEAST, Place(place))
    }

    /// The greatest stored key that is not greater than this one.
    pub(super) fn last_up_to(&self, k: i64) -> Option<(i64, Place)> {
        let index = usize::try_from(k.min(END - 1).checked_sub(LEAST)?).ok()?;
        let mut pages = self.pages.range(..=index / PAGE).rev();
        pages.find_map(|&page| {
            let last = if page == index / PAGE { index % PAGE } else { PAGE - 1 };
            let up_to = self.table.stored[page] & (u64::MAX >> (PAGE - 1 - last));
            Some(self.key(page * PAGE + up_to.checked_ilog2()? as usize))
        })
    }

    /// The least stored key that is not less than this one.
    pub(super) fn first_from(&self, k: i64) -> Option<(i64, Place)> {
        let index = usize::try_from(k.max(LEAST) - LEAST).ok()?;
        let mut pages = self.pages.range(index / PAGE..);
        pages.find_map(|&page| {
            let first = if page == index / PAGE { index % PAGE } else { 0 };
            let from = self.table.stored[page] & (u64::MAX << first);
            (from != 0).then(|| self.key(page * PAGE + from.trailing_zeros() as usize))
        })
    }
}
