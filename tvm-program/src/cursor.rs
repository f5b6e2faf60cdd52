//! The position in a program. All movement is relative and wraps at 2^32.

use std::fmt;

use serde::Serialize;

/// The index of the instruction to execute next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct Cursor(pub u32);

impl Cursor {
    /// The instruction after this one.
    #[must_use]
    pub fn next(self) -> Cursor {
        self.branch(0)
    }

    /// Where a branch from here goes: cursor + 1 + offset (mod 2^32).
    #[must_use]
    pub fn branch(self, offset: u32) -> Cursor {
        Cursor(self.0.wrapping_add(1).wrapping_add(offset))
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
