//! Requests and memory, read off the tokens. Every value that an instruction computes is among its tokens, so
//! nothing is computed here but the cursor, which says which instruction is under way, and where a store finds its
//! address: the operand stack, and the variables that any address is read from.

use tvm_interface::{Access, Address, Interface};
use tvm_model::Token;
use tvm_model::token::{Move, Vocabulary};

use crate::memory::Memory;
use crate::tokens::{Effect, effects};
use crate::variables::Variables;

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
    variables: Variables,
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
            variables: Variables::default(),
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
                self.variables.begin();
            }
            Effect::Output => {
                self.operands.pop();
                self.cursor = self.cursor.wrapping_add(1);
                self.open();
            }
            Effect::Completes { delta, pushes, going } => self.complete(delta, pushes, going),
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
    fn complete(&mut self, delta: i8, pushes: bool, going: Move) {
        if let Some(access) = self.access() {
            self.change(access);
        }
        let (value, count) = (self.value, self.count);
        let depth = self.operands.len().saturating_add_signed(delta.into());
        let words = if pushes { count / 4 } else { 0 };
        // No instruction leaves more words than there were and its bytes are, whatever a broken model says.
        self.operands.truncate(depth.saturating_sub(words));
        if words > 0 {
            self.operands.push(value as u32);
        }
        if words > 1 {
            self.operands.push((value >> 32) as u32);
        }
        match going {
            Move::Call => self.variables.call(),
            Move::Return => self.variables.close(),
            Move::Next | Move::Branch => {}
        }
        let offset = if going == Move::Next { 0 } else { value as u32 };
        self.cursor = self.cursor.wrapping_add(1).wrapping_add(offset);
        self.open();
    }

    /// What an instruction does to memory or to variables, or says to the host.
    fn change(&mut self, access: Access) {
        let words = [self.value as u32, (self.value >> 32) as u32];
        let words = &words[..(self.count / 4).min(2)];
        match access {
            Access::Store { address, offset } => {
                let address = u64::from(self.address(address)) + u64::from(offset);
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
            Access::Local(word) => self.variables.set_local(word, words),
            Access::Global(word) => self.variables.set_global(word, words),
            Access::Grow | Access::Receive => {}
        }
    }

    /// The address of a store.
    #[inline]
    fn address(&self, address: Address) -> u32 {
        match address {
            Address::Stack(below_top) => self.operand(below_top.into()),
            Address::Local(word) => self.variables.local(word),
            Address::Global(word) => self.variables.global(word),
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
            (4, Access::Store { address: Address::Stack(1), offset: 4 }),
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

    #[test]
    fn addresses_are_read_where_they_are() {
        let store = |address| Access::Store { address, offset: 1 };
        let interface = interface(&[
            (0, Access::Local(2)),
            (1, Access::Global(1)),
            (3, store(Address::Global(2))),
            (5, store(Address::Stack(0))),
            (8, store(Address::Local(2))),
            (9, Access::Local(2)),
            (10, store(Address::Local(2))),
        ]);
        // An instruction that is not listed writes a variable that no address is read from.
        let follower = follow(
            &interface,
            "{ } 10 00 00 00 commit(+0,sts=0,bt=0) \
             ff ff ff ff 20 00 00 00 commit(-2,sts=0,bt=0) \
             30 00 00 00 commit(+1,sts=1,bt=0) 0a commit(+0,sts=0,bt=0) \
             77 00 00 00 commit(+0,sts=0,bt=0) 0b 0c commit(-1,sts=0,bt=0) \
             07 00 00 00 00 00 00 00 commit(+2,sts=1,bt=0) \
             08 00 00 00 commit(+1,sts=1,bt=0) 08 commit(-1,sts=0,bt=0) \
             01 02 03 divided 40 00 00 00 commit(-2,sts=0,bt=0) 0d commit(+0,sts=0,bt=0)",
        );
        let memory = follower.memory();
        assert_eq!(memory.bytes(0x11, 1).unwrap(), [8]);
        assert_eq!(memory.bytes(0x21, 1).unwrap(), [0x0a]);
        assert_eq!(memory.bytes(0x31, 2).unwrap(), [0x0b, 0x0c]);
        assert_eq!(memory.bytes(0x41, 1).unwrap(), [0x0d]);
        let written = memory.bytes(0, 0x1000).unwrap();
        assert_eq!(written.iter().filter(|byte| **byte != 0).count(), 5);
    }

    #[test]
    fn a_local_is_that_of_the_innermost_call() {
        let store = Access::Store { address: Address::Local(0), offset: 0 };
        let local = Access::Local(0);
        let interface = interface(&[(0, local), (4, store), (5, local), (6, store)]);
        let follower = follow(
            &interface,
            // A call of instruction 5 within another window: those around it go to the next instruction.
            "{ } 10 00 00 00 commit(+0,sts=0,bt=0) \
             branch_taken 00 00 00 00 call_commit \
             branch_taken 02 00 00 00 call_commit \
             20 00 00 00 commit(+0,sts=0,bt=0) 02 commit(+0,sts=0,bt=0) \
             branch_taken fb' ff' ff' ff' return_commit \
             branch_taken 00 00 00 00 return_commit \
             01 commit(+0,sts=0,bt=0)",
        );
        let memory = follower.memory();
        assert_eq!(memory.bytes(0x10, 1).unwrap(), [1]);
        assert_eq!(memory.bytes(0x20, 1).unwrap(), [2]);
        assert_eq!(follower.instruction(), 5);
    }

    #[test]
    fn nothing_that_a_broken_model_says_does_harm() {
        const NAMES: &str = "{ } 00 ff 7f' x await request divided branch_taken call_commit \
             return_commit out(a) commit(+127,sts=0,bt=0) commit(+127,sts=1,bt=0) \
             commit(-128,sts=1,bt=0) commit(-1,sts=0,bt=1) commit(+999,sts=1,bt=0)";
        let names: Vec<String> = NAMES.split_whitespace().map(str::to_owned).collect();
        let number = names.len() as u64;
        let vocabulary = Vocabulary::new(names).unwrap();
        let mut state = 1_u64;
        let mut random = move |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        for _ in 0..200 {
            let mut access = || {
                let word = if random(2) == 0 { u16::MAX } else { random(4) as u16 };
                let offset = if random(2) == 0 { u32::MAX } else { random(99) as u32 };
                let store = |address| Access::Store { address, offset };
                match random(10) {
                    0 => store(Address::Stack(word as u8)),
                    1 => store(Address::Local(word)),
                    2 => store(Address::Global(word)),
                    3 => Access::Local(word),
                    4 => Access::Global(word),
                    5 => Access::Data { address: offset },
                    6 => Access::Grow,
                    7 => Access::Argument,
                    8 => Access::Section,
                    _ => Access::Request,
                }
            };
            let accesses: Vec<_> = (0..40).map(|instruction| (instruction, access())).collect();
            let mut follower = Follower::new(&vocabulary, &interface(&accesses));
            for _ in 0..5000 {
                follower.token(Token(random(number) as u32));
            }
            assert!(follower.operands.len() <= 2 * 5000, "{} words", follower.operands.len());
        }
    }
}
