//! The variables that addresses are read from, as the tokens of a run have written them. Locals lie as in the
//! machine: each depth of calls has a window, and what lies beyond it is the beginning of the next one. Nothing is
//! cleared for a new call, since a program writes a variable before it reads it.

use tvm_interface::{CALL_DEPTH, WINDOW_WORDS};

/// Words of locals and of globals. Only those up to the last one that was written take room.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variables {
    /// How many calls are open.
    depth: u32,
    locals: Vec<u32>,
    globals: Vec<u32>,
}

impl Variables {
    /// Begins anew, with no call open.
    pub(crate) fn begin(&mut self) {
        self.depth = 0;
    }

    /// A call is opened.
    #[inline]
    pub(crate) fn call(&mut self) {
        self.depth = self.depth.saturating_add(1);
    }

    /// The innermost call is closed.
    #[inline]
    pub(crate) fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// A word of the locals of the innermost call; 0 if nothing was written there.
    #[inline]
    pub(crate) fn local(&self, word: u16) -> u32 {
        self.place(word).and_then(|place| self.locals.get(place)).copied().unwrap_or(0)
    }

    /// A word of the globals; 0 if nothing was written there.
    #[inline]
    pub(crate) fn global(&self, word: u16) -> u32 {
        self.globals.get(usize::from(word)).copied().unwrap_or(0)
    }

    /// Writes the locals of the innermost call from a word on.
    #[inline]
    pub(crate) fn set_local(&mut self, word: u16, values: &[u32]) {
        if let Some(place) = self.place(word) {
            write(&mut self.locals, place, values);
        }
    }

    /// Writes the globals from a word on.
    #[inline]
    pub(crate) fn set_global(&mut self, word: u16, values: &[u32]) {
        write(&mut self.globals, word.into(), values);
    }

    /// Where a word of the innermost call lies. No program has more calls open than the limit; those of a broken
    /// model have no locals.
    #[inline]
    fn place(&self, word: u16) -> Option<usize> {
        let place = || self.depth * WINDOW_WORDS + u32::from(word);
        (self.depth <= CALL_DEPTH).then(|| place() as usize)
    }
}

#[inline]
fn write(words: &mut Vec<u32>, place: usize, values: &[u32]) {
    let end = place + values.len();
    if end > words.len() {
        words.resize(end, 0);
    }
    words[place..end].copy_from_slice(values);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_has_its_own_locals_and_all_have_the_globals() {
        let mut variables = Variables::default();
        assert_eq!((variables.local(7), variables.global(7)), (0, 0));
        variables.set_local(7, &[1]);
        variables.set_global(7, &[2, 3]);
        variables.call();
        variables.set_local(7, &[4, 5]);
        assert_eq!([7, 8].map(|word| variables.local(word)), [4, 5]);
        variables.close();
        assert_eq!(variables.local(7), 1);
        assert_eq!([7, 8].map(|word| variables.global(word)), [2, 3]);
    }

    #[test]
    fn words_beyond_a_window_are_the_first_of_the_next() {
        let mut variables = Variables::default();
        variables.set_local(65, &[7]);
        variables.call();
        assert_eq!(variables.local(1), 7);
    }

    #[test]
    fn calls_without_end_take_no_room_without_end() {
        let mut variables = Variables { depth: u32::MAX, ..Variables::default() };
        variables.call();
        variables.set_local(u16::MAX, &[7]);
        assert_eq!((variables.local(u16::MAX), variables.locals.len()), (0, 0));
        let greatest = (CALL_DEPTH * WINDOW_WORDS) as usize + usize::from(u16::MAX);
        variables.depth = CALL_DEPTH;
        variables.set_local(u16::MAX, &[7, 8]);
        assert_eq!((variables.local(u16::MAX), variables.locals.len()), (7, greatest + 2));
        variables.begin();
        variables.close();
        variables.set_local(0, &[9]);
        assert_eq!(variables.locals[0], 9);
    }
}
