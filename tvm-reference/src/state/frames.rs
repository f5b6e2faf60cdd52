//! Calls and locals. Each call depth owns a window of 64 words of locals; a word whose index is 64 or
//! more lies in a deeper window. A frame sees only what was written since it was opened, so that what
//! an earlier call at the same depth left behind reads as 0.

use std::collections::HashMap;

use crate::error::Fault;
use tvm_program::limits::{CALL_DEPTH, WINDOW_WORDS};

/// The index of an executed instruction in the run; 0 is before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Step(pub(crate) u64);

/// Where a local lies: 64 · call depth + index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct LocalSlot(u64);

#[derive(Debug, Clone, Copy)]
struct Local {
    value: u32,
    written: Step,
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    call_immediate: u32,
    opened: Step,
}

/// The open calls, outermost first, and all locals.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    calls: Vec<Frame>,
    locals: HashMap<LocalSlot, Local>,
}

impl Frames {
    /// Opens a frame for a `call` with this immediate.
    pub(crate) fn open(&mut self, call_immediate: u32, now: Step) -> Result<(), Fault> {
        if self.is_full() {
            return Err(Fault::CallDepth);
        }
        self.calls.push(Frame { call_immediate, opened: now });
        Ok(())
    }

    /// Are as many calls open as may be?
    pub(crate) fn is_full(&self) -> bool {
        self.depth() == CALL_DEPTH as usize
    }

    /// How many calls are open.
    pub(crate) fn depth(&self) -> usize {
        self.calls.len()
    }

    /// Closes the innermost frame and gives the immediate of the `call` that opened it.
    pub(crate) fn close(&mut self) -> Result<u32, Fault> {
        self.calls.pop().map(|frame| frame.call_immediate).ok_or(Fault::ReturnWithoutCall)
    }

    /// A local of the innermost frame: 0 unless written since the frame was opened.
    pub(crate) fn local(&self, index: u32) -> u32 {
        self.written_local(index).unwrap_or(0)
    }

    /// A local of the innermost frame, if it was written since the frame was opened.
    pub(crate) fn written_local(&self, index: u32) -> Option<u32> {
        let opened = self.calls.last().map_or(Step::default(), |frame| frame.opened);
        let local = self.locals.get(&self.slot(index))?;
        (local.written > opened).then_some(local.value)
    }

    /// Writes a local of the innermost frame.
    pub(crate) fn set_local(&mut self, index: u32, value: u32, now: Step) {
        self.locals.insert(self.slot(index), Local { value, written: now });
    }

    fn slot(&self, index: u32) -> LocalSlot {
        LocalSlot(u64::from(WINDOW_WORDS) * self.depth() as u64 + u64::from(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_starts_with_zeros_and_keeps_its_own_locals() {
        let mut frames = Frames::default();
        frames.set_local(0, 7, Step(1));
        frames.open(10, Step(2)).unwrap();
        assert_eq!(frames.local(0), 0);
        frames.set_local(0, 8, Step(3));
        assert_eq!(frames.local(0), 8);
        assert_eq!(frames.close(), Ok(10));
        assert_eq!(frames.local(0), 7);
        frames.open(11, Step(4)).unwrap();
        assert_eq!(frames.local(0), 0, "an earlier call's local must not be seen");
    }

    #[test]
    fn locals_from_64_on_lie_in_the_deeper_window() {
        let mut frames = Frames::default();
        frames.set_local(65, 7, Step(1));
        frames.open(0, Step(2)).unwrap();
        assert_eq!(frames.local(1), 0, "written before this frame was opened");
        frames.set_local(1, 9, Step(3));
        frames.close().unwrap();
        assert_eq!(frames.local(65), 9, "one slot, two names");
        assert_eq!(frames.local(1), 0);
    }

    #[test]
    fn the_limit_is_the_last_depth_that_can_be_reached() {
        let mut frames = Frames::default();
        for step in 0..CALL_DEPTH {
            frames.open(0, Step(step.into())).unwrap();
        }
        assert_eq!(frames.open(0, Step(0)), Err(Fault::CallDepth));
    }

    #[test]
    fn nothing_to_return_from() {
        assert_eq!(Frames::default().close(), Err(Fault::ReturnWithoutCall));
    }
}
