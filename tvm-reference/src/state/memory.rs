//! Linear memory: all 0 at first, held in pages that exist once they are written. Addresses beyond
//! the end read as 0, and what is written there is lost. How much of it a program says it has is a
//! number of its own, which bounds accesses where those can trap.

use tvm_program::limits::{GREATEST_PAGES, MEMORY_PAGES, PAGE_BYTES};

/// Bytes in a page.
const PAGE_SIZE: u64 = PAGE_BYTES as u64;

/// An effective address: operand plus immediate, which does not wrap at 2^32.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address(pub(crate) u64);

impl Address {
    /// The address that an operand and an instruction's immediate make together.
    pub(crate) fn effective(operand: u32, immediate: u32) -> Self {
        Address(u64::from(operand) + u64::from(immediate))
    }
}

/// Linear memory.
#[derive(Debug)]
pub(crate) struct Memory {
    /// Its size as the program sees it: all there is unless it declares less.
    pub(crate) size_in_pages: u32,
    pages: Vec<Option<Box<[u8]>>>,
}

impl Memory {
    /// Memory full of zeros, for a set with traps or one without.
    pub(crate) fn new(traps: bool) -> Self {
        let pages = if traps { GREATEST_PAGES } else { MEMORY_PAGES };
        Memory { size_in_pages: MEMORY_PAGES, pages: vec![None; pages as usize] }
    }

    /// Grows by `delta` pages, unless that would be more than `most`; gives the size before.
    pub(crate) fn grow(&mut self, delta: u32, most: u32) -> Option<u32> {
        let grown = self.size_in_pages.checked_add(delta).filter(|grown| *grown <= most)?;
        Some(std::mem::replace(&mut self.size_in_pages, grown))
    }

    /// Are `count` bytes from an address on all within the size?
    pub(crate) fn contains(&self, address: Address, count: u8) -> bool {
        address.0 + u64::from(count) <= u64::from(self.size_in_pages) * PAGE_SIZE
    }

    /// `count` bytes from an address on, as a little-endian number.
    pub(crate) fn load(&self, address: Address, count: u8) -> u64 {
        (0..count).rev().fold(0, |value, offset| {
            value << 8 | u64::from(self.byte(Address(address.0 + u64::from(offset))))
        })
    }

    /// Writes bytes from an address on.
    pub(crate) fn store(&mut self, address: Address, bytes: &[u8]) {
        for (at, byte) in (address.0..).zip(bytes) {
            self.set_byte(Address(at), *byte);
        }
    }

    /// The byte at an address.
    pub(crate) fn byte(&self, address: Address) -> u8 {
        let (page, offset) = place(address);
        self.pages.get(page).and_then(Option::as_ref).map_or(0, |page| page[offset])
    }

    fn set_byte(&mut self, address: Address, byte: u8) {
        let (page, offset) = place(address);
        if let Some(page) = self.pages.get_mut(page) {
            page.get_or_insert_with(|| vec![0; PAGE_SIZE as usize].into())[offset] = byte;
        }
    }
}

/// The page of an address (beyond the last one for an address outside memory) and the offset in it.
fn place(address: Address) -> (usize, usize) {
    ((address.0 / PAGE_SIZE) as usize, (address.0 % PAGE_SIZE) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tvm_program::limits::MEMORY_BYTES;

    #[test]
    fn words_are_little_endian_and_may_cross_pages() {
        let mut memory = Memory::new(false);
        memory.store(Address(PAGE_SIZE - 2), &[1, 2, 3, 4]);
        assert_eq!(memory.load(Address(PAGE_SIZE - 2), 4), 0x0403_0201);
        assert_eq!(memory.load(Address(PAGE_SIZE - 1), 2), 0x0302);
        assert_eq!(memory.load(Address(PAGE_SIZE - 4), 4), 0x0201_0000);
    }

    #[test]
    fn beyond_the_end_nothing_is_kept() {
        let mut memory = Memory::new(false);
        memory.store(Address(MEMORY_BYTES - 1), &[1, 2]);
        assert_eq!(memory.load(Address(MEMORY_BYTES - 1), 4), 1);
        assert_eq!(memory.load(Address(MEMORY_BYTES), 4), 0);
        let far = Address::effective(u32::MAX, u32::MAX);
        memory.store(far, &[5]);
        assert_eq!(memory.load(far, 1), 0);
        assert_eq!(memory.load(Address(0), 4), 0, "addresses do not wrap");
    }
}
