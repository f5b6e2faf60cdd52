//! A map from integers to places, in pages of neighbouring integers.

use std::collections::BTreeMap;

use crate::attention::{Place, bytes_of};

/// The number of keys in a page: few, since each call has its variables at keys of its own, most of which are not used.
pub(super) const PAGE: usize = 64;

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
    /// The first place of every page.
    first: Vec<u32>,
    /// The pages that exist: a bit for every key that is stored.
    pages: BTreeMap<usize, [u64; PAGE / 64]>,
}

impl Pages {
    /// The approximate size in bytes.
    pub(super) fn bytes(&self) -> usize {
        bytes_of(&self.first) + self.pages.len() * size_of::<(usize, [u64; PAGE / 64])>()
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
        self.pages.contains_key(&(index / PAGE))
    }

    /// Makes a page of places.
    pub(super) fn add(&mut self, index: usize, first: Place) {
        let page = index / PAGE;
        if self.first.len() <= page {
            self.grow((page + 1).max(2 * self.first.len()));
        }
        self.first[page] = first.0;
        self.pages.insert(page, [0; PAGE / 64]);
    }

    /// Makes room for so many pages. Zeros that nothing was written over take no memory.
    fn grow(&mut self, pages: usize) {
        let mut first = vec![0; pages];
        first[..self.first.len()].copy_from_slice(&self.first);
        self.first = first;
    }

    /// Marks a key of a page that exists as stored.
    pub(super) fn mark(&mut self, index: usize) {
        if let Some(bits) = self.pages.get_mut(&(index / PAGE)) {
            bits[index % PAGE / 64] |= 1 << (index % 64);
        }
    }

    /// All stored keys with their places.
    pub(super) fn all(&self) -> impl Iterator<Item = (i64, Place)> + '_ {
        let stored = self.pages.iter().flat_map(|(page, bits)| {
            let is_there = |index: &usize| bits[index / 64] >> (index % 64) & 1 == 1;
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
        pages.find_map(|(page, bits)| {
            let last = if *page == index / PAGE { index % PAGE } else { PAGE - 1 };
            Some(self.key(page * PAGE + last_up_to(bits, last)?))
        })
    }

    /// The least stored key that is not less than this one.
    pub(super) fn first_from(&self, k: i64) -> Option<(i64, Place)> {
        let index = usize::try_from(k.max(LEAST) - LEAST).ok()?;
        let mut pages = self.pages.range(index / PAGE..);
        pages.find_map(|(page, bits)| {
            let first = if *page == index / PAGE { index % PAGE } else { 0 };
            Some(self.key(page * PAGE + first_from(bits, first)?))
        })
    }
}

fn last_up_to(bits: &[u64; PAGE / 64], index: usize) -> Option<usize> {
    let last = |word: usize, bits: u64| {
        (bits != 0).then(|| word * 64 + 63 - bits.leading_zeros() as usize)
    };
    let own = bits[index / 64] & (u64::MAX >> (63 - index % 64));
    let before = || (0..index / 64).rev().find_map(|word| last(word, bits[word]));
    last(index / 64, own).or_else(before)
}

fn first_from(bits: &[u64; PAGE / 64], index: usize) -> Option<usize> {
    let first =
        |word: usize, bits: u64| (bits != 0).then(|| word * 64 + bits.trailing_zeros() as usize);
    let own = bits[index / 64] & (u64::MAX << (index % 64));
    let after = || (index / 64 + 1..PAGE / 64).find_map(|word| first(word, bits[word]));
    first(index / 64, own).or_else(after)
}
