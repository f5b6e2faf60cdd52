//! The C stack of a program: how large it is, and how much of it a call of each function takes. A
//! compiler of C puts the variables that have an address there. From the calls that are open when a
//! program traps follows how much of it is in use. Nothing is computed with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The C stack of a program.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CStack {
    bytes: u32,
    /// The functions that use it, by their first instructions.
    frames: BTreeMap<u32, CStackFrame>,
}

/// What a call of a function takes of the C stack.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CStackFrame {
    /// The bytes that every call takes.
    pub bytes: u32,
    /// Can a call take more, so many as only the run decides?
    pub varies: bool,
}

/// How much of a C stack is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CStackUse {
    /// No more than there is.
    Within,
    /// Nobody can say without the run: a function takes as much as it needs.
    Unknown,
    /// More than there is.
    Exhausted,
}

impl CStack {
    /// A stack of this many bytes, and the frames of the functions that use it.
    pub fn new(bytes: u32, frames: impl IntoIterator<Item = (u32, CStackFrame)>) -> CStack {
        CStack { bytes, frames: frames.into_iter().collect() }
    }

    /// How large it is.
    pub fn bytes(&self) -> u32 {
        self.bytes
    }

    /// How much is in use while calls of these functions are open, each given by its first
    /// instruction.
    pub fn in_use(&self, functions: impl IntoIterator<Item = u32>) -> CStackUse {
        let open = functions.into_iter().filter_map(|function| self.frames.get(&function));
        let (mut bytes, mut varies) = (0, false);
        for frame in open {
            bytes += u64::from(frame.bytes);
            varies |= frame.varies;
        }
        match bytes > self.bytes.into() {
            true => CStackUse::Exhausted,
            false if varies => CStackUse::Unknown,
            false => CStackUse::Within,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_open_calls_add_up() {
        let fixed = CStackFrame { bytes: 32, varies: false };
        let varying = CStackFrame { bytes: 16, varies: true };
        let stack = CStack::new(100, [(7, fixed), (9, varying)]);
        assert_eq!(stack.in_use([0, 7, 7, 7]), CStackUse::Within);
        assert_eq!(stack.in_use([0, 7, 7, 7, 7]), CStackUse::Exhausted);
        assert_eq!(stack.in_use([7, 7, 9]), CStackUse::Unknown);
        assert_eq!(stack.in_use([7, 7, 9, 7]), CStackUse::Exhausted);
        assert_eq!(stack.in_use([u32::MAX; 5]), CStackUse::Within);
    }
}
