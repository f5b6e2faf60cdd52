//! The tokens of a run: two bytes each, in blocks, so that 100 million take 200 MB and none is copied when there are more.
//! Before every block it is noted how many instructions were complete and how many bytes written; so both are known at any
//! position after a look at one block.

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
        }
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
        if position >= self.len {
            return self.done;
        }
        let block = (position / BLOCK as u64) as usize;
        let begun = (block * BLOCK) as u64;
        let own = &self.blocks[block][..(position - begun) as usize];
        let counted = own.iter().zip(begun..).filter(|(_, at)| *at >= self.generated_from);
        counted.fold(self.before[block], |done, (&token, _)| self.after(done, token))
    }

    /// The position of the token that writes the byte of output with this number, from 0.
    pub fn position_of_output(&self, number: u64) -> Option<u64> {
        self.position_of(number, |done| done.output)
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
        for (block, done) in self.before.iter().enumerate() {
            let begun = (block * BLOCK) as u64;
            let next = self.before.get(block + 1).unwrap_or(&self.done);
            if begun >= position {
                break;
            }
            if next.output == done.output {
                continue;
            }
            let own = self.blocks[block].iter().take((position - begun).min(BLOCK as u64) as usize);
            output.extend(own.filter_map(|&token| match self.events[usize::from(token)] {
                Event::Outputs(byte) => Some(byte),
                Event::None | Event::Completes => None,
            }));
        }
        output
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
}
