//! What can be seen of the machine between two instructions.

use crate::executor::Executor;
use crate::state::Address;
use tvm_program::Cursor;

impl Executor<'_> {
    /// The instruction that is executed next.
    pub fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// The operand stack, of words, bottom first: a 64-bit integer is two, the lower one deeper.
    pub fn operands(&self) -> &[u32] {
        self.state.operands.words()
    }

    /// How many calls are open.
    pub fn call_depth(&self) -> usize {
        self.state.frames.depth()
    }

    /// A word of the locals of the innermost call; 0 unless it was written since then.
    pub fn local(&self, index: u32) -> u32 {
        self.state.frames.local(index)
    }

    /// A word of the globals; 0 unless it was written.
    pub fn global(&self, index: u32) -> u32 {
        self.state.global_word(index)
    }

    /// So many bytes of linear memory from an address on; 0 beyond its end.
    pub fn memory(&self, address: u64, count: u8) -> Vec<u8> {
        let addresses = (0..u64::from(count)).map(|offset| address.saturating_add(offset));
        addresses.map(|address| self.state.memory.byte(Address(address))).collect()
    }

    /// The size of linear memory in pages of 65,536 bytes.
    pub fn memory_pages(&self) -> u32 {
        self.state.memory.size_in_pages
    }
}
