//! The tokens of a run: two bytes each, in blocks, so that 100 million take 200 MB and none is copied when there are more.
//! Before every block it is noted how many instructions were complete and how many bytes written; so both are known at any
//! position after a look at one block. What a host wrote is beside that, with the positions of its answers.

use std::ops::Range;

use tvm_model::{Role, Token};

/// Tokens of a block.
const BLOCK: usize = 1 << 14;

/// What was done before a position.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// Instructions that were completed by generated tokens.
    pub instructions: u64,
    /// Bytes of output.
    pub output: u64,
}

/// The tokens of a run, from its first on.
#[derive(Debug)]
pub struct Sequence {
    /// What each token adds to what is done.
    events: Vec<Event>,
    blocks: Vec<Vec<u16>>,
    /// What was done before each block.
    before: Vec<Done>,
    done: Done,
    /// How many tokens there are in all.
    len: u64,
    /// From which position on tokens are generated.
    generated_from: u64,
    /// What a host did, in order.
    host: Vec<HostPart>,
}

/// An answer of a host, and what it wrote before it.
#[derive(Debug)]
struct HostPart {
    /// The first position of the answer; what it wrote is there before it.
    position: u64,
    /// The position after the answer.
    end: u64,
    /// How many bytes hosts wrote until then, these among them.
    total: u64,
    written: Vec<u8>,
}

/// What a token does to [`Done`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    None,
    Completes,
    Outputs(u8),
}

impl Event {
    fn of(role: &Role) -> Event {
        match role {
            Role::Completes(_) | Role::Halts => Event::Completes,
            Role::Outputs(byte) => Event::Outputs(*byte),
            Role::Silent | Role::Byte(_) | Role::Awaits | Role::Traps(_) => Event::None,
        }
    }
}

impl Sequence {
    /// An empty sequence that begins with a prompt of so many tokens; there is a role for every token of the vocabulary.
    pub fn new(roles: &[Role], prompt_length: u64) -> Sequence {
        Sequence {
            events: roles.iter().map(Event::of).collect(),
            blocks: Vec::new(),
            before: Vec::new(),
            done: Done::default(),
            len: 0,
            generated_from: prompt_length,
            host: Vec::new(),
        }
    }

    /// A host has written bytes, and answers with so many tokens, which come next.
    pub fn answered(&mut self, written: &[u8], tokens: u64) {
        let total = self.host.last().map_or(0, |part| part.total) + written.len() as u64;
        let (position, written) = (self.len, written.to_vec());
        self.host.push(HostPart { position, end: position + tokens, total, written });
    }

    /// Is the token at a position one that a host answered?
    pub fn is_of_host(&self, position: u64) -> bool {
        let begun = self.host.partition_point(|part| part.position <= position);
        begun.checked_sub(1).is_some_and(|last| position < self.host[last].end)
    }

    /// The next token behind a position, or before it, for which a host wrote something: the one by which the program
    /// awaits it.
    pub(super) fn host_wrote(&self, from: u64, forward: bool) -> Option<u64> {
        let asked = |part: &HostPart| part.position.checked_sub(1);
        let (before, behind) = self.host.split_at(self.host.partition_point(|part| {
            asked(part).is_none_or(|at| if forward { at <= from } else { at < from })
        }));
        let wrote = |part: &&HostPart| !part.written.is_empty();
        let found = if forward { behind.iter().find(wrote) } else { before.iter().rfind(wrote) };
        found.and_then(asked)
    }

    /// How many bytes hosts wrote before a position.
    fn written_by_host(&self, position: u64) -> u64 {
        let begun = self.host.partition_point(|part| part.position <= position);
        begun.checked_sub(1).map_or(0, |last| self.host[last].total)
    }

    /// Adds a token.
    pub fn push(&mut self, token: Token) {
        if self.len % BLOCK as u64 == 0 {
            self.blocks.push(Vec::with_capacity(BLOCK));
            self.before.push(self.done);
        }
        self.blocks.last_mut().expect("a block was added").push(token.0 as u16);
        if self.len >= self.generated_from {
            self.done = self.after(self.done, token.0 as u16);
        }
        self.len += 1;
    }

    /// How many tokens there are.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The token at a position.
    pub fn get(&self, position: u64) -> Option<Token> {
        let block = self.blocks.get((position / BLOCK as u64) as usize)?;
        block.get((position % BLOCK as u64) as usize).map(|&token| Token(token.into()))
    }

    /// Up to `count` tokens from a position on.
    pub fn range(&self, from: u64, count: usize) -> Vec<u16> {
        let (mut block, mut offset) =
            ((from / BLOCK as u64) as usize, (from % BLOCK as u64) as usize);
        let left = self.len.saturating_sub(from).min(count as u64) as usize;
        let mut tokens = Vec::with_capacity(left);
        while tokens.len() < left {
            let wanted = left - tokens.len();
            let own = &self.blocks[block][offset..];
            tokens.extend_from_slice(&own[..own.len().min(wanted)]);
            (block, offset) = (block + 1, 0);
        }
        tokens
    }

    /// The tokens from a position on.
    pub fn from(&self, position: u64) -> impl Iterator<Item = Token> + '_ {
        let (block, offset) =
            ((position / BLOCK as u64) as usize, (position % BLOCK as u64) as usize);
        let first =
            self.blocks.get(block).and_then(|block| block.get(offset..)).unwrap_or_default();
        let others = self.blocks.get(block + 1..).unwrap_or_default();
        let tokens = first.iter().chain(others.iter().flatten());
        tokens.map(|&token| Token(token.into()))
    }

    /// What was done before a position.
    pub fn done(&self, position: u64) -> Done {
        let Done { instructions, output } = self.done_by_tokens(position);
        Done { instructions, output: output + self.written_by_host(position.min(self.len)) }
    }

    fn done_by_tokens(&self, position: u64) -> Done {
        if position >= self.len {
            return self.done;
        }
        let block = (position / BLOCK as u64) as usize;
        let begun = (block * BLOCK) as u64;
        let own = &self.blocks[block][..(position - begun) as usize];
        let counted = own.iter().zip(begun..).filter(|(_, at)| *at >= self.generated_from);
        counted.fold(self.before[block], |done, (&token, _)| self.after(done, token))
    }

    /// The position of the token that writes the byte of output with this number, from 0. Of a byte that a host wrote it is
    /// the token that asked for it.
    pub fn position_of_output(&self, number: u64) -> Option<u64> {
        if self.host.is_empty() {
            return self.position_of(number, |done| done.output);
        }
        if number >= self.done(self.len).output {
            return None;
        }
        let (mut low, mut high) = (0, self.len);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match self.done(middle).output > number {
                true => high = middle,
                false => low = middle,
            }
        }
        Some(low)
    }

    /// The position of the token that completes the instruction with this number, from 0.
    pub fn position_of_instruction(&self, number: u64) -> Option<u64> {
        self.position_of(number, |done| done.instructions)
    }

    /// The position of the first token of the executed instruction with this number, from 0, if it is there.
    pub fn first_of_instruction(&self, number: u64) -> Option<u64> {
        let first = match number.checked_sub(1) {
            None => self.generated_from,
            Some(before) => self.position_of_instruction(before)? + 1,
        };
        (first < self.len).then_some(first)
    }

    /// The position of the token by which a count passes a number.
    fn position_of(&self, number: u64, count: impl Fn(Done) -> u64) -> Option<u64> {
        if number >= count(self.done) {
            return None;
        }
        let block = self.before.partition_point(|&done| count(done) <= number) - 1;
        let (mut done, begun) = (self.before[block], (block * BLOCK) as u64);
        for (&token, at) in self.blocks[block].iter().zip(begun..) {
            if at >= self.generated_from {
                done = self.after(done, token);
            }
            if count(done) > number {
                return Some(at);
            }
        }
        None
    }

    /// The bytes of output that were written before a position.
    pub fn output(&self, position: u64) -> Vec<u8> {
        let mut output = Vec::new();
        let mut from = 0;
        for part in self.host.iter().filter(|part| part.position <= position) {
            self.output_by_tokens(&mut output, from..part.position);
            output.extend(&part.written);
            from = part.position;
        }
        self.output_by_tokens(&mut output, from..position);
        output
    }

    /// Adds the bytes that tokens at some positions wrote.
    fn output_by_tokens(&self, output: &mut Vec<u8>, positions: Range<u64>) {
        let first = (positions.start / BLOCK as u64) as usize;
        for (block, done) in self.before.iter().enumerate().skip(first) {
            let begun = (block * BLOCK) as u64;
            let next = self.before.get(block + 1).unwrap_or(&self.done);
            if begun >= positions.end {
                break;
            }
            if next.output == done.output {
                continue;
            }
            let own = self.blocks[block].iter().zip(begun..);
            let own = own.filter(|(_, position)| positions.contains(position));
            output.extend(own.filter_map(|(&token, _)| match self.events[usize::from(token)] {
                Event::Outputs(byte) => Some(byte),
                Event::None | Event::Completes => None,
            }));
        }
    }

    fn after(&self, done: Done, token: u16) -> Done {
        let Done { instructions, output } = done;
        match self.events[usize::from(token)] {
            Event::None => done,
            Event::Completes => Done { instructions: instructions + 1, output },
            Event::Outputs(_) => Done { instructions: instructions + 1, output: output + 1 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tvm_model::Move;

    /// Token 0 does nothing, 1 completes an instruction, 2 writes an `a`.
    fn sequence(tokens: impl IntoIterator<Item = u32>, prompt: u64) -> Sequence {
        let roles = [Role::Silent, Role::Completes(Move::Next), Role::Outputs(b'a')];
        let mut sequence = Sequence::new(&roles, prompt);
        tokens.into_iter().for_each(|token| sequence.push(Token(token)));
        sequence
    }

    #[test]
    fn counts_and_ranges_are_those_of_a_list() {
        let tokens: Vec<u32> =
            (0..3 * BLOCK as u32 + 7).map(|n| n.wrapping_mul(2_654_435_761) % 3).collect();
        let (sequence, prompt) = (sequence(tokens.iter().copied(), 100), 100);
        for position in [0, 1, 100, 101, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, tokens.len()] {
            let counted = &tokens[prompt.min(position)..position];
            let done = Done {
                instructions: counted.iter().filter(|&&token| token > 0).count() as u64,
                output: counted.iter().filter(|&&token| token == 2).count() as u64,
            };
            assert_eq!(sequence.done(position as u64), done);
            let range: Vec<u32> =
                sequence.range(position as u64, BLOCK + 5).into_iter().map(u32::from).collect();
            assert_eq!(
                range,
                tokens[position..].iter().take(BLOCK + 5).copied().collect::<Vec<_>>()
            );
            assert!(
                sequence
                    .from(position as u64)
                    .map(|token| token.0)
                    .eq(tokens[position..].iter().copied())
            );
        }
        let outputs = tokens.iter().enumerate().filter(|(at, token)| *at >= prompt && **token == 2);
        let outputs: Vec<usize> = outputs.map(|(at, _)| at).collect();
        for number in [0, 1, outputs.len() / 2, outputs.len() - 1] {
            assert_eq!(sequence.position_of_output(number as u64), Some(outputs[number] as u64));
        }
        assert_eq!(sequence.position_of_output(outputs.len() as u64), None);
    }

    #[test]
    fn output_ends_with_the_position() {
        let sequence = sequence([0, 2, 1, 2, 2], 0);
        assert_eq!(sequence.output(0), b"");
        assert_eq!(sequence.output(2), b"a");
        assert_eq!(sequence.output(99), b"aaa");
        assert_eq!(sequence.get(5), None);
    }

    #[test]
    fn what_a_host_wrote_is_among_the_output() {
        let mut sequence = sequence([0, 2, 1], 0);
        sequence.answered(b"xy", 2);
        (0..3).for_each(|token| sequence.push(Token(token)));
        sequence.answered(b"z", 0);
        assert_eq!(sequence.output(99), b"axyaz");
        assert_eq!([1, 2, 3, 5, 6].map(|at| sequence.output(at).len()), [0, 1, 3, 3, 5]);
        assert_eq!([1, 2, 3, 5, 6].map(|at| sequence.done(at).output), [0, 1, 3, 3, 5]);
        let positions = [0, 1, 2, 3, 4, 5].map(|number| sequence.position_of_output(number));
        assert_eq!(positions, [Some(1), Some(2), Some(2), Some(5), Some(5), None]);
        assert_eq!([2, 3, 4, 5].map(|at| sequence.is_of_host(at)), [false, true, true, false]);
    }
}
