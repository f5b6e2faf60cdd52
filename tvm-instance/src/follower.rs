//! Requests and memory, read off the tokens. Every value that an instruction computes is among its tokens, so
//! nothing is computed here but the cursor, which says which instruction is under way, and the operand stack,
//! on which a store finds its address.

use tvm_interface::{Access, Interface};
use tvm_model::Token;
use tvm_model::token::Vocabulary;

use crate::memory::Memory;
use crate::tokens::{Effect, effects};

/// What the program asks of its host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The index of the import, or [`tvm_interface::RETURNED`].
    pub number: u32,
    /// The bits of the arguments, the first one first.
    pub arguments: Vec<u64>,
}

/// Follows the tokens of a run.
#[derive(Debug, Clone)]
pub struct Follower {
    effects: Vec<Effect>,
    accesses: Vec<Option<Access>>,
    /// The instruction under way.
    cursor: u32,
    /// The bytes of the run under way: the first eight, and how many there are.
    value: u64,
    count: usize,
    /// All bytes, where they are for memory.
    section: Vec<u8>,
    operands: Vec<u32>,
    memory: Memory,
    request: Option<Request>,
}

impl Follower {
    /// Follows a run from its prompt on. The accesses of the interface are in order.
    pub fn new(vocabulary: &Vocabulary, interface: &Interface) -> Follower {
        let last =
            interface.accesses.last().map_or(0, |(instruction, _)| *instruction as usize + 1);
        let mut accesses = vec![None; last];
        for (instruction, access) in &interface.accesses {
            accesses[*instruction as usize] = Some(*access);
        }
        Follower {
            effects: effects(vocabulary),
            accesses,
            cursor: 0,
            value: 0,
            count: 0,
            section: Vec::new(),
            operands: Vec::new(),
            memory: Memory::new(),
            request: None,
        }
    }

    /// Follows a token of the sequence, appended or generated.
    #[inline]
    pub fn token(&mut self, token: Token) {
        match self.effects[token.0 as usize] {
            Effect::Byte(byte) => self.byte(byte),
            Effect::Opens => self.open(),
            Effect::Begins => {
                self.open();
                self.cursor = 0;
            }
            Effect::Output => {
                self.operands.pop();
                self.cursor = self.cursor.wrapping_add(1);
                self.open();
            }
            Effect::Completes { delta, pushes, jumps } => self.complete(delta, pushes, jumps),
        }
    }

    /// Linear memory.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Linear memory, to be written by the host.
    pub fn memory_mut(&mut self) -> &mut Memory {
        &mut self.memory
    }

    /// Takes the request that the program has made since the last one was taken.
    pub fn take_request(&mut self) -> Option<Request> {
        let mut request = self.request.take()?;
        // The last argument is said first.
        request.arguments.reverse();
        Some(request)
    }

    /// The instruction under way.
    pub fn instruction(&self) -> u32 {
        self.cursor
    }

    fn access(&self) -> Option<Access> {
        self.accesses.get(self.cursor as usize).copied().flatten()
    }

    #[inline]
    fn byte(&mut self, byte: u8) {
        if self.count < 8 {
            self.value |= u64::from(byte) << (8 * self.count);
            self.count += 1;
            if self.count < 8 {
                return;
            }
            // More bytes may come if they are for memory.
            self.section.clear();
            self.section.extend_from_slice(&self.value.to_le_bytes());
        } else {
            self.count += 1;
            self.section.push(byte);
        }
    }

    #[inline]
    fn open(&mut self) {
        self.value = 0;
        self.count = 0;
    }

    #[inline]
    fn complete(&mut self, delta: i8, pushes: bool, jumps: bool) {
        if let Some(access) = self.access() {
            self.change(access);
        }
        let (value, count) = (self.value, self.count);
        let depth = self.operands.len().saturating_add_signed(delta.into());
        let words = if pushes { count / 4 } else { 0 };
        self.operands.resize(depth.saturating_sub(words), 0);
        if words > 0 {
            self.operands.push(value as u32);
        }
        if words > 1 {
            self.operands.push((value >> 32) as u32);
        }
        let offset = if jumps { value as u32 } else { 0 };
        self.cursor = self.cursor.wrapping_add(1).wrapping_add(offset);
        self.open();
    }

    /// What an instruction does to memory, or says to the host.
    fn change(&mut self, access: Access) {
        match access {
            Access::Store { offset, words } => {
                let address = u64::from(self.operand(words.into())) + u64::from(offset);
                let bytes = self.value.to_le_bytes();
                self.memory.fill(address, &bytes[..self.count.min(8)]);
            }
            Access::Data { address } => self.fill(address),
            Access::Section => self.fill(self.operand(0)),
            Access::Declare => self.memory.set_pages(self.value as u32),
            Access::Grow if self.value as u32 != u32::MAX => {
                self.memory.set_pages((self.value as u32).saturating_add(self.operand(0)));
            }
            Access::Request => {
                self.request = Some(Request { number: self.value as u32, arguments: Vec::new() });
            }
            Access::Argument => {
                if let Some(request) = &mut self.request {
                    request.arguments.push(self.value);
                }
            }
            Access::Grow | Access::Receive => {}
        }
    }

    fn fill(&mut self, address: u32) {
        let short = self.value.to_le_bytes();
        let bytes = if self.count < 8 { &short[..self.count] } else { &self.section };
        self.memory.fill(address.into(), bytes);
    }

    /// A word of the operands, counted from the top.
    fn operand(&self, from_top: usize) -> u32 {
        self.operands.iter().rev().nth(from_top).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A vocabulary of these tokens, and the tokens.
    fn follow(interface: &Interface, text: &str) -> Follower {
        let mut names: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        names.sort();
        names.dedup();
        let vocabulary = Vocabulary::new(names).unwrap();
        let mut follower = Follower::new(&vocabulary, interface);
        vocabulary.parse(text).unwrap().into_iter().for_each(|token| follower.token(token));
        follower
    }

    fn interface(accesses: &[(u32, Access)]) -> Interface {
        Interface { accesses: accesses.to_vec(), ..Interface::default() }
    }

    #[test]
    fn stores_and_sections_fill_memory() {
        let interface = interface(&[
            (0, Access::Data { address: 100 }),
            (1, Access::Declare),
            (4, Access::Store { offset: 4, words: 1 }),
            (6, Access::Section),
        ]);
        let follower = follow(
            &interface,
            "{ } H e l l o 20 w o r l d commit(+0,sts=0,bt=0) \
             01 00 00 00 commit(+0,sts=0,bt=0) \
             08 00 00 00 commit(+1,sts=1,bt=0) 07 01 00 00 commit(+1,sts=1,bt=0) \
             07 01 00 00 commit(-2,sts=0,bt=0) \
             10 00 00 00 commit(+1,sts=1,bt=0) await 01 02 commit(-1,sts=0,bt=0)",
        );
        assert_eq!(follower.memory().bytes(100, 11).unwrap(), b"Hello world");
        assert_eq!(follower.memory().bytes(12, 6).unwrap(), [7, 1, 0, 0, 1, 2]);
        assert_eq!((follower.memory().pages(), follower.instruction()), (1, 7));
        assert!(follower.memory().bytes(65_530, 7).is_err());
    }

    #[test]
    fn a_request_has_its_arguments_in_order() {
        let interface =
            interface(&[(0, Access::Request), (1, Access::Argument), (2, Access::Argument)]);
        let mut follower = follow(
            &interface,
            "{ } request 07 00 00 00 commit(+0,sts=0,bt=0) \
             02 00 00 00 00 00 00 01 commit(-2,sts=0,bt=0) 01 00 00 00 commit(-1,sts=0,bt=0)",
        );
        let request = Request { number: 7, arguments: vec![1, 1 << 56 | 2] };
        assert_eq!(follower.take_request(), Some(request));
        assert_eq!(follower.take_request(), None);
    }

    #[test]
    fn memory_grows_unless_the_result_is_minus_one() {
        let interface = interface(&[(0, Access::Declare), (2, Access::Grow), (4, Access::Grow)]);
        let follower = follow(
            &interface,
            "{ } 02 00 00 00 commit(+0,sts=0,bt=0) \
             03 00 00 00 commit(+1,sts=1,bt=0) 02 00 00 00 commit(+0,sts=1,bt=0) \
             09 00 00 00 commit(+1,sts=1,bt=0) ff ff ff ff commit(+0,sts=1,bt=0)",
        );
        assert_eq!(follower.memory().pages(), 5);
    }
}
