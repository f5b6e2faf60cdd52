//! Calls and their locals. A call at depth `d` owns the words `64 d` to `64 d + 63` of one long
//! array; a local of a higher index lies among the words of a deeper call, which a function of many
//! locals reserves by calling its own next instruction. A call sees only what was written since it
//! began.

use std::collections::HashMap;

use tvm_program::Cursor;
use tvm_program::limits::WINDOW_WORDS;

/// A call under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// The call instruction.
    pub call: Cursor,
    /// The instruction that it went to. It is the one after the call if the call only reserves
    /// locals for the function that it is in.
    pub first: Cursor,
    /// How many writes to locals came before the call.
    began: u64,
}

/// The calls under way, outermost first, and all locals.
#[derive(Debug, Clone, Default)]
pub(super) struct Frames {
    calls: Vec<Frame>,
    /// The word and the number of the write, from 1, by place in the array.
    words: HashMap<u64, (u32, u64)>,
    writes: u64,
}

impl Frames {
    pub(super) fn open(&mut self, call: Cursor, first: Cursor) {
        self.calls.push(Frame { call, first, began: self.writes });
    }

    /// Ends the innermost call; none if there is none.
    pub(super) fn close(&mut self) -> Option<Frame> {
        self.calls.pop()
    }

    pub(super) fn calls(&self) -> &[Frame] {
        &self.calls
    }

    /// A word of the locals at a depth of calls; none if nothing was written there since the call began.
    pub(super) fn local(&self, depth: usize, index: u32) -> Option<u32> {
        let began = depth.checked_sub(1).and_then(|call| self.calls.get(call));
        let began = began.map_or(0, |call| call.began);
        let (word, written) = *self.words.get(&place(depth, index))?;
        (written > began).then_some(word)
    }

    /// The words of the locals at a depth of calls that were written since the call began, by index. A call that is
    /// not the innermost is left the words of its own window: those after it are of deeper calls.
    pub(super) fn locals(&self, depth: usize) -> Vec<(u32, u32)> {
        let end = if depth == self.calls.len() { u64::MAX } else { place(depth + 1, 0) };
        let began = depth.checked_sub(1).and_then(|call| self.calls.get(call));
        let began = began.map_or(0, |call| call.began);
        let own = self
            .words
            .iter()
            .filter(|(at, (_, written))| (place(depth, 0)..end).contains(at) && *written > began);
        let mut locals: Vec<(u32, u32)> =
            own.map(|(at, (word, _))| ((at - place(depth, 0)) as u32, *word)).collect();
        locals.sort_unstable();
        locals
    }

    /// About how many bytes they take.
    pub(super) fn size(&self) -> usize {
        size_of_val(&self.calls[..]) + self.words.capacity() * size_of::<(u64, (u32, u64))>()
    }

    /// Writes a word of the locals of the innermost call.
    pub(super) fn set_local(&mut self, index: u32, word: u32) {
        self.writes += 1;
        self.words.insert(place(self.calls.len(), index), (word, self.writes));
    }
}

fn place(depth: usize, index: u32) -> u64 {
    u64::from(WINDOW_WORDS) * depth as u64 + u64::from(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_begins_with_nothing_written_and_keeps_the_locals_of_its_caller() {
        let mut frames = Frames::default();
        frames.set_local(0, 7);
        frames.open(Cursor(3), Cursor(10));
        assert_eq!([frames.local(0, 0), frames.local(1, 0)], [Some(7), None]);
        frames.set_local(0, 8);
        assert_eq!([frames.local(0, 0), frames.local(1, 0)], [Some(7), Some(8)]);
        assert_eq!([frames.locals(0), frames.locals(1)], [vec![(0, 7)], vec![(0, 8)]]);
        assert_eq!(frames.close().map(|frame| frame.call), Some(Cursor(3)));
        frames.open(Cursor(4), Cursor(10));
        assert_eq!(frames.local(1, 0), None, "a local of an earlier call");
        assert_eq!(frames.locals(1), []);
    }

    #[test]
    fn a_high_index_lies_among_the_words_of_a_deeper_call() {
        let mut frames = Frames::default();
        frames.set_local(65, 7);
        frames.open(Cursor(0), Cursor(1));
        assert_eq!(frames.local(1, 1), None, "written before the call");
        frames.set_local(1, 9);
        frames.close();
        assert_eq!([frames.local(0, 65), frames.local(0, 1)], [Some(9), None]);
    }

    #[test]
    fn without_a_call_nothing_returns() {
        assert_eq!(Frames::default().close(), None);
    }
}
