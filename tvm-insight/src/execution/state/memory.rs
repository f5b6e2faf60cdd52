//! Linear memory as the tokens fill it: 0 where nothing was written.

use std::collections::HashMap;
use std::sync::Arc;

/// Bytes that are kept together.
pub(super) const BLOCK: u64 = 1 << 12;

/// Bytes that are kept together, as they are.
pub(super) type Block = [u8; BLOCK as usize];

/// Linear memory. A copy shares all blocks with the original until one of them writes there.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    blocks: HashMap<u64, Arc<Block>>,
    /// Addresses from here on read as 0, and what is written there is lost.
    end: u64,
    /// Its size in pages, as the program sees it.
    pub(super) pages: u32,
}

impl Memory {
    /// Memory of zeros that ends at an address.
    pub(super) fn new(end: u64, pages: u32) -> Memory {
        Memory { blocks: HashMap::new(), end, pages }
    }

    /// The blocks that are kept, each with an address of its own in this process.
    pub(super) fn blocks(&self) -> impl Iterator<Item = *const Block> {
        self.blocks.values().map(Arc::as_ptr)
    }

    /// The byte at an address.
    pub(super) fn byte(&self, address: u64) -> u8 {
        let block = self.blocks.get(&(address / BLOCK));
        block.map_or(0, |block| block[(address % BLOCK) as usize])
    }

    /// Writes bytes from an address on.
    pub(super) fn write(&mut self, address: u64, bytes: &[u8]) {
        for (address, byte) in (address..self.end).zip(bytes) {
            let block = self.blocks.entry(address / BLOCK);
            let block = block.or_insert_with(|| Arc::new([0; BLOCK as usize]));
            Arc::make_mut(block)[(address % BLOCK) as usize] = *byte;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_stays_as_it_is() {
        let mut memory = Memory::new(3 * BLOCK, 1);
        memory.write(0, &[1]);
        memory.write(BLOCK, &[2]);
        let copy = memory.clone();
        memory.write(0, &[3]);
        assert_eq!([memory.byte(0), copy.byte(0)], [3, 1]);
        let shared = memory.blocks().filter(|block| copy.blocks().any(|one| one == *block));
        assert_eq!(shared.count(), 1);
    }

    #[test]
    fn bytes_cross_blocks_and_end_with_memory() {
        let mut memory = Memory::new(3 * BLOCK, 1);
        memory.write(BLOCK - 1, &[1, 2]);
        memory.write(3 * BLOCK - 1, &[3, 4]);
        memory.write(u64::MAX, &[5]);
        let read = |address| memory.byte(address);
        assert_eq!([BLOCK - 2, BLOCK - 1, BLOCK, BLOCK + 1].map(read), [0, 1, 2, 0]);
        assert_eq!([3 * BLOCK - 1, 3 * BLOCK, u64::MAX].map(read), [3, 0, 0]);
    }
}
